/**
 * The transactions of one account: the days asked for, newest first with what is pending before them, a page at a time.
 * The key to the next page is good in its own session only; a page may be empty and still have one.
 */
import { addDays, day, dayOf, minute } from "@paymirror/connector-testing/simulator"
import type { Day, Random } from "@paymirror/connector-testing/simulator"
import type { Account, Entry } from "../Bank.ts"
import { Failure } from "./Failure.ts"
import type { Aspsp, Session } from "./Sessions.ts"

export interface Asking {
  readonly from: Day
  readonly to: Day
  readonly status: string | undefined
}

export interface Page {
  readonly entries: ReadonlyArray<Entry>
  readonly continuationKey: string | undefined
}

interface Place {
  readonly session: string
  readonly account: string
  readonly asking: Asking
  readonly offset: number
  readonly turn: number
}

const statuses = ["BOOK", "CNCL", "HOLD", "OTHR", "PDNG", "RJCT", "SCHD"]
const days = /^\d{4}-\d{2}-\d{2}$/
const usualDays = 90

const dayAsked = (query: URLSearchParams, name: string): Day | undefined => {
  const text = query.get(name)
  if (text === null) return undefined
  if (days.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))) return text
  throw new Failure("WRONG_REQUEST_PARAMETERS", { detail: `${name} is not a date` })
}

/** What is asked for, as far as the bank lets it be. */
export const askingOf = ({ bank, quirks }: Aspsp, authorisedAt: number, query: URLSearchParams): Asking => {
  const { now, today } = bank.clock
  const [from, to] = [dayAsked(query, "date_from"), dayAsked(query, "date_to")]
  const status = query.get("transaction_status") ?? undefined
  const strategy = query.get("strategy") ?? "default"
  if (status !== undefined && !statuses.includes(status)) {
    throw new Failure("WRONG_REQUEST_PARAMETERS", { detail: "transaction_status is not known" })
  }
  if (strategy !== "default" && strategy !== "longest") {
    throw new Failure("WRONG_REQUEST_PARAMETERS", { detail: "strategy is not known" })
  }
  if (to !== undefined && from === undefined) throw new Failure("DATE_TO_WITHOUT_DATE_FROM")
  if (from !== undefined && from > today) throw new Failure("DATE_FROM_IN_FUTURE")
  if (from !== undefined && to !== undefined && from > to) throw new Failure("WRONG_DATE_INTERVAL")
  const fresh = now < authorisedAt + quirks.deepMinutes * minute
  const limited = quirks.historyDays !== undefined && !fresh
  const oldest = limited ? dayOf(now - (quirks.historyDays ?? 0) * day) : "0000-01-01"
  const longest = strategy === "longest"
  const begin = from ?? (longest ? "0000-01-01" : addDays(today, -usualDays))
  if (begin < oldest && from !== undefined && !longest && !quirks.silentlyShort) {
    throw new Failure("WRONG_TRANSACTIONS_PERIOD")
  }
  return {
    from: begin < oldest ? oldest : begin,
    to: longest ? addDays(today, 366) : (to ?? addDays(today, 366)),
    status
  }
}

const listed = ({ bank, quirks }: Aspsp, account: Account, { from, status, to }: Asking): ReadonlyArray<Entry> => {
  const latest = quirks.futureBooked || to < bank.clock.today ? to : bank.clock.today
  const booked = latest < from ? [] : bank.byDay(account.id, from, latest)
  const pending = bank.pending(account.id).filter(({ at }) => dayOf(at) >= from && dayOf(at) <= to)
  return [
    ...(status === undefined || status === "PDNG" ? pending.toReversed() : []),
    ...(status === undefined || status === "BOOK" ? booked.toReversed() : [])
  ]
}

export class Walks {
  readonly #random: Random
  readonly #places = new Map<string, Place>()

  constructor(random: Random) {
    this.#random = random
  }

  /** The page behind a key, or the first one. */
  page(aspsp: Aspsp, session: Session, account: Account, key: string | null, asking: Asking): Page {
    const place = key === null ? this.#first(session, account, asking) : this.#place(session, account, key)
    const { bank, quirks } = aspsp
    const all = listed(aspsp, account, place.asking)
    if (quirks.heavyWindow !== undefined && all.length > quirks.heavyWindow.rows) {
      throw new Failure("ASPSP_ERROR", { status: quirks.heavyWindow.status })
    }
    if (quirks.emptyPages && place.turn % 2 === 1)
      return { entries: [], continuationKey: this.#key(place, place.offset) }
    const end = place.offset + quirks.pageSize
    const entries = all.slice(place.offset, end)
    if (quirks.nextLink === "endless") return { entries, continuationKey: this.#key(place, place.offset) }
    if (end >= all.length) return { entries, continuationKey: undefined }
    if (quirks.nextLink === "self" && key !== null) return { entries, continuationKey: key }
    const next = Math.max(place.offset + 1, end - quirks.pageOverlap)
    const continuationKey = this.#key(place, next)
    if (quirks.shiftingPages && key === null) {
      bank.book(account.id, { amount: -100, text: "Booked between two pages", kind: "fee" })
    }
    return { entries, continuationKey }
  }

  #first(session: Session, account: Account, asking: Asking): Place {
    return { session: session.id, account: account.id, asking, offset: 0, turn: 0 }
  }

  #place(session: Session, account: Account, key: string): Place {
    const place = this.#places.get(key)
    if (place?.session === session.id && place.account === account.id) return place
    throw new Failure("WRONG_CONTINUATION_KEY")
  }

  #key(place: Place, offset: number): string {
    const key = this.#random.id("", 40)
    this.#places.set(key, { ...place, offset, turn: place.turn + 1 })
    return key
  }
}
