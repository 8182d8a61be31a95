/**
 * What the description says otherwise than it is derived: numbers in a query are numbers to whoever reads it, and problems
 * are named as such.
 */
type Json = Record<string, unknown>

const isNumeric = (schema: unknown): boolean => {
  const { pattern, type } = (schema ?? {}) as Json
  return type === "string" && typeof pattern === "string" && pattern.includes("[Ee]")
}

const bounds: Readonly<Record<string, Json>> = {
  limit: { type: "integer", minimum: 1, maximum: 500, default: 100 },
  weeks: { type: "integer", minimum: 1, maximum: 104, default: 12 }
}

const parameter = (one: Json): Json =>
  isNumeric(one["schema"]) ? { ...one, schema: bounds[String(one["name"])] ?? { type: "integer" } } : one

const operation = (one: Json): Json =>
  Array.isArray(one["parameters"])
    ? { ...one, parameters: (one["parameters"] as ReadonlyArray<Json>).map(parameter) }
    : one

const mapValues = (record: Json, change: (value: Json) => Json): Json =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value as Json)]))

/** `NotFoundEncoded` is `NotFoundProblem`, wherever it is named. */
const named = (spec: Json): Json =>
  JSON.parse(
    JSON.stringify(spec).replaceAll(/"(#\/components\/schemas\/)?(\w+?)(?:Problem)?Encoded"/g, '"$1$2Problem"')
  ) as Json

export const describe = (spec: Json): Json =>
  named({ ...spec, paths: mapValues(spec["paths"] as Json, (path) => mapValues(path, operation)) })
