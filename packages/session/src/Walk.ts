/**
 * A list, walked page by page to its end. Every page ends in a checkpoint that is never behind the one before: a page the
 * provider served already is passed on, its cursor is not kept. A cursor the provider no longer knows begins the walk
 * again; a walk in a circle, or without an end, is reported as incomplete and never as done.
 */
import { type ConnectorError, Instant, type ReadEvent, type StreamName } from "@paymirror/core"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { declined, type Get } from "./Access.ts"
import * as Circle from "./Circle.ts"
import * as Feed from "./Feed.ts"
import type { Line } from "./Line.ts"
import * as Paging from "./Paging.ts"

export const Checkpoint = Schema.Struct({
  /** Which feed the cursor is of; a checkpoint of another feed is not used. */
  feed: Schema.String,
  /** Absent where every run begins at the beginning. */
  cursor: Schema.optionalKey(Schema.String),
  /** The latest version among the rows before it. */
  seenTo: Schema.optionalKey(Instant.Instant)
})
export type Checkpoint = typeof Checkpoint.Type

export type Events = Stream.Stream<ReadEvent.ReadEvent<Checkpoint>, ConnectorError.ConnectorError>

/** Where a walk stands; shared by the parts of one run. */
export interface Place {
  at: Checkpoint
}

/** What is walked: a list, on behalf of one stream, and whether the rows of other streams are wanted too. */
export interface Course<P extends Paging.Paging = Paging.Paged> {
  readonly list: Feed.List
  readonly paging: P
  readonly stream: StreamName.StreamName
  readonly only: StreamName.StreamName | undefined
  readonly place: Place
}

export const checkpoint = (at: Checkpoint): ReadEvent.Checkpoint<Checkpoint> => ({ _tag: "Checkpoint", checkpoint: at })

const pendingOf = (events: ReadonlyArray<Feed.RowEvent>, stream: StreamName.StreamName): ReadEvent.PendingSnapshot => ({
  _tag: "PendingSnapshot",
  stream,
  ids: events.flatMap((event) =>
    event._tag === "Upsert" && event.stream === stream && event.pending === true ? [event.id] : []
  )
})

/** The pages of a list, one pull each, until the last. */
export const walk = (get: Get, { fault, settings }: Line, { list, only, paging, place, stream }: Course): Events =>
  Stream.fromPull(
    Effect.sync(() => {
      const isCursor = paging._tag === "Cursor"
      const envelope = Feed.envelopeOf(list, isCursor ? [paging.next] : [])
      let position = isCursor ? place.at.cursor : undefined
      let pages = 0
      let done = false
      let restarted = false
      let isCircling = Circle.watch(position)
      const startOver = (): boolean => {
        if (restarted) return false
        restarted = true
        position = undefined
        place.at = { feed: place.at.feed }
        isCircling = Circle.watch(position)
        return true
      }
      /** A page that was served before: its rows do no harm, its cursor would lead back. */
      const isOld = (seenTo: string | undefined): boolean =>
        isCursor &&
        paging.isOrdered &&
        seenTo !== undefined &&
        place.at.seenTo !== undefined &&
        seenTo < place.at.seenTo
      const pull: Effect.Effect<
        Arr.NonEmptyReadonlyArray<ReadEvent.ReadEvent<Checkpoint>>,
        ConnectorError.ConnectorError | Cause.Done
      > = Effect.gen(function* () {
        if (done) return yield* Cause.done()
        if (pages >= settings.maxPages)
          return yield* fault.unexpected(`incomplete: ${list.path} has not ended in ${pages} pages`)
        pages += 1
        const body = yield* get(
          list.path,
          { ...list.query, ...Paging.query(paging, position, settings.pageSize) },
          isCursor && position !== undefined ? ({ status }) => paging.expired.includes(status) : undefined
        )
        if (body === declined) {
          return startOver()
            ? yield* pull
            : yield* fault.unexpected(`${list.path} let a cursor expire twice in one run`)
        }
        const rows = Feed.rowsOf(list, body)
        if (rows === undefined) return yield* fault.unexpected(`the answer cannot be read at ${list.rows}`)
        const onward = Paging.onward(paging, position, body, rows)
        if (onward === undefined)
          return yield* fault.unexpected(`the answer cannot be read at ${isCursor ? paging.next : list.rows}`)
        if (!onward.isLast && isCircling(onward.mark))
          return yield* fault.unexpected(`incomplete: ${list.path} goes in a circle`)
        done = onward.isLast
        position = onward.position
        const drift = Feed.envelopeDrift(envelope, body, stream)
        const { events, seenTo = place.at.seenTo } = list.events(rows, stream, only)
        if (isOld(seenTo)) {
          if (done) return Arr.append(events, checkpoint(place.at))
          return Arr.isReadonlyArrayNonEmpty(events) ? events : yield* pull
        }
        if (isCursor) {
          place.at = {
            feed: place.at.feed,
            ...(position !== undefined && { cursor: position }),
            ...(seenTo !== undefined && { seenTo })
          }
        }
        const told: ReadonlyArray<Feed.RowEvent> = [...events, ...drift]
        const isAll = paging._tag === "Whole" && paging.namesAllPending && events.every(isReadable)
        return Arr.append(isAll ? [...told, pendingOf(events, stream)] : told, checkpoint(place.at))
      })
      return pull
    })
  )

const isReadable = ({ _tag }: Feed.RowEvent): boolean => _tag !== "Quarantined"
