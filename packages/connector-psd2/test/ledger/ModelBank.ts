/**
 * A bank in a few lines, behind the seam: a true ledger, and the habits that make it hard to copy. What an entry is
 * called, worded, dated and where it stands on a page can all change; its `key` never does and is on no wire.
 */
import * as Effect from "effect/Effect"
import type { Dialect } from "../../src/Dialect.ts"
import type { Entry, Page, Window } from "../../src/Entry.ts"
import { Refusal } from "../../src/Refusal.ts"

export interface Habits {
  /** `shifting`: ids that look like ids and are the position in the list; its record says not to believe them. */
  readonly ids: "stable" | "none" | "session" | "placeholder" | "positional" | "duplicate" | "shifting"
  readonly balanceAfter: boolean
  readonly newestFirst: boolean
  readonly pageSize: number
  /** Rows of the page before that every further page opens with. */
  readonly overlap: number
  /** `indicator`: unsigned beside an indicator. `minus`: signed. `parties`: unsigned, and both parties named. */
  readonly signs: "indicator" | "minus" | "parties"
  /** It refuses windows with more rows. */
  readonly heavy: number | undefined
}

export interface Truth {
  readonly key: number
  id: string
  day: string
  minor: number
  text: string
  status: "booked" | "pending"
  /** Changed since the bank was last read to the end. */
  touched: boolean
}

export const own = "DE75512108001245126199"
const other = "FR7630006000011234567890189"

const decimal = (minor: number): string => `${Math.trunc(minor / 100)}.${String(minor % 100).padStart(2, "0")}`

export class ModelBank {
  readonly entries: Array<Truth> = []
  readonly habits: Habits
  /** Called between the first page and the second of the next walk. */
  meanwhile: (() => void) | undefined
  /** Pages after which the next walk breaks off. */
  failAfter: number | undefined
  calls = 0
  #next = 0
  #reads = 0

  constructor(habits: Habits) {
    this.habits = habits
  }

  book(day: string, minor: number, text: string, status: Truth["status"] = "booked"): Truth {
    this.#next += 1
    const entry: Truth = {
      key: this.#next,
      id: `TX-${String(this.#next * 7919).padStart(9, "0")}`,
      day,
      minor,
      text,
      status,
      touched: false
    }
    this.entries.push(entry)
    return entry
  }

  reissue(): void {
    this.#reads += 1
    for (const entry of this.entries) entry.id = `RE-${this.#reads}-${String(entry.key * 104_729).padStart(9, "0")}`
  }

  get booked(): ReadonlyArray<Truth> {
    return this.entries.filter(({ status }) => status === "booked")
  }

  get pending(): ReadonlyArray<Truth> {
    return this.entries.filter(({ status }) => status === "pending")
  }

  #list(window: Window): ReadonlyArray<Entry> {
    const { habits } = this
    const order = [...this.booked].toSorted((a, b) => (a.day === b.day ? a.key - b.key : a.day < b.day ? -1 : 1))
    let balance = 0
    const perDay = new Map<string, number>()
    const rows = order.map((entry, index): Entry => {
      balance += entry.minor
      perDay.set(entry.day, (perDay.get(entry.day) ?? 0) + 1)
      const id = {
        stable: entry.id,
        none: undefined,
        session: `${entry.id}-${this.#reads}`,
        placeholder: "0000000000",
        positional: `${entry.day}-${perDay.get(entry.day) ?? 0}`,
        duplicate: `TX-${String(Math.floor(index / 2)).padStart(9, "0")}`,
        shifting: `TX-${String(index).padStart(9, "0")}`
      }[habits.ids]
      return {
        ...this.#row(entry),
        transactionId: id,
        ...(habits.balanceAfter && {
          balanceAfter: {
            amount: decimal(Math.abs(balance)),
            currency: "EUR",
            indicator: balance < 0 ? "debit" : "credit"
          }
        })
      }
    })
    const shown = rows.filter(
      ({ bookingDate = "" }) => bookingDate >= window.from && bookingDate <= (window.to ?? "9999-12-31")
    )
    return habits.newestFirst ? shown.toReversed() : shown
  }

  #row(entry: Truth): Entry {
    const { signs } = this.habits
    const amount = decimal(Math.abs(entry.minor))
    const isDebit = entry.minor < 0
    const [me, them] = [
      { name: "Me", account: own },
      { name: "Them", account: other }
    ]
    return {
      status: entry.status,
      amount: { amount: signs === "minus" && isDebit ? `-${amount}` : amount, currency: "EUR" },
      ...(signs === "indicator" && { indicator: isDebit ? "debit" : "credit" }),
      ...(signs === "parties" && { creditor: isDebit ? them : me, debtor: isDebit ? me : them }),
      // A signing bank names the payer of what comes in.
      ...(signs === "minus" && !isDebit && { debtor: them }),
      bookingDate: entry.day,
      texts: [entry.text],
      wire: { key: entry.key }
    }
  }

  readonly page = (window: Window, next: string | undefined): Effect.Effect<Page, Refusal> =>
    Effect.suspend(() => {
      this.calls += 1
      const { heavy, overlap, pageSize } = this.habits
      const offset = next === undefined ? 0 : Number(next)
      if (offset === 0 && this.habits.ids === "session") this.#reads += 1
      if (offset > 0) {
        this.meanwhile?.()
        this.meanwhile = undefined
      }
      const rows = this.#list(window)
      const isOneDay = new Set(rows.map(({ bookingDate }) => bookingDate)).size === 1
      if (heavy !== undefined && rows.length > heavy && !isOneDay)
        return Effect.fail(new Refusal("too_much", "too much"))
      const isLast = offset + pageSize >= rows.length
      return Effect.succeed({
        entries: [
          ...rows.slice(Math.max(0, offset - (offset === 0 ? 0 : overlap)), offset + pageSize),
          ...(offset === 0 && window.to === undefined
            ? this.pending.map((entry) => ({ ...this.#row(entry), transactionId: entry.id }))
            : [])
        ],
        unreadable: [],
        skipped: new Map(),
        statesPending: true,
        unknownFields: new Map(),
        ...(!isLast && { next: String(offset + pageSize) })
      })
    })

  get dialect(): Dialect {
    return {
      link: () => Effect.die("nobody links here"),
      revoke: () => Effect.void,
      accounts: () => Effect.succeed([]),
      balances: () =>
        Effect.succeed([
          {
            type: "interimBooked",
            amount: decimal(Math.abs(this.sum)),
            currency: "EUR",
            indicator: this.sum < 0 ? "debit" : "credit"
          }
        ]),
      page: (_call, _account, window, next) => this.page(window, next)
    }
  }

  get sum(): number {
    return this.booked.reduce((sum, { minor }) => sum + minor, 0)
  }
}
