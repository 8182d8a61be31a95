/**
 * Which days to ask for. Newest first: what is current before what is history. The overlap begins before the newest
 * booked entry and not before a clock's now, history goes back to a floor that was fixed at the first read, and what
 * could not be read (a long pause, a bank that serves less) is remembered as unread and said, never forgotten.
 */
import { CalendarDate } from "@paymirror/core"

type Day = CalendarDate.CalendarDate
const { addDays, daysBetween } = CalendarDate

/** Both inclusive. */
export interface Range {
  readonly from: Day
  readonly to: Day
}

/** Days nobody has read. `pause`: between what was read before and what can be read now. `history`: before all that was. */
export interface Unread extends Range {
  readonly why: "history" | "pause"
}

/** What to ask for; without `to` up to now, and with all that is pending. */
export interface Ask {
  readonly from: Day
  readonly to?: Day | undefined
}

export interface Past {
  /** Nothing before it is ever asked for. */
  readonly floor: Day
  /** The day of the last read that reached the present. */
  readonly covered?: Day | undefined
  /** The newest day with a booked entry. */
  readonly newest?: Day | undefined
  /** The day the last ninety were read as a whole. */
  readonly whole?: Day | undefined
  /** The day of the oldest pending entry. */
  readonly pending?: Day | undefined
  readonly unread: ReadonlyArray<Unread>
}

/** Days the law lets a person be shown without approving anew. */
export const regularDays = 90
const overlapDays = 14
const wholeEvery = 7

const later = (a: Day, b: Day): Day => (a > b ? a : b)
const earlier = (a: Day, b: Day): Day => (a < b ? a : b)

export interface Plan {
  readonly recent: Ask
  /** Newest first. */
  readonly older: ReadonlyArray<Ask>
  /** Cannot be read now. */
  readonly unread: ReadonlyArray<Unread>
  readonly isWhole: boolean
}

export interface Now {
  readonly today: Day
  /** The person has just approved: all of the history is served. */
  readonly fresh: boolean
  /** Nobody counts the reads: history may be asked for in handy pieces. */
  readonly attended: boolean
}

export const plan = (past: Past, { attended, fresh, today }: Now): Plan => {
  const { covered, floor, newest, pending, whole } = past
  const limit = fresh ? floor : later(floor, addDays(today, -regularDays))
  const regular = later(floor, addDays(today, -regularDays))
  const isFirst = covered === undefined
  const isWhole = isFirst || whole === undefined || daysBetween(whole, today) >= wholeEvery
  const overlap = newest === undefined ? regular : addDays(earlier(newest, addDays(today, 1)), -overlapDays)
  const wanted = earlier(isWhole ? earlier(overlap, regular) : overlap, pending ?? overlap)
  const recent: Ask = { from: isFirst ? regular : later(wanted, regular) }
  const before = addDays(recent.from, -1)
  const unread: Array<Unread> = [...past.unread]
  if (isFirst && floor < recent.from) unread.push({ from: floor, to: before, why: "history" })
  if (covered !== undefined && covered < before) unread.push({ from: covered, to: before, why: "pause" })
  const older: Array<Ask> = []
  const left: Array<Unread> = []
  for (const range of merge(unread, before)) {
    if (range.from < limit) left.push({ ...range, to: earlier(range.to, addDays(limit, -1)) })
    if (range.to >= limit) older.push(...pieces({ from: later(range.from, limit), to: range.to }, attended))
  }
  return { recent, older, unread: left, isWhole }
}

/** Newest first, none over another and none after `before`; where two meet, a pause is the stronger word. */
export const merge = (ranges: ReadonlyArray<Unread>, before: Day): ReadonlyArray<Unread> => {
  const merged: Array<Unread> = []
  const sorted = ranges
    .map((range) => ({ ...range, to: earlier(range.to, before) }))
    .filter(({ from, to }) => from <= to)
    .toSorted((a, b) => (a.to === b.to ? 0 : a.to < b.to ? 1 : -1))
  for (const range of sorted) {
    const last = merged.at(-1)
    if (last === undefined || range.to < last.from) {
      merged.push(range)
      continue
    }
    if (range.from < last.from && range.why === last.why) merged[merged.length - 1] = { ...last, from: range.from }
    else if (range.from < last.from) merged.push({ ...range, to: addDays(last.from, -1) })
  }
  return merged
}

const pieces = (range: Range, attended: boolean): ReadonlyArray<Ask> => {
  if (!attended) return [range]
  const asks: Array<Ask> = []
  for (let to = range.to; to >= range.from; to = addDays(to, -regularDays)) {
    asks.push({ from: later(range.from, addDays(to, 1 - regularDays)), to })
  }
  return asks
}

const lastDay = (ask: Ask, today: Day): Day => ask.to ?? later(ask.from, today)

/** Cuts before a day: what is newer, then what is older. */
const cut = (ask: Ask, at: Day): readonly [Ask, Range] => [
  { ...ask, from: at },
  { from: ask.from, to: addDays(at, -1) }
]

const middle = (ask: Ask, today: Day): Day =>
  addDays(ask.from, Math.ceil(daysBetween(ask.from, lastDay(ask, today)) / 2))

/**
 * A window that holds too much, as two. After two refusals in a row the newest day goes alone, so that a bank that is
 * down for everything is found out in three calls. `undefined`: one day cannot be halved.
 */
export const halve = (ask: Ask, today: Day, inARow: number): readonly [Ask, Range] | undefined =>
  ask.from >= lastDay(ask, today) ? undefined : cut(ask, inARow >= 2 ? lastDay(ask, today) : middle(ask, today))

/** A window that begins before what is served: what may be served, and what then still has to be tried. */
export const shorten = (ask: Ask, today: Day): readonly [Ask, Range] | undefined => {
  const regular = addDays(today, -regularDays)
  if (ask.from >= lastDay(ask, today)) return undefined
  return cut(ask, ask.from < regular && regular <= lastDay(ask, today) ? regular : middle(ask, today))
}

/** The day before which nothing is asked for, fixed at the first read. */
export const floorOf = (approved: Day, days: number): Day => addDays(approved, 1 - days)
