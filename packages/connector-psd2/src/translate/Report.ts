/**
 * A transaction report of the Berlin Group's family as a page: which list a row stands in is its status. The list that is
 * no ledger (`information`) is left out and counted; a row that cannot be read, or stands in a list nobody knows, is set
 * aside with its reason and the page goes on. Rows are read by hand, since this runs for every row of every page.
 */
import type { Entry, Page, Unreadable } from "../Entry.ts"
import * as Known from "../Known.ts"
import { type Fields, inside, isFields, list, word } from "./Field.ts"

/** Reads one row, or says why it cannot be one. */
export type ReadRow = (row: Fields, status: Entry["status"]) => Entry | string

export interface RowShape {
  readonly read: ReadRow
  readonly known: Known.Known
}

/** Whether pending rows were asked for: then an answer that lists booked ones and no pending ones says there are none. */
export interface Asked {
  readonly pending: boolean
}

const statuses: ReadonlyMap<string, Entry["status"]> = new Map([
  ["booked", "booked"],
  ["pending", "pending"]
])

/** Standing orders: what is to come, and no entries. */
const noLedger = "information"

const idOf = (row: unknown): string | undefined =>
  word(inside(row)["transactionId"]) ?? word(inside(row)["entryReference"]) ?? word(inside(row)["cardTransactionId"])

export const page = (options: {
  readonly report: unknown
  readonly rows: RowShape
  readonly balances: unknown
  readonly asked: Asked
  /** Fields beside the rows that nobody knows. */
  readonly unknownFields: Map<string, number>
  readonly next: string | undefined
}): Page => {
  const { asked, next, report, rows, unknownFields } = options
  const entries: Array<Entry> = []
  const unreadable: Array<Unreadable> = []
  const skipped = new Map<string, number>()
  const count = (path: string) => void unknownFields.set(path, (unknownFields.get(path) ?? 0) + 1)
  const lists = inside(report)
  for (const [name, value] of Object.entries(lists)) {
    if (name === "_links") continue
    const status = statuses.get(name)
    if (status === undefined) {
      const stated = list(value)
      if (name === noLedger) {
        if (stated.length > 0) skipped.set(name, stated.length)
        continue
      }
      count(`transactions.${Known.nameOf(name)}`)
      for (const row of stated)
        unreadable.push({ reason: "it stands in a list nobody knows", id: idOf(row), wire: row })
      continue
    }
    if (!Array.isArray(value)) {
      if (value !== null && value !== undefined) unreadable.push({ reason: `${name} is no list`, wire: value })
      continue
    }
    for (const row of value) {
      Known.count(rows.known, row, "", count)
      const read = isFields(row) ? rows.read(row, status) : "the row is no object"
      if (typeof read === "string") unreadable.push({ reason: read, id: idOf(row), wire: row })
      else entries.push(read)
    }
  }
  if (report !== undefined && report !== null && !isFields(report)) {
    unreadable.push({ reason: "the report is no object", wire: report })
  }
  let lastCommitted: string | undefined
  for (const balance of list(options.balances)) {
    lastCommitted ??= word(inside(balance)["lastCommittedTransaction"])
  }
  return {
    entries,
    unreadable,
    skipped,
    statesPending: Array.isArray(lists["pending"]) || (asked.pending && Array.isArray(lists["booked"])),
    unknownFields,
    next,
    lastCommitted
  }
}

/** The answer as a whole, set aside: nothing of it is lost, and a person can be told why. */
export const setAside = (reason: string, wire: unknown): Page => ({
  entries: [],
  unreadable: [{ reason, wire }],
  skipped: new Map(),
  statesPending: false,
  unknownFields: new Map()
})

/** `_links.<name>.href`. A bank or two writes the address without the object around it. */
export const link = (holder: unknown, name: string): string | undefined => {
  const found = inside(inside(holder)["_links"])[name]
  return word(inside(found)["href"]) ?? word(found)
}
