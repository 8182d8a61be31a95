/**
 * Rows that bear their status themselves, as a page: what is an entry is read, what never is one is counted by the bank's
 * own word, and what cannot be read is set aside with the name of the field. Runs for every row of every page.
 */
import type { Entry, Page, Unreadable } from "../Entry.ts"
import * as Known from "../Known.ts"
import { type Fields, isFields, word } from "./Field.ts"

export interface Spelling {
  readonly knownOfEnvelope: Known.Known
  readonly knownOfRow: Known.Known
  /** The fields that hold the status and the id. */
  readonly status: string
  readonly id: string
  readonly statuses: ReadonlyMap<string, Entry["status"] | "skipped">
  /** Reads one row, or names the field that cannot be. */
  readonly entryOf: (row: Fields, status: Entry["status"]) => Entry | string
}

export const page = (
  { entryOf, id, knownOfEnvelope, knownOfRow, status: field, statuses }: Spelling,
  whole: Fields,
  rows: ReadonlyArray<unknown>,
  statesPending: boolean
): Page => {
  const entries: Array<Entry> = []
  const unreadable: Array<Unreadable> = []
  const skipped = new Map<string, number>()
  const unknownFields = new Map<string, number>()
  const unknown = (path: string) => void unknownFields.set(path, (unknownFields.get(path) ?? 0) + 1)
  Known.count(knownOfEnvelope, whole, "$.", unknown)
  for (const row of rows) {
    Known.count(knownOfRow, row, "", unknown)
    if (!isFields(row)) {
      unreadable.push({ reason: "the row is no object", wire: row })
      continue
    }
    const said = word(row[field]) ?? ""
    const status = statuses.get(said)
    if (status === "skipped") {
      skipped.set(said, (skipped.get(said) ?? 0) + 1)
      continue
    }
    const entry = status === undefined ? field : entryOf(row, status)
    if (typeof entry === "string") {
      unreadable.push({ reason: `cannot be read at ${entry}`, id: word(row[id]), wire: row })
    } else {
      entries.push(entry)
    }
  }
  return { entries, unreadable, skipped, statesPending, unknownFields }
}
