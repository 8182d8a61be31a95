/**
 * Reading one stream from a checkpoint on. What a provider states beside its entries is read before and after them, and
 * passed on only where it did not move in between, so that whoever holds the two against each other never meets a race.
 */
import type { ConnectorError, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Get } from "./Access.ts"
import type * as Feed from "./Feed.ts"
import type { Line } from "./Line.ts"
import * as Paging from "./Paging.ts"
import { feedOf } from "./Provider.ts"
import { type Checkpoint, checkpoint, type Events, type Place, walk } from "./Walk.ts"
import * as Windows from "./Windows.ts"

type Stated = ReadonlyArray<Feed.RowEvent>

const take = (
  get: Get,
  { fault }: Line,
  { events, path, query, refused }: Feed.Single,
  stream: StreamName.StreamName
): Effect.Effect<Stated, ConnectorError.ConnectorError> =>
  Effect.flatMap(
    Effect.suspend(() => get(path, query)),
    (body) => {
      const at = refused(body)
      return at === undefined
        ? Effect.succeed(events([body], stream).events)
        : Effect.fail(fault.unexpected(`the answer cannot be read at ${at}`))
    }
  )

/** What a statement says, without when it said so. */
const markOf = (stated: Stated): string =>
  JSON.stringify(stated.flatMap((event) => (event._tag === "Upsert" ? [event.id, event.row] : [])))

const rounds = 3

/** Entries and the statement beside them. Where it moved in each of three rounds it is left to the next run. */
const settled = (
  stated: Effect.Effect<Stated, ConnectorError.ConnectorError>,
  entries: Events,
  place: Place
): Events => {
  const round = (before: string, left: number): Events =>
    Stream.concat(
      entries,
      Stream.unwrap(
        Effect.map(stated, (now) => {
          const mark = markOf(now)
          if (mark === before) return Stream.fromArray([...now, checkpoint(place.at)])
          return left > 1 ? round(mark, left - 1) : Stream.empty
        })
      )
    )
  return Stream.unwrap(Effect.map(stated, (first) => round(markOf(first), rounds)))
}

/** Reads a stream. The page after the one in hand is fetched while that one is being stored. */
export const read = (get: Get, line: Line, stream: StreamName.StreamName, from: Checkpoint | undefined): Events => {
  const found = feedOf(line.provider, stream)
  if (found === undefined) return Stream.fail(line.fault.unexpected(`nothing is read from this provider for ${stream}`))
  const { feed, owner } = found
  if (feed._tag === "Single") {
    return Stream.fromIterableEffect(
      Effect.map(take(get, line, feed, stream), (events) => [...events, checkpoint({ feed: owner })])
    )
  }
  return Stream.suspend(() => {
    const goesOn = from?.feed === owner && from.cursor !== undefined
    const place: Place = { at: goesOn ? from : { feed: owner } }
    const only = stream === owner ? undefined : stream
    const paging = feed.paging ?? line.provider.paging ?? Paging.cursor()
    const course = { list: feed, stream, only, place }
    const entries =
      paging._tag === "Windows"
        ? Windows.walk(get, line, { ...course, paging })
        : walk(get, line, { ...course, paging })
    return feed.stated === undefined ? entries : settled(take(get, line, feed.stated, stream), entries, place)
  }).pipe(Stream.bufferArray({ capacity: 1 }))
}
