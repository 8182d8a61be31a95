/**
 * An answer that has changed its shape, as a release of the provider may change it: new fields, a word nobody knows, a
 * row that cannot be read, a field or the whole list gone. Where rows stand is said as a path of names (`data.orders`). It
 * works on copies; what the provider holds stays as it is.
 */
import type { Fault } from "./Faults.ts"

export type Json = Readonly<Record<string, unknown>>
export type Drift = Extract<Fault, { kind: "drift" }>

/** How one route spells what a drift has to find. */
export interface Spelling {
  /** The path of names at which rows, or the one object of an answer, stand; empty where the answer is the object. */
  readonly at: string
  /** Where a row wraps its fields: the name they stand under. */
  readonly inside?: string | undefined
  /** The field whose words a reader has to know; of several, the first that a row has. */
  readonly words?: ReadonlyArray<string> | undefined
  /** The field without which a row cannot be read. */
  readonly needed?: string | undefined
}

const usualWords = ["status", "state", "tier", "kind", "type"]

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

/** A body with what stands at a path; names on the way are made where they are missing. */
export const placed = (body: Json, path: string, value: unknown): Json => {
  if (path === "") return isObject(value) ? { ...body, ...value } : body
  const [name = "", ...rest] = path.split(".")
  if (rest.length === 0) return { ...body, [name]: value }
  const inner = body[name]
  return { ...body, [name]: placed(isObject(inner) ? inner : {}, rest.join("."), value) }
}

const found = (body: unknown, path: string): unknown =>
  path === ""
    ? body
    : path.split(".").reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), body)

const withExtras = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withExtras)
  if (!isObject(value)) return value
  const fields = Object.entries(value).map(([name, field]) => [name, withExtras(field)])
  return { ...Object.fromEntries(fields), x_experiment: { bucket: "b", since: 3 } }
}

const wordOf = (row: Json, { words = usualWords }: Spelling): string =>
  words.find((name) => name in row) ?? words.at(-1) ?? "kind"

const unheardOf = "in_transition"

const drifted = (row: Json, drift: Drift, { inside, ...spelling }: Spelling): Json => {
  const wrapped = inside === undefined ? undefined : row[inside]
  if (inside !== undefined && isObject(wrapped)) return { ...row, [inside]: drifted(wrapped, drift, spelling) }
  const { needed = "updated_at" } = spelling
  switch (drift.change) {
    case "unknown-value": {
      const field = drift.field ?? wordOf(row, spelling)
      const inner = row[field]
      if (!Array.isArray(inner)) return { ...row, [field]: unheardOf }
      const [first, ...others] = inner.filter(isObject)
      if (first === undefined) return row
      return {
        ...row,
        [field]: [{ ...first, [wordOf(first, { ...spelling, words: usualWords })]: unheardOf }, ...others]
      }
    }
    case "malformed-row":
      return { ...row, [drift.field ?? needed]: { malformed: true } }
    case "missing-field": {
      const { [drift.field ?? needed]: _, ...rest } = row
      return rest
    }
    default:
      return row
  }
}

const without = (body: Json, path: string): Json => {
  const [name = "", ...rest] = path.split(".")
  const { [name]: inner, ...others } = body
  return rest.length === 0 || !isObject(inner) ? others : { ...body, [name]: without(inner, rest.join(".")) }
}

/** The answer as the drift leaves it. */
export const drift = (body: unknown, change: Drift, spelling: Spelling): unknown => {
  if (change.change === "extra-fields") return withExtras(body)
  if (!isObject(body)) return body
  if (change.change === "missing-rows") return without(body, spelling.at)
  const content = found(body, spelling.at)
  if (isObject(content)) return placed(body, spelling.at, drifted(content, change, spelling))
  if (!Array.isArray(content)) return body
  const chosen = change.row ?? 0
  return placed(
    body,
    spelling.at,
    content.map((row: unknown, index) => (index === chosen && isObject(row) ? drifted(row, change, spelling) : row))
  )
}
