/** A bank that says what it is told to say: rows by day, or an answer for each call. */
import * as Effect from "effect/Effect"
import type { Dialect, Failure } from "../../src/Dialect.ts"
import type { BankBalance, Entry, Page, Window } from "../../src/Entry.ts"

/** A booked debit. */
export const row = (day: string, amount: string, text: string, more: Partial<Entry> = {}): Entry => ({
  status: "booked",
  amount: { amount, currency: "EUR" },
  bookingDate: day,
  texts: [text],
  wire: { day, amount, text },
  ...more
})

export const page = (entries: ReadonlyArray<Entry>, more: Partial<Page> = {}): Page => ({
  entries,
  unreadable: [],
  skipped: new Map(),
  statesPending: true,
  unknownFields: new Map(),
  ...more
})

export interface Asked {
  readonly window: Window
  readonly next: string | undefined
  readonly resourceId: string
}

export class Scripted {
  readonly asked: Array<Asked> = []
  rows: ReadonlyArray<Entry> = []
  balances: ReadonlyArray<BankBalance> = []
  /** In the place of the rows. */
  answer: ((asked: Asked, call: number) => Effect.Effect<Page, Failure>) | undefined
  more: Partial<Dialect> = {}

  get dialect(): Dialect {
    return {
      link: () => Effect.die("nobody links here"),
      revoke: () => Effect.void,
      accounts: () => Effect.succeed([]),
      balances: () => Effect.succeed(this.balances),
      page: (_call, { resourceId }, window, next) =>
        Effect.suspend(() => {
          const asked = { window, next, resourceId }
          this.asked.push(asked)
          return this.answer?.(asked, this.asked.length) ?? Effect.succeed(page(this.#shown(window)))
        }),
      ...this.more
    }
  }

  #shown({ from, to = "9999-12-31" }: Window): ReadonlyArray<Entry> {
    return this.rows.filter(
      ({ bookingDate, status }) =>
        status === "pending" || bookingDate === undefined || (bookingDate >= from && bookingDate <= to)
    )
  }
}
