/**
 * What a connector says while it reads. Everything before a {@link Checkpoint} may be committed; repeating any of it is
 * harmless, and a read that is through ends in one. Absence is never deletion: a row goes only by a {@link Tombstone}, or, while it is pending, by a
 * {@link PendingSnapshot} that no longer names it.
 */
import type { CalendarDate } from "./CalendarDate.ts"
import type { Instant } from "./Instant.ts"
import type { RowOf } from "./Row.ts"
import type { StreamName } from "./StreamName.ts"

/** A row as the provider states it now. */
export type Upsert = {
  readonly [S in StreamName]: {
    readonly _tag: "Upsert"
    readonly stream: S
    readonly id: string
    readonly row: RowOf[S]
    /** When the provider last changed it; an older version never overwrites a newer one. Absent: the last read wins. */
    readonly version?: Instant
    /** Not settled yet: replaceable by the next {@link PendingSnapshot}. */
    readonly pending?: boolean
  }
}[StreamName]

/** The provider says the row is gone. The mirror keeps it, marked. */
export interface Tombstone {
  readonly _tag: "Tombstone"
  readonly stream: StreamName
  readonly id: string
  readonly version?: Instant
  readonly reason: string
}

/** These, and no others, are the pending rows of the stream now. */
export interface PendingSnapshot {
  readonly _tag: "PendingSnapshot"
  readonly stream: StreamName
  readonly ids: ReadonlyArray<string>
}

/** Where in the source something was seen. */
export interface Locator {
  readonly line?: number
  readonly column?: string
  /** The provider's id of the row, where it could be read. */
  readonly id?: string
}

/** A row that could not be read. The run goes on; `raw` is kept sealed beside the reason, never logged. */
export interface Quarantined {
  readonly _tag: "Quarantined"
  readonly stream: StreamName
  readonly reason: string
  readonly locator: Locator
  readonly raw: string
}

/** The provider sent a field or an enum value this connector does not know. `path` names fields, never values of a person. */
export interface Drift {
  readonly _tag: "Drift"
  readonly stream: StreamName
  readonly kind: "unknown_field" | "unknown_value"
  readonly path: string
  readonly count: number
}

/**
 * This read has heard every booked row of the stream from this day on; of earlier days it may have heard none, some or
 * all. Where a history is cut off, this is what a stated balance can be held against.
 */
export interface Reach {
  readonly _tag: "Reach"
  readonly stream: StreamName
  readonly from: CalendarDate
}

/** An invariant of the source that was held against its rows. */
export interface Check {
  readonly _tag: "Check"
  readonly stream: StreamName
  readonly name: string
  readonly rows: number
  readonly breaks: ReadonlyArray<{ readonly locator: Locator; readonly expected: string; readonly actual: string }>
}

/** Opaque outside the connector: JSON text the host stores and hands back. */
export interface Checkpoint<C = string> {
  readonly _tag: "Checkpoint"
  readonly checkpoint: C
}

export type ReadEvent<C = string> =
  | Upsert
  | Tombstone
  | PendingSnapshot
  | Quarantined
  | Drift
  | Reach
  | Check
  | Checkpoint<C>
