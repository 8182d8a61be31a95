/**
 * The pages of one walk made one: a row that two pages show is one row. An id that is believed tells, and a balance beside
 * it; where neither does, rows that end one page and begin the next are repeated or twins, and the day is given back to be
 * read alone.
 */
import type { Entry, Page, Unreadable } from "../Entry.ts"

export interface Walked {
  readonly booked: ReadonlyArray<Entry>
  readonly pending: ReadonlyArray<Entry>
  readonly unreadable: ReadonlyArray<Unreadable>
  readonly skipped: ReadonlyMap<string, number>
  readonly unknownFields: ReadonlyMap<string, number>
  readonly statesPending: boolean
  readonly lastCommitted: string | undefined
  /** The bank served no earlier day, though one was asked for. */
  readonly servedFrom: string | undefined
  /** Days of which it cannot be told whether rows repeat or are twins; their entries are not among `booked`. */
  readonly ambiguous: ReadonlyArray<string>
  /** Rows every page opens with that the one before it ended with. */
  readonly overlap: number
  /** Rows of a day that was read alone and still may be repeated; they are among `booked`. */
  readonly unclear: number
}

export interface Recognising {
  /** The id that may be believed. */
  readonly idOf: (entry: Entry) => string | undefined
  /** The ledger's day of an entry. */
  readonly dayOf: (entry: Entry) => string | undefined
  /** {@link Walked.overlap}, where it is known from a longer walk. */
  readonly overlap?: number | undefined
}

/** Some banks write an amount as text on one page and as a number on the next. */
const same = (amount: string | number): string => {
  const number = Number(amount)
  return Number.isNaN(number) ? String(amount) : String(number)
}

/** All that is told of an entry and stays the same within a walk. */
export const keyOf = ({
  amount,
  balanceAfter,
  bookingDate,
  entryReference,
  texts,
  transactionId,
  valueDate
}: Entry): string =>
  [
    transactionId,
    entryReference,
    bookingDate,
    valueDate,
    same(amount.amount),
    amount.currency,
    balanceAfter && same(balanceAfter.amount),
    balanceAfter?.indicator,
    ...texts
  ].join("\n")

const add = (sums: Map<string, number>, counts: ReadonlyMap<string, number>): void => {
  for (const [key, count] of counts) sums.set(key, (sums.get(key) ?? 0) + count)
}

/** `alone`: a single day was asked for, and what still looks like a repetition are twins. */
export const join = (pages: ReadonlyArray<Page>, options: Recognising, alone: boolean): Walked => {
  const skipped = new Map<string, number>()
  const unknownFields = new Map<string, number>()
  for (const page of pages) {
    add(skipped, page.skipped)
    add(unknownFields, page.unknownFields)
  }
  const booked = pages.map(({ entries }) => entries.filter(({ status }) => status === "booked"))
  const { ambiguous, overlap, rows, unclear } = unrepeated(booked, options, alone)
  return {
    booked: ambiguous.size === 0 ? rows : rows.filter((entry) => !ambiguous.has(options.dayOf(entry) ?? "")),
    pending: mostOf(pages.map(({ entries }) => entries.filter(({ status }) => status === "pending"))),
    unreadable: pages.flatMap((page) => page.unreadable),
    skipped,
    unknownFields,
    statesPending: pages.every((page) => page.statesPending),
    lastCommitted: pages.findLast((page) => page.lastCommitted !== undefined)?.lastCommitted,
    servedFrom: pages
      .flatMap((page) => page.servedFrom ?? [])
      .toSorted()
      .at(-1),
    ambiguous: [...ambiguous],
    overlap,
    unclear
  }
}

/** Some banks show all that is pending on every page: a row counts as often as the page has it that has it most. */
const mostOf = (pages: ReadonlyArray<ReadonlyArray<Entry>>): ReadonlyArray<Entry> => {
  if (pages.filter((page) => page.length > 0).length <= 1) return pages.flat()
  const most = new Map<string, Array<Entry>>()
  for (const page of pages) {
    const here = Map.groupBy(page, keyOf)
    for (const [key, rows] of here) if (rows.length > (most.get(key)?.length ?? 0)) most.set(key, rows)
  }
  return [...most.values()].flat()
}

/** Where pages meet often enough and always in so many rows, that is how the bank cuts them. */
const meetings = 3

const unrepeated = (
  pages: ReadonlyArray<ReadonlyArray<Entry>>,
  { dayOf, idOf, overlap: known = 0 }: Recognising,
  alone: boolean
) => {
  // Ids that repeat on one page say nothing when they repeat on another.
  const ids = pages.map((page) => page.map(idOf))
  const isReliable = ids.every((page) => {
    const there = page.filter((id) => id !== undefined)
    return new Set(there).size === there.length
  })
  const overlaps = pages.slice(1).map((page, index) => overlapOf(pages[index] ?? [], page))
  const overlap = overlaps.length >= meetings ? Math.min(...overlaps.map(([from, to]) => to - from)) : known
  const seen = new Map<string, Entry>()
  const rows: Array<Entry> = []
  const ambiguous = new Set<string>()
  let unclear = 0
  for (const [number, page] of pages.entries()) {
    const [from, to] = overlaps[number - 1] ?? [0, 0]
    page.forEach((entry, index) => {
      const id = isReliable ? ids[number]?.[index] : undefined
      if (id !== undefined) {
        const other = seen.get(id)
        if (other !== undefined && isSame(other, entry)) return
        seen.set(id, entry)
      } else if (index >= from && index < to) {
        if (index < overlap || entry.balanceAfter !== undefined) return
        const day = dayOf(entry)
        if (alone) unclear += 1
        else if (day !== undefined) ambiguous.add(day)
      }
      rows.push(entry)
    })
  }
  return { rows, ambiguous, overlap, unclear }
}

const isSame = (a: Entry, b: Entry): boolean =>
  same(a.amount.amount) === same(b.amount.amount) &&
  a.amount.currency === b.amount.currency &&
  a.bookingDate === b.bookingDate &&
  (a.balanceAfter === undefined ||
    b.balanceAfter === undefined ||
    (same(a.balanceAfter.amount) === same(b.balanceAfter.amount) &&
      a.balanceAfter.indicator === b.balanceAfter.indicator))

/** Cheaper than {@link keyOf}, and true of all that it finds equal. */
const isAlike = (a: Entry, b: Entry): boolean =>
  a.transactionId === b.transactionId && a.bookingDate === b.bookingDate && a.entryReference === b.entryReference

/** Which rows of a page, from and up to, are the rows that ended the one before; or all of it, after newer ones. */
const overlapOf = (before: ReadonlyArray<Entry>, page: ReadonlyArray<Entry>): readonly [number, number] => {
  const [ended, begins] = [before[0], page[0]]
  if (ended === undefined || begins === undefined) return [0, 0]
  if (!before.some((entry) => isAlike(entry, begins)) && !page.some((entry) => isAlike(entry, ended))) return [0, 0]
  const end = before.map(keyOf)
  const start = page.map(keyOf)
  const isAt = (length: number, at: number): boolean => {
    let index = 0
    while (index < length && end[end.length - length + index] === start[at + index]) index += 1
    return index === length
  }
  for (let length = Math.min(end.length, start.length); length > 0; length -= 1) if (isAt(length, 0)) return [0, length]
  for (let at = 1; end.length > 0 && at + end.length <= start.length; at += 1) {
    if (isAt(end.length, at)) return [at, at + end.length]
  }
  return [0, 0]
}
