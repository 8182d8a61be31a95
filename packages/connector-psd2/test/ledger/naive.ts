/**
 * Readers as they are often written, each with one well-known mistake. They show that the histories tell a right reader
 * from a wrong one.
 */
import { CalendarDate, type ReadEvent } from "@paymirror/core"
import { Mirror } from "@paymirror/connector-testing"
import * as Effect from "effect/Effect"
import type { Entry } from "../../src/Entry.ts"
import type { ModelBank } from "./ModelBank.ts"

export type Mistake = "content hash" | "bare id" | "clock watermark" | "order only"

const minorOf = ({ amount, debtor, indicator }: Entry, own: string): number => {
  const minor = Math.round(Math.abs(Number(amount.amount)) * 100)
  const isDebit =
    indicator === "debit" ||
    String(amount.amount).startsWith("-") ||
    (indicator === undefined && debtor?.account === own)
  return isDebit ? -minor : minor
}

const upsert = (id: string, entry: Entry, own: string): ReadEvent.ReadEvent => ({
  _tag: "Upsert",
  stream: "balance",
  id,
  row: {
    rowType: "entry",
    entryId: id,
    entryType: "other",
    status: entry.status === "pending" ? "PENDING" : "BOOKED",
    amount: { amount: minorOf(entry, own), currency: "EUR" },
    description: entry.texts.join(" "),
    ...(entry.bookingDate !== undefined && { bookedDate: entry.bookingDate })
  },
  ...(entry.status === "pending" && { pending: true })
})

export class NaiveReader {
  readonly mirror = Mirror.make()
  readonly #bank: ModelBank
  readonly #mistake: Mistake
  readonly #own: string
  #readTo: string | undefined

  constructor(bank: ModelBank, mistake: Mistake, own: string) {
    this.#bank = bank
    this.#mistake = mistake
    this.#own = own
  }

  read(today: string) {
    return Effect.gen({ self: this }, function* () {
      const from =
        this.#readTo === undefined
          ? CalendarDate.addDays(today, -90)
          : this.#mistake === "clock watermark"
            ? this.#readTo
            : CalendarDate.addDays(today, -14)
      const entries: Array<Entry> = []
      let next: string | undefined
      do {
        const page: { readonly entries: ReadonlyArray<Entry>; readonly next?: string | undefined } =
          yield* this.#bank.page({ from }, next)
        entries.push(...page.entries)
        next = page.next
      } while (next !== undefined)
      this.#readTo = today
      const counts = new Map<string, number>()
      const booked = entries.filter(({ status }) => status === "booked")
      const pending = entries.filter(({ status }) => status === "pending")
      for (const [index, entry] of booked.entries()) {
        this.mirror.apply([upsert(this.#idOf(entry, index, counts), entry, this.#own)])
      }
      for (const entry of pending) this.mirror.apply([upsert(`pending:${entry.transactionId ?? ""}`, entry, this.#own)])
      const ids = pending.map(({ transactionId }) => `pending:${transactionId ?? ""}`)
      this.mirror.apply([{ _tag: "PendingSnapshot", stream: "balance", ids }])
    })
  }

  #idOf(entry: Entry, index: number, counts: Map<string, number>): string {
    const content = `${entry.bookingDate ?? ""} ${entry.amount.amount} ${entry.texts.join(" ")}`
    switch (this.#mistake) {
      case "content hash":
        return content
      case "bare id":
        return entry.transactionId ?? content
      case "order only":
        return String(index)
      case "clock watermark": {
        const count = (counts.get(content) ?? 0) + 1
        counts.set(content, count)
        return `${content} ${count}`
      }
    }
  }
}
