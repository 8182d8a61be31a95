/**
 * A feed, walked by its cursor until a page is empty. Every page ends in a checkpoint that is never behind the one before:
 * a page the provider served already is passed on, its cursor is not kept. A cursor the provider no longer knows begins
 * the walk again; a walk in a circle, or without an end, is reported as incomplete and never as done.
 */
import { type ConnectorError, Instant, type ReadEvent, type StreamName } from "@paymirror/core"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { cursorExpired, decode, type Get } from "./Access.ts"
import * as Feed from "./Feed.ts"
import * as Http from "./Http.ts"
import type { Settings } from "./Options.ts"

export const Checkpoint = Schema.Struct({
  /** Which feed the cursor is of; a checkpoint of another feed is not used. */
  feed: Schema.String,
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

const readEnvelope = decode(Schema.Struct({ next_cursor: Schema.optionalKey(Schema.NullOr(Schema.String)) }))

export const checkpoint = (at: Checkpoint): ReadEvent.Checkpoint<Checkpoint> => ({ _tag: "Checkpoint", checkpoint: at })

/** How often a walk may come back to a cursor it has left before it counts as going in a circle. */
const returnsAllowed = 3

/** The pages of a feed, one pull each, until an empty one. */
export const walk = (
  get: Get,
  settings: Settings,
  feed: Feed.Feed,
  stream: StreamName.StreamName,
  place: Place
): Events =>
  Stream.fromPull(
    Effect.sync(() => {
      let { cursor } = place.at
      let pages = 0
      let done = false
      let restarted = false
      // Finds a circle of any length without remembering the way: a landmark is set ever further apart.
      let landmark = { cursor, reach: 1, steps: 0, returns: 0 }
      const isCircling = (next: string): boolean => {
        const returns = landmark.returns + (next === landmark.cursor ? 1 : 0)
        const steps = landmark.steps + 1
        landmark =
          steps === landmark.reach
            ? { cursor: next, reach: steps * 2, steps: 0, returns: 0 }
            : { ...landmark, steps, returns }
        return returns > returnsAllowed
      }
      const startOver = (): boolean => {
        if (restarted) return false
        restarted = true
        cursor = undefined
        place.at = { feed: feed.name }
        landmark = { cursor, reach: 1, steps: 0, returns: 0 }
        return true
      }
      const pull: Effect.Effect<
        Arr.NonEmptyReadonlyArray<ReadEvent.ReadEvent<Checkpoint>>,
        ConnectorError.ConnectorError | Cause.Done
      > = Effect.gen(function* () {
        if (done) return yield* Cause.done()
        if (pages >= settings.maxPages)
          return yield* Http.unexpected(`incomplete: ${feed.path} has not ended in ${pages} pages`)
        pages += 1
        const body = yield* get(feed.path, {
          ...(cursor !== undefined && { updated_after: cursor }),
          page_size: String(settings.pageSize)
        })
        if (body === cursorExpired) {
          return startOver() ? yield* pull : yield* Http.unexpected(`${feed.path} let a cursor expire twice in one run`)
        }
        const { next_cursor: next } = yield* readEnvelope(body)
        const rows = Feed.rowsOf(feed, body)
        if (rows === undefined) return yield* Http.unexpected(`the answer cannot be read at ${feed.rows}`)
        const drift = Feed.envelopeDrift(feed, body, stream)
        if (rows.length === 0) {
          done = true
          if (typeof next === "string") place.at = { ...place.at, cursor: next }
          return Arr.append(drift, checkpoint(place.at))
        }
        if (typeof next !== "string") return yield* Http.unexpected("the answer cannot be read at next_cursor")
        if (isCircling(next)) return yield* Http.unexpected(`incomplete: ${feed.path} goes in a circle`)
        cursor = next
        const { events, seenTo = place.at.seenTo } = feed.events(rows, stream)
        // A page that was served before: its rows do no harm, its cursor would lead back.
        if (seenTo !== undefined && place.at.seenTo !== undefined && seenTo < place.at.seenTo) {
          return Arr.isReadonlyArrayNonEmpty(events) ? events : yield* pull
        }
        place.at = { feed: feed.name, cursor: next, ...(seenTo !== undefined && { seenTo }) }
        return Arr.append([...events, ...drift], checkpoint(place.at))
      })
      return pull
    })
  )
