/**
 * The rows of a window, newest first, one page at a time: either up to a moment, so that the next page is a window that
 * ends where this one did and may repeat its last rows, or by the number of the page, where an entry booked in between
 * shifts what follows. Filters look at the time as it is written; its zone is ignored, as the standard says.
 */
import { addDays, atHour, dayOf } from "@paymirror/connector-testing/simulator"
import type { Day } from "@paymirror/connector-testing/simulator"
import type { Account, Bank, Entry } from "../Bank.ts"
import type { Quirks } from "../Quirks.ts"
import type { Profile } from "./Profile.ts"
import { rowOf, stampOf } from "./rows.ts"
import type { Row } from "./rows.ts"

/** Both ends included, in microseconds. */
export interface Window {
  readonly from: number
  readonly to: number
}

export interface Listing {
  readonly profile: Profile
  readonly bank: Bank
  readonly quirks: Quirks
  readonly account: Account
  readonly window: Window
  readonly credits: boolean
  readonly debits: boolean
}

export interface WindowPage {
  readonly rows: ReadonlyArray<Row>
  /** Where the next page ends; none: this was the last. */
  readonly nextTo: number | undefined
}

export interface NumberedPage {
  readonly rows: ReadonlyArray<Row>
  readonly pages: number
}

const written = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?(?:Z|[+-]\d{2}:?\d{2})?$/

/** The moment as it is written, in microseconds, at the beginning or the end of what was written so exactly. */
export const momentOf = (text: string, edge: "from" | "to"): number | undefined => {
  const [, on, at, fraction = ""] = written.exec(text) ?? []
  const milliseconds = Date.parse(`${on}T${at}Z`)
  if (Number.isNaN(milliseconds)) return undefined
  return stampOf(milliseconds) + Number(fraction.slice(0, 6).padEnd(6, edge === "from" ? "0" : "9"))
}

const dayOfStamp = (stamp: number): Day => dayOf(Math.floor(stamp / 1000))
const beginning = (on: Day): number => stampOf(atHour(on, 0))

const within = ({ credits, debits, window }: Listing, { entry, stamp }: Row): boolean =>
  stamp >= window.from && stamp <= window.to && (entry.amount < 0 ? debits : credits)

/** Where the telling begins: at the window's beginning, or with the oldest entry. */
const oldest = ({ account, bank, window }: Listing): number => {
  const [entry] = bank.byDay(account.id)
  return Math.max(window.from, entry?.bookedOn === undefined ? 0 : beginning(entry.bookedOn))
}

/** Where it ends: today, unless the bank tells the future. */
const newest = ({ bank, quirks, window }: Listing): number =>
  Math.min(window.to, beginning(addDays(bank.clock.today, quirks.futureBooked ? 366 : 1)) - 1)

const pendingRows = (listing: Listing): ReadonlyArray<Row> =>
  listing.bank
    .pending(listing.account.id)
    .map((entry): Row => {
      const { expectedOn } = entry
      const row = rowOf(listing, entry)
      return listing.quirks.futurePending && expectedOn !== undefined ? { entry, stamp: beginning(expectedOn) } : row
    })
    .filter((row) => within(listing, row))
    .toSorted(newestFirst)

const newestFirst = (one: Row, two: Row): number => two.stamp - one.stamp || two.entry.number - one.entry.number

/** Booked entries whose day begins in the window, oldest first. */
const bookedDays = (listing: Listing): ReadonlyArray<Entry> => {
  const { account, bank, profile } = listing
  const [from, to] = [oldest(listing), newest(listing)]
  const on = dayOfStamp(from)
  const first = profile.instants || beginning(on) === from ? on : addDays(on, 1)
  return from > to ? [] : bank.byDay(account.id, first, dayOfStamp(to))
}

/** How many rows the window has, about. */
export const weight = (listing: Listing): number => pendingRows(listing).length + bookedDays(listing).length

/** Rows of one window up to `size`, and more only where several share the last one's moment. */
export const windowPage = (listing: Listing, size: number, overlap: number): WindowPage => {
  const pending = pendingRows(listing)
  const stamps = pending.map(({ stamp }) => stamp)
  const first = dayOfStamp(Math.min(oldest(listing), ...stamps))
  const rows: Array<Row> = []
  let on = dayOfStamp(Math.max(newest(listing), ...stamps))
  for (; on >= first && rows.length <= size; on = addDays(on, -1)) {
    const booked = listing.bank.byDay(listing.account.id, on, on).map((entry) => rowOf(listing, entry))
    const held = pending.filter(({ stamp }) => dayOfStamp(stamp) === on)
    rows.push(...[...booked.filter((row) => within(listing, row)), ...held].toSorted(newestFirst))
  }
  const last = rows[size - 1]?.stamp
  if (rows.length <= size || last === undefined) return { rows, nextTo: undefined }
  const page = rows.filter(({ stamp }, index) => index < size || stamp === last)
  if (page.length === rows.length && on < first) return { rows, nextTo: undefined }
  const repeated = overlap === 0 ? undefined : page[Math.max(0, page.length - overlap)]?.stamp
  const latest = page[0]?.stamp ?? last
  return { rows: page, nextTo: repeated !== undefined && repeated < latest ? repeated : last - 1 }
}

/** The page of that number, from 1. What is pending comes first. */
export const numberedPage = (listing: Listing, size: number, overlap: number, number: number): NumberedPage => {
  const pending = pendingRows(listing)
  const days = bookedDays(listing)
  const { credits, debits } = listing
  const booked = credits && debits ? days : days.filter(({ amount }) => (amount < 0 ? debits : credits))
  const total = pending.length + booked.length
  const step = Math.max(1, size - overlap)
  const start = (number - 1) * step
  const rows: Array<Row> = pending.slice(start, start + size)
  for (let place = start + rows.length; place < Math.min(start + size, total); place += 1) {
    const entry = booked[booked.length - 1 - (place - pending.length)]
    if (entry !== undefined) rows.push(rowOf(listing, entry))
  }
  return { rows, pages: Math.max(1, Math.ceil((total - overlap) / step)) }
}
