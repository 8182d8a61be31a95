/**
 * What makes a row the same row in every export of the account. Where the provider has an id, that and what makes it
 * unique; where it has none, a fingerprint of what does not change as the row settles, and the number of its occurrence.
 */
import * as Fingerprint from "./Fingerprint.ts"
import type { Field, Format } from "./Format.ts"
import type { Layout } from "./recognise.ts"
import * as Twins from "./Twins.ts"
import { clock, type When } from "./When.ts"

export interface Identity {
  readonly id: string
  /** How often the file has used this id so far: above 1 only where the ids are the provider's. */
  readonly use: number
}

/** The parts of a row an id is made of, read. */
export interface Parts {
  readonly cells: ReadonlyArray<string>
  readonly when: When
  readonly type: string
  readonly currency: string
  readonly gross: number | undefined
  readonly fee: number | undefined
  readonly net: number | undefined
  readonly foreign: string
}

/** Between the parts of a fingerprint: a character no cell holds by accident. */
const gap = "\u001f"

export const reader = (format: Format, layout: Layout, rows: number): ((parts: Parts) => Identity | undefined) => {
  const { identity } = format
  const twins = Twins.make(rows)
  const words = new Int32Array(4)
  const prefix = format.prefix === undefined ? "" : `${format.prefix}:`

  const part = (field: Field, parts: Parts): string => {
    const { when } = parts
    switch (field) {
      case "date":
        return when.seconds === undefined ? (when.date ?? "") : `${when.date ?? ""}T${clock(when.seconds)}`
      case "type":
        return parts.type
      case "currency":
        return parts.currency
      case "gross":
        return parts.gross === undefined ? "" : String(parts.gross)
      case "fee":
        return parts.fee === undefined ? "" : String(parts.fee)
      case "net":
        return parts.net === undefined ? "" : String(parts.net)
      case "foreignAmount":
        return parts.foreign
      default:
        return (parts.cells[layout.at[field]] ?? "").trim()
    }
  }

  const joined = (list: ReadonlyArray<Field>, parts: Parts, between: string): string => {
    let text = ""
    for (const field of list) text = text === "" ? part(field, parts) : text + between + part(field, parts)
    return text
  }

  const used = (id: string): Identity => {
    Fingerprint.ofText(id, words)
    return { id, use: twins.count(words) }
  }

  switch (identity.by) {
    case "columns":
      return ({ cells }) => {
        const ids = layout.ids.map((at) => (cells[at] ?? "").trim())
        return ids.includes("") ? undefined : used(prefix + ids.join(":"))
      }
    case "id":
      return (parts) => {
        if ((parts.cells[layout.at.id] ?? "").trim() === "") return undefined
        return used(prefix + joined(identity.fields, parts, ":"))
      }
    case "fingerprint":
      return (parts) => {
        Fingerprint.ofText(joined(identity.fields, parts, gap), words)
        return { id: `${prefix}${Fingerprint.encode(words)}-${twins.count(words)}`, use: 1 }
      }
  }
}
