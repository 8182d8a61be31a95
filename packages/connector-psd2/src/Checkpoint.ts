/**
 * How far reading has come: which days were read, which still have to be, and what is remembered of the entries. It is
 * the connector's own; one that no longer reads means starting over, which ends in the same rows.
 */
import { CalendarDate } from "@paymirror/core"
import * as Schema from "effect/Schema"
import { Ledger } from "./ledger/Identity.ts"
import * as Memory from "./ledger/Memory.ts"
import type { Waiting } from "./Pending.ts"
import type { Past } from "./ledger/Window.ts"

const Day = CalendarDate.CalendarDate

export const Checkpoint = Schema.Struct({
  v: Schema.Literal(1),
  floor: Day,
  covered: Schema.optionalKey(Day),
  newest: Schema.optionalKey(Day),
  whole: Schema.optionalKey(Day),
  pending: Schema.optionalKey(Day),
  /** Since when each pending entry has been waiting, by a hash of it. */
  waiting: Schema.optionalKey(Schema.Record(Schema.String, Day)),
  unread: Schema.Array(Schema.Struct({ from: Day, to: Day, why: Schema.Literals(["history", "pause"]) })),
  /** Statuses whose entries were seen with a minus. */
  minus: Schema.Array(Schema.Literals(["booked", "pending"])),
  distrusted: Schema.Array(Schema.String),
  known: Schema.String
})
export type Checkpoint = typeof Checkpoint.Type

/** Where a run stands; it moves on while the run goes. */
export interface Place extends Past {
  covered?: CalendarDate.CalendarDate | undefined
  newest?: CalendarDate.CalendarDate | undefined
  whole?: CalendarDate.CalendarDate | undefined
  pending?: CalendarDate.CalendarDate | undefined
  waiting: Waiting
  unread: Past["unread"]
  readonly minus: Set<"booked" | "pending">
  readonly ledger: Ledger
}

export const open = (from: Checkpoint | undefined, floor: CalendarDate.CalendarDate): Place =>
  from === undefined
    ? { floor, waiting: new Map(), unread: [], minus: new Set(), ledger: new Ledger() }
    : {
        floor: from.floor,
        covered: from.covered,
        newest: from.newest,
        whole: from.whole,
        pending: from.pending,
        waiting: new Map(Object.entries(from.waiting ?? {})),
        unread: from.unread,
        minus: new Set(from.minus),
        ledger: new Ledger(Memory.decode(from.known), from.distrusted)
      }

/** `unread`: what the run has still before it, besides what it cannot read. */
export const close = (place: Place, today: CalendarDate.CalendarDate, unread: Past["unread"]): Checkpoint => ({
  v: 1,
  floor: place.floor,
  ...(place.covered !== undefined && { covered: place.covered }),
  ...(place.newest !== undefined && { newest: place.newest }),
  ...(place.whole !== undefined && { whole: place.whole }),
  ...(place.pending !== undefined && { pending: place.pending }),
  ...(place.waiting.size > 0 && { waiting: Object.fromEntries(place.waiting) }),
  unread,
  minus: [...place.minus].toSorted(),
  distrusted: place.ledger.distrusted,
  known: place.ledger.remembered(Memory.since(today))
})
