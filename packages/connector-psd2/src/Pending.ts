/**
 * What is pending in one run: a snapshot that replaces the one before it, for as long as the bank states all that is
 * pending in every window up to now. Where one window does not, nothing is taken away.
 */
import type { CalendarDate, ReadEvent } from "@paymirror/core"
import * as Notice from "./translate/notice.ts"
import { type Judged, pendingIds, rowOf } from "./translate/row.ts"

const stream = "balance"

export class Pending {
  #rows: Map<string, CalendarDate.CalendarDate | undefined> | undefined = new Map()

  /** All of it, and the day of the oldest; nothing where it is not known to be all. */
  get snapshot():
    | { readonly event: ReadEvent.PendingSnapshot; readonly oldest: CalendarDate.CalendarDate | undefined }
    | undefined {
    if (this.#rows === undefined) return undefined
    const [oldest] = [...this.#rows.values()].filter((day) => day !== undefined).toSorted()
    return { event: { _tag: "PendingSnapshot", stream, ids: [...this.#rows.keys()] }, oldest }
  }

  *tell(entries: ReadonlyArray<Judged>, areAll: boolean): Generator<ReadEvent.Upsert | ReadEvent.Drift, void> {
    if (!areAll) {
      // A pending row can only be taken away again by a bank that states what is pending.
      this.#rows = undefined
      if (entries.length > 0) yield Notice.drift("unknown_value", "bookingDate: in the future", entries.length)
      return
    }
    const ids = pendingIds(entries)
    for (const [index, judged] of entries.entries()) {
      const id = ids[index] as string
      this.#rows?.set(id, judged.date)
      yield { _tag: "Upsert", stream, id, row: rowOf(judged, id, true), pending: true }
    }
  }
}
