/**
 * What is pending in one run: a snapshot that replaces the one before it, for as long as the bank states all that is
 * pending in every window up to now. Where one window does not, nothing is taken away. A bank may leave out what it has
 * announced before the window, and the day it writes may be the one it expects to book on, or none: since when each has
 * been waiting is remembered, by a hash of what stays the same of it.
 */
import type { CalendarDate, ReadEvent } from "@paymirror/core"
import * as Fingerprint from "./ledger/Fingerprint.ts"
import * as Notice from "./translate/notice.ts"
import { type Judged, rowOf } from "./translate/row.ts"

const stream = "balance"

type Day = CalendarDate.CalendarDate

/** By what it is known again, and a day on which it was not pending yet or just became it. */
export type Waiting = ReadonlyMap<string, Day>

export interface Snapshot {
  readonly event: ReadEvent.PendingSnapshot
  readonly waiting: Waiting
  /** The day the oldest of them has been waiting since. */
  readonly oldest: Day | undefined
}

export class Pending {
  #ids: Set<string> | undefined = new Set()
  readonly #told = new Map<string, Array<{ readonly id: string; readonly text: string }>>()
  readonly #waiting = new Map<string, Day>()
  readonly #before: Waiting
  readonly #since: Day
  readonly #today: Day

  /** `since`: what is met for the first time and does not say its day became pending after it. */
  constructor(before: Waiting, since: Day, today: Day) {
    this.#before = before
    this.#since = since
    this.#today = today
  }

  /** All of it; nothing where it is not known to be all. */
  get snapshot(): Snapshot | undefined {
    if (this.#ids === undefined) return undefined
    const [oldest] = [...this.#waiting.values()].toSorted()
    return { event: { _tag: "PendingSnapshot", stream, ids: [...this.#ids] }, waiting: this.#waiting, oldest }
  }

  /**
   * In a namespace of its own, since an id may be the same before and after booking. What another window of the run has
   * shown already is itself; within one window everything is another entry.
   */
  #idOf({ currency, date = "", id, minor, text }: Judged, here: Set<string>): string {
    const stem = `pending:${id ?? Fingerprint.hash(`${date} ${minor} ${currency}`)}`
    const told = this.#told.get(stem) ?? []
    const known = told.find((one) => !here.has(one.id) && (id !== undefined || one.text === text))
    const row = known?.id ?? (told.length === 0 ? stem : `${stem}-${told.length + 1}`)
    if (known === undefined) this.#told.set(stem, [...told, { id: row, text }])
    here.add(row)
    return row
  }

  #remember({ currency, date, minor, text }: Judged): void {
    const key = Fingerprint.hash(`${minor} ${currency} ${text}`)
    const own = date !== undefined && date <= this.#today ? date : undefined
    const days = [own, this.#waiting.get(key), this.#before.get(key) ?? (own === undefined ? this.#since : undefined)]
    const [first] = days.filter((day) => day !== undefined).toSorted()
    if (first !== undefined) this.#waiting.set(key, first)
  }

  *tell(entries: ReadonlyArray<Judged>, areAll: boolean): Generator<ReadEvent.Upsert | ReadEvent.Drift, void> {
    if (!areAll) {
      // A pending row can only be taken away again by a bank that states what is pending.
      this.#ids = undefined
      if (entries.length > 0) yield Notice.drift("unknown_value", "bookingDate: in the future", entries.length)
      return
    }
    const here = new Set<string>()
    for (const judged of entries) {
      const id = this.#idOf(judged, here)
      this.#ids?.add(id)
      this.#remember(judged)
      yield { _tag: "Upsert", stream, id, row: rowOf(judged, id, true), pending: true }
    }
  }
}
