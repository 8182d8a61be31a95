"""As much of JSON Schema as the description uses: is a value as a schema says, and a value that is."""

import re
from typing import Any

Schema = dict[str, Any]


class Description:
    def __init__(self, document: Schema) -> None:
        self.document = document

    def resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def fault(self, schema: Schema, value: Any, path: str = "$") -> str | None:
        """The first place where a value is not as the schema says."""
        schema = self.resolved(schema)
        if "anyOf" in schema:
            faults = [self.fault(one, value, path) for one in schema["anyOf"]]
            return None if None in faults else f"{path}: none of several"
        if "enum" in schema and value not in schema["enum"]:
            return f"{path}: not a word of the enumeration"
        kinds = {
            "object": dict,
            "array": list,
            "string": str,
            "integer": int,
            "number": (int, float),
            "boolean": bool,
            "null": type(None),
        }
        kind = schema.get("type")
        if kind and (not isinstance(value, kinds[kind]) or (kind in ("integer", "number") and isinstance(value, bool))):
            return f"{path}: not a {kind}"
        if isinstance(value, dict):
            return self._fault_of_object(schema, value, path)
        if isinstance(value, list):
            if len(value) < schema.get("minItems", 0):
                return f"{path}: too few"
            faults = (self.fault(schema.get("items", {}), one, f"{path}[{n}]") for n, one in enumerate(value))
            return next((one for one in faults if one), None)
        if isinstance(value, str):
            if len(value) < schema.get("minLength", 0) or len(value) > schema.get("maxLength", len(value)):
                return f"{path}: too short or too long"
            if "pattern" in schema and not re.search(schema["pattern"], value):
                return f"{path}: not of its pattern"
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if value < schema.get("minimum", value) or value > schema.get("maximum", value):
                return f"{path}: out of its range"
        return None

    def _fault_of_object(self, schema: Schema, value: Schema, path: str) -> str | None:
        properties: Schema = schema.get("properties", {})
        for name in schema.get("required", []):
            if name not in value:
                return f"{path}.{name}: missing"
        for name, one in value.items():
            more = properties.get(name, schema.get("additionalProperties", {}))
            if more is False:
                return f"{path}.{name}: not known"
            fault = self.fault(more if isinstance(more, dict) else {}, one, f"{path}.{name}")
            if fault:
                return fault
        return None

    def sample(self, schema: Schema) -> Any:
        """A value with every member that the schema knows."""
        schema = self.resolved(schema)
        if "anyOf" in schema:
            return self.sample(schema["anyOf"][0])
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "object":
                found = {name: self.sample(one) for name, one in schema.get("properties", {}).items()}
                more = schema.get("additionalProperties")
                return {**found, "some": self.sample(more)} if isinstance(more, dict) else found
            case "array":
                return [self.sample(schema["items"])]
            case "string":
                return "text"
            case "integer" | "number":
                return max(7, schema.get("minimum", 7))
            case "boolean":
                return True
            case _:
                return None
