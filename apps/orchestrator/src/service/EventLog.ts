/**
 * The change log and the occurrences beside it, read as one log of events. They have one order; an event is the same, id
 * and all, whenever and wherever it is read. Whoever reads on from the position it was given skips nothing and hears
 * nothing twice. What was purged from the mirror is no longer told.
 */
import { Changes, Occurrences } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import * as Events from "./Events.ts"

/** Up to where it was read. */
export interface Position {
  /** The last change. */
  readonly seq: number
  /** The last occurrence. */
  readonly occurrence: number
  /** Of the next change, the events up to this id were told too. */
  readonly told?: string
}

export interface Query {
  readonly after: Position
  /** How many changes, and how many occurrences, are looked at. */
  readonly limit: number
  /** Which changes: a condition on `change`, `row` and `account`. */
  readonly changes?: Fragment
  /** Which occurrences: a condition on `occurrence`. */
  readonly occurrences?: Fragment
}

export interface Read {
  readonly events: ReadonlyArray<Events.Told>
  /** Where to read on. */
  readonly position: Position
  /** There was more than was looked at. */
  readonly more: boolean
}

/** Entries of the change log that are looked at in one go, whoever they are of. */
const reach = 20_000

/** The end of both logs, at one moment. */
export const latest = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<Position>`SELECT coalesce((SELECT max(seq) FROM change), 0) AS seq,
    coalesce((SELECT max(n) FROM occurrence), 0) AS occurrence`
  return rows[0] ?? { seq: 0, occurrence: 0 }
})

/** The events after a position, in order. */
export const read = ({ after, changes: ofChanges, limit, occurrences: ofOccurrences }: Query) =>
  Effect.gen(function* () {
    const top = yield* latest
    const until = Math.min(top.seq, after.seq + reach)
    const changes = yield* Changes.changes({
      after: after.seq,
      until,
      limit,
      ...(ofChanges !== undefined && { where: ofChanges })
    })
    const occurrences = yield* Occurrences.occurrences({
      after: after.occurrence,
      until: top.occurrence,
      limit,
      ...(ofOccurrences !== undefined && { where: ofOccurrences })
    })
    // Of a log that was not read to its end nothing is known from there on, so the other is not told any further.
    const changesEnd = changes.length === limit ? changes.at(-1)?.seq : until < top.seq ? until : undefined
    const occurrencesEnd = occurrences.length < limit ? undefined : occurrences.at(-1)?.afterSeq
    const certain = changes.filter(({ seq }) => occurrencesEnd === undefined || seq <= occurrencesEnd)
    const others = occurrences.filter(({ afterSeq }) => changesEnd === undefined || afterSeq <= changesEnd)
    // Sorting keeps the order of equals: what happened after a change stands behind it.
    const events = [...certain.flatMap(Events.of), ...others.map(Events.ofOccurrence)].toSorted((a, b) => a.seq - b.seq)
    const told = after.told === undefined ? -1 : events.findIndex((one) => Events.idOf(one) === after.told)
    const position: Position = {
      seq: Math.max(after.seq, Math.min(changesEnd ?? Infinity, occurrencesEnd ?? Infinity, top.seq)),
      occurrence:
        others.length === occurrences.length && occurrencesEnd === undefined
          ? Math.max(after.occurrence, top.occurrence)
          : (others.at(-1)?.n ?? after.occurrence)
    }
    const more = position.seq < top.seq || position.occurrence < top.occurrence
    return { events: events.slice(told + 1), position, more } satisfies Read
  })

/** A position as an id that a reader may come back with: {@link behind} it is where it goes on. */
export const markOf = ({ occurrence, seq, told }: Position): string =>
  told ?? Events.idOf({ seq, index: `o${occurrence}` })

/** The position behind an event or a mark, by its id. Nothing where it is neither. */
export const behind = (id: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const place = Events.placeOf(id)
    if (place === undefined) return undefined
    const { index, seq } = place
    if (typeof index !== "number") return { seq, occurrence: Number(index.slice(1)) } satisfies Position
    const rows = yield* sql<{ n: number }>`SELECT coalesce(max(n), 0) AS n FROM occurrence WHERE after_seq < ${seq}`
    return { seq: Math.max(seq - 1, 0), occurrence: rows[0]?.n ?? 0, told: id } satisfies Position
  })
