/** What a read says beside its rows: what was put aside, what nobody knows, what does not hold. No word of an entry. */
import type { ReadEvent } from "@paymirror/core"
import type { Walked } from "../ledger/Pages.ts"
import type { Range } from "../ledger/Window.ts"

const stream = "balance"

export const quarantined = (reason: string, wire: unknown, id: string | undefined): ReadEvent.Quarantined => ({
  _tag: "Quarantined",
  stream,
  reason,
  locator: id === undefined ? {} : { id },
  raw: rawOf(wire)
})

/** Nested deeper than can be written down, it is nobody's entry. */
const rawOf = (wire: unknown): string => {
  try {
    return typeof wire === "string" ? wire : JSON.stringify(wire)
  } catch {
    return ""
  }
}

export const drift = (kind: ReadEvent.Drift["kind"], path: string, count: number): ReadEvent.Drift => ({
  _tag: "Drift",
  stream,
  kind,
  path,
  count
})

const check = (name: string, rows: number, broken?: { readonly expected: string; readonly actual: string }) =>
  ({
    _tag: "Check",
    stream,
    name,
    rows,
    breaks: broken === undefined ? [] : [{ locator: {}, ...broken }]
  }) satisfies ReadEvent.Check

/** A day that was read alone and still cannot be told from a repetition of itself. */
export const unclearPages = (day: string, { booked, unclear }: Walked): ReadEvent.Check =>
  check("pages", booked.length, {
    expected: `the pages of ${day} to be told apart`,
    actual: `${unclear} rows end one page and begin the next, and may be one or two`
  })

/** Where the bank says which entry it committed last: whether that is among what it showed. */
export const lastCommitted = ({ booked, lastCommitted: last }: Walked): ReadEvent.Check =>
  check(
    "last_committed",
    booked.length,
    booked.some(({ entryReference, transactionId }) => entryReference === last || transactionId === last)
      ? undefined
      : { expected: "the last committed entry", actual: "not among what the bank showed" }
  )

/** Days between what was read before and what can be read now. */
export const gap = ({ from, to }: Range): ReadEvent.Check =>
  check("coverage", 0, {
    expected: `entries of ${from} to ${to}`,
    actual: "not read: the bank shows them only when the person approves anew"
  })
