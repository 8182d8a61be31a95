/**
 * An answer that has changed its shape, as an app release may change it: new fields, a word nobody knows, a row that
 * cannot be read, a field or the whole list gone. It works on a copy; the world stays as it is.
 */
import type { Fault } from "./Faults.ts"

type Json = Record<string, unknown>
export type Drift = Extract<Fault, { kind: "drift" }>

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

/** The field whose words a reader has to know; installments have their own. */
const wordOf = (row: Json): string => ["status", "state", "tier"].find((name) => name in row) ?? "kind"

const withExtras = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withExtras)
  if (!isObject(value)) return value
  const fields = Object.entries(value).map(([name, field]) => [name, withExtras(field)])
  return { ...Object.fromEntries(fields), x_experiment: { bucket: "b", since: 3 } }
}

const drifted = (row: Json, drift: Drift): unknown => {
  switch (drift.change) {
    case "unknown-value": {
      if (drift.field !== "installments") return { ...row, [drift.field ?? wordOf(row)]: "in_transition" }
      const [first, ...others] = Array.isArray(row["installments"]) ? row["installments"].filter(isObject) : []
      return { ...row, installments: [{ ...first, state: "in_transition" }, ...others] }
    }
    case "malformed-row":
      return { ...row, [drift.field ?? "updated_at"]: { malformed: true } }
    case "missing-field": {
      const { [drift.field ?? "updated_at"]: _, ...rest } = row
      return rest
    }
    default:
      return row
  }
}

/** `key` is where the rows, or the one object of an answer, are found. */
export const drift = (body: Json, key: string, change: Drift): unknown => {
  if (change.change === "extra-fields") return withExtras(body)
  const { [key]: content, ...envelope } = body
  if (change.change === "missing-rows") return envelope
  if (isObject(content)) return { ...body, [key]: drifted(content, change) }
  if (!Array.isArray(content)) return body
  const chosen = change.row ?? 0
  return {
    ...body,
    [key]: content.map((row, index) => (index === chosen && isObject(row) ? drifted(row, change) : row))
  }
}
