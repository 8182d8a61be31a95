"""Writes src/paymirror/models.py from the OpenAPI description: python3 generate.py [openapi.json].

It reads the description alone, and refuses a construct it does not know rather than leave it out.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any, cast

Schema = dict[str, Any]

here = Path(__file__).parent
description = here.parent / "api" / "openapi.json"
target = here / "src" / "paymirror" / "models.py"

# What the description writes out in each place and a reader thinks of as one thing: its name, and a place where it is.
shared = {
    "Money": "Installment.amountDue",
    "StreamName": "Change.stream",
    "Origin": "Provenance.origin",
    "EventType": "Event.type",
    "EventData": "Event.data",
    "InstallmentState": "Installment.state",
    "PausedReason": "Installment.pausedReason",
    "CancelledReason": "Installment.cancelledReason",
    "ScheduledInstallment": "Plan.schedule[]",
    "LineItem": "Purchase.lineItems[]",
    "Presence": "LinkAnswer.agree.presence",
    "PromptField": "LinkStep.prompt.fields[]",
    "WebhookEndpointStatus": "WebhookEndpoint.status",
}

opening = '''"""What the interface speaks of, written by generate.py from the OpenAPI description. Not to be edited.

Keys are spelt as on the wire. Money is an integer of minor units; days are YYYY-MM-DD; instants are UTC. At run time
these are plain dicts: a newer server may send members and words that are not here, and they pass.
"""

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict
'''


def plain(schema: Schema) -> str:
    """A schema by which it is known again: without the bounds that Python's int does not have."""
    bounds = ("minimum", "maximum", "minLength", "maxLength")
    return json.dumps({key: value for key, value in schema.items() if key not in bounds}, sort_keys=True)


def words(name: str) -> list[str]:
    return re.findall("[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)


def joined(owner: str, field: str) -> str:
    """A name for what stands under a field, saying nothing twice: BalanceEntry and entryType are BalanceEntryType."""
    before = words(owner)
    after = [word.capitalize() for word in words(field)]
    for length in range(min(len(before), len(after)), 0, -1):
        if before[-length:] == after[:length]:
            after = after[length:]
            break
    return "".join(before + after)


class Generator:
    def __init__(self, document: Schema) -> None:
        self.components: dict[str, Schema] = document["components"]["schemas"]
        self.summaries = summaries(document)
        message = document["paths"]["/v1/events"]["get"]["responses"]["200"]["content"]["text/event-stream"]["schema"]
        self.components["Event"] = message["properties"]["data"]["contentSchema"]
        self.names = {plain(self.place(place)): name for name, place in shared.items()}
        self.blocks: list[str] = []
        self.done: set[str] = set()

    def place(self, place: str) -> Schema:
        """The schema at a place: members by name, the one of several with a type by that type, items by []."""
        owner, *fields = place.split(".")
        schema = self.components[owner]
        for field in fields:
            name = field.removesuffix("[]")
            if "anyOf" in schema:
                schema = next(one for one in schema["anyOf"] if one["properties"]["type"]["enum"] == [name])
            else:
                schema = schema["properties"][name]
            if field.endswith("[]"):
                schema = schema["items"]
        return schema

    def write(self) -> str:
        for name in sorted(self.components):
            # Problems are exceptions, see problems.py.
            if not name.endswith("Problem"):
                self.component(name)
        return opening + "".join(self.blocks)

    def component(self, name: str) -> str:
        if name in self.done:
            return name
        if name not in self.components:
            raise SystemExit(f"the description names {name} and does not have it")
        return self.named(name, self.components[name])

    def named(self, name: str, schema: Schema) -> str:
        if name in self.done:
            return name
        self.done.add(name)
        if "enum" in schema:
            self.alias(name, [json.dumps(word) for word in schema["enum"]], "Literal[", "]")
        elif "anyOf" in schema:
            self.alias(name, [self.variant(name, one) for one in schema["anyOf"]], "(", ")", " | ")
        else:
            self.record(name, schema)
        return name

    def variant(self, owner: str, schema: Schema) -> str:
        [word] = schema["properties"]["type"]["enum"]
        return self.named(owner + str(word).capitalize(), schema)

    def alias(self, name: str, parts: list[str], begin: str, end: str, between: str = ", ") -> None:
        line = f"{name}: TypeAlias = {begin if begin != '(' else ''}{between.join(parts)}{end if end != ')' else ''}"
        if len(line) > 100:
            body = f"{between.strip()}\n    ".join(parts)
            line = f"{name}: TypeAlias = {begin}\n    {body}{',' if begin != '(' else ''}\n{end}"
        beside = bool(self.blocks) and not self.blocks[-1].lstrip().startswith("class ")
        self.blocks.append(("\n" if beside else "\n\n") + line + "\n")

    def record(self, name: str, schema: Schema) -> None:
        required = set(cast(list[str], schema.get("required", [])))
        lines: list[str] = []
        for field, content in cast(dict[str, Schema], schema["properties"]).items():
            if not field.isidentifier():
                raise SystemExit(f"{name}.{field} cannot be written as a member of a class")
            type = self.type(name, field, content)
            lines.append(f"    {field}: {type if field in required else f'NotRequired[{type}]'}\n")
        told = schema.get("description") or self.summaries.get(name)
        doc = f'    """{str(told).rstrip(".")}."""\n\n' if told else ""
        self.blocks.append(f"\n\nclass {name}(TypedDict):\n{doc}{''.join(lines)}")

    def type(self, owner: str, field: str, schema: Schema) -> str:
        """The type of a member; what needs a name of its own is written before."""
        if schema == {}:
            return "Any"
        if "$ref" in schema:
            return self.component(str(schema["$ref"]).rpartition("/")[2])
        known = self.names.get(plain(schema))
        if known is not None:
            return self.named(known, schema)
        if "enum" in schema:
            if len(schema["enum"]) == 1:
                return f"Literal[{json.dumps(schema['enum'][0])}]"
            return self.named(joined(owner, field), schema)
        if "anyOf" in schema:
            return " | ".join(self.type(owner, field, one) for one in schema["anyOf"])
        match schema.get("type"):
            case "string":
                return "str"
            case "integer":
                return "int"
            case "number":
                return "float"
            case "boolean":
                return "bool"
            case "null":
                return "None"
            case "array":
                return f"list[{self.type(owner, field.removesuffix('s'), schema['items'])}]"
            case "object" if "properties" in schema:
                return self.named(joined(owner, field), schema)
            case "object":
                return f"dict[str, {self.type(owner, field, schema.get('additionalProperties') or {})}]"
            case other:
                raise SystemExit(f"{owner}.{field} is {other or schema}, which this generator does not know")


def summaries(document: Schema) -> dict[str, str]:
    """What each row is, in the words of the call that reads one, else of the call that reads a list."""
    found: dict[str, str] = {}
    lists: dict[str, str] = {}
    for _, methods in sorted(cast(dict[str, Schema], document["paths"]).items()):
        if "get" not in methods:
            continue
        answer = methods["get"]["responses"]["200"]["content"]
        schema = answer.get("application/json", {}).get("schema", {})
        items = schema.get("properties", {}).get("items", {}).get("items", {})
        for into, one in ((found, schema), (lists, items)):
            if "$ref" in one:
                into.setdefault(str(one["$ref"]).rpartition("/")[2], str(methods["get"]["summary"]))
    return {**lists, **found}


def generate(path: Path = description) -> str:
    return Generator(json.loads(path.read_text("utf-8"))).write()


if __name__ == "__main__":
    target.write_text(generate(Path(sys.argv[1]) if len(sys.argv) > 1 else description), "utf-8")
