/**
 * What a Berlin Group bank lists of an account: which entries a window holds, what is refused of it, and how it is cut
 * into pages, newest first. A page begins after a row and not at a position, so that rows which arrive meanwhile do not
 * move it, unless a quirk makes it so. What a row says is `Row.ts`; how it is spelt is each version's own.
 */
import { addDays, minute } from "@paymirror/connector-testing/simulator"
import type { Day } from "@paymirror/connector-testing/simulator"
import type { Account, Bank, Entry } from "./Bank.ts"
import type { Consent } from "./Consents.ts"
import type { Quirks } from "./Quirks.ts"

export interface Wanted {
  readonly from: Day | undefined
  readonly until: Day | undefined
  readonly booked: boolean
  readonly pending: boolean
  /** Everything booked after this entry, whatever the days. */
  readonly after?: string | undefined
  /** Everything booked since this consent last asked. */
  readonly delta?: boolean | undefined
  readonly page?: string | undefined
}

export type Denial = "PERIOD_INVALID" | "FORMAT_ERROR" | "PARAMETER_NOT_SUPPORTED" | "too heavy" | "too large"

export interface Listed {
  readonly booked: ReadonlyArray<Entry>
  readonly pending: ReadonlyArray<Entry>
  /** What the next page is asked for with. */
  readonly next: string | undefined
  /** How often this list has been read from its first page, this time included. */
  readonly reads: number
}

interface Place {
  readonly walk: number
  /** What a delta began after. */
  readonly since?: number | undefined
  /** How many rows lie before the page, or */
  readonly offset?: number | undefined
  /** the last row before it. */
  readonly day?: Day | undefined
  readonly number?: number | undefined
}

const spelled = (place: Place): string => Buffer.from(JSON.stringify(place)).toString("base64url")

const placeOf = (page: string): Place | undefined => {
  try {
    const place: unknown = JSON.parse(Buffer.from(page, "base64url").toString())
    return typeof place === "object" && place !== null && "walk" in place ? (place as Place) : undefined
  } catch {
    return undefined
  }
}

/** How many of the entries (oldest first) lie at or before a place, by day and number. */
const upTo = (entries: ReadonlyArray<Entry>, day: Day, number: number): number => {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const entry = entries[middle]
    const before =
      entry !== undefined && ((entry.bookedOn ?? "") < day || (entry.bookedOn === day && entry.number <= number))
    if (before) low = middle + 1
    else high = middle
  }
  return low
}

export class Statement {
  readonly #bank: Bank
  readonly #quirks: Quirks
  readonly #reads = new Map<string, number>()
  readonly #seen = new Map<string, number>()
  readonly #shifted = new Set<number>()
  #walks = 0

  constructor(bank: Bank, quirks: Quirks) {
    this.#bank = bank
    this.#quirks = quirks
  }

  /** One page of it; as many rows as the quirk has it, unless the report is not cut into pages at all. */
  list(account: Account, consent: Consent, wanted: Wanted, rows?: number): Listed | { readonly denied: Denial } {
    const denied = this.#denied(consent, wanted)
    if (denied !== undefined) return { denied }
    const place = wanted.page === undefined ? undefined : placeOf(wanted.page)
    if (wanted.page !== undefined && place === undefined) return { denied: "FORMAT_ERROR" }
    const walk = place?.walk ?? (this.#walks += 1)
    if (place !== undefined) this.#shift(account, walk)
    const seen = `${consent.id}/${account.id}`
    const since = place?.since ?? this.#seen.get(seen) ?? 0
    const entries = wanted.booked ? this.#window(account, wanted, since) : []
    if (entries === undefined) return { denied: "FORMAT_ERROR" }
    const { heavyWindow, nextLink, pageOverlap, shiftingPages } = this.#quirks
    const pageSize = rows ?? this.#quirks.pageSize
    if (heavyWindow !== undefined && entries.length > heavyWindow.rows) {
      return { denied: heavyWindow.status === 500 ? "too heavy" : "too large" }
    }
    const reads = (this.#reads.get(account.id) ?? 0) + (place === undefined ? 1 : 0)
    this.#reads.set(account.id, reads)
    const end = this.#end(entries, place)
    const start = Math.max(0, end - pageSize)
    const overlap = place === undefined ? 0 : pageOverlap
    const booked = entries.slice(start, Math.min(entries.length, end + overlap)).toReversed()
    const pending = place === undefined && wanted.pending ? this.#pending(account, wanted) : []
    if (place === undefined) this.#seen.set(seen, this.#bank.ledger(account.id).at(-1)?.number ?? 0)
    if (nextLink === "endless") return { booked, pending, reads, next: spelled({ walk, offset: 0 }) }
    const last = entries[start]
    const more = start > 0 && last !== undefined
    const after: Place = shiftingPages
      ? { walk, since, offset: entries.length - start }
      : { walk, since, day: last?.bookedOn, number: last?.number }
    return { booked, pending, reads, next: more ? spelled(after) : undefined }
  }

  #denied(consent: Consent, wanted: Wanted): Denial | undefined {
    const { deepMinutes, historyDays, rejectsDelta, silentlyShort } = this.#quirks
    const { clock } = this.#bank
    const delta = wanted.after !== undefined || wanted.delta === true
    if (delta) return rejectsDelta ? "PARAMETER_NOT_SUPPORTED" : undefined
    if (wanted.from === undefined) return "FORMAT_ERROR"
    if (wanted.until !== undefined && wanted.until < wanted.from) return "PERIOD_INVALID"
    const deep = consent.authorisedAt !== undefined && clock.now < consent.authorisedAt + deepMinutes * minute
    const early = historyDays !== undefined && wanted.from < addDays(clock.today, -historyDays)
    return early && !deep && !silentlyShort ? "PERIOD_INVALID" : undefined
  }

  #window(account: Account, wanted: Wanted, since: number): ReadonlyArray<Entry> | undefined {
    const { clock } = this.#bank
    if (wanted.after !== undefined) {
      const known = this.#bank.ledger(account.id).find(({ entryReference }) => entryReference === wanted.after)
      return known && this.#bank.byDay(account.id).filter(({ number }) => number > known.number)
    }
    if (wanted.delta === true) {
      return this.#bank.byDay(account.id).filter(({ number }) => number > since)
    }
    const { futureBooked, historyDays, silentlyShort } = this.#quirks
    const floor = silentlyShort && historyDays !== undefined ? addDays(clock.today, -historyDays) : ""
    const from = (wanted.from ?? "") > floor ? wanted.from : floor
    const latest = futureBooked ? "9999-12-30" : clock.today
    const until = wanted.until === undefined || wanted.until > latest ? latest : wanted.until
    return this.#bank.byDay(account.id, from, until)
  }

  #pending(account: Account, wanted: Wanted): ReadonlyArray<Entry> {
    const [from, until] = [wanted.from ?? "", wanted.until ?? "9999-12-31"]
    return this.#bank.pending(account.id).filter(({ enteredAt }) => {
      const on = new Date(enteredAt).toISOString().slice(0, 10)
      return on >= from && on <= until
    })
  }

  /** Newest first: a page ends where the one before began. */
  #end(entries: ReadonlyArray<Entry>, place: Place | undefined): number {
    if (place === undefined) return entries.length
    if (place.offset !== undefined) return Math.max(0, entries.length - place.offset)
    return Math.max(0, upTo(entries, place.day ?? "", place.number ?? 0) - 1)
  }

  /** Between the first page of a walk and the second, something is booked. */
  #shift(account: Account, walk: number): void {
    if (!this.#quirks.shiftingPages || this.#shifted.has(walk)) return
    this.#shifted.add(walk)
    this.#bank.book(account.id, { amount: -299, text: "Kiosk, while you were reading", kind: "card" })
  }
}
