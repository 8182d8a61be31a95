/**
 * Reading one stream from a checkpoint on. A balance and a standing are read before and after their entries, and passed
 * on only where they did not move in between, so that whoever holds the two against each other never meets a race.
 */
import type { ConnectorError, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { decode, type Get } from "./Access.ts"
import * as Api from "./Api.ts"
import * as Feed from "./Feed.ts"
import type { Settings } from "./Options.ts"
import { type Checkpoint, checkpoint, type Events, type Place, walk } from "./Walk.ts"

/** What a provider states beside a feed, and what must not have moved while the feed was read. */
interface Statement {
  readonly path: string
  readonly take: (
    body: unknown
  ) => Effect.Effect<
    { readonly mark: string; readonly events: Feed.PageEvents["events"] },
    ConnectorError.ConnectorError
  >
}

const statement = <S extends Schema.ConstraintDecoder<unknown>>(
  endpoint: { readonly path: string },
  schema: S,
  stream: StreamName.StreamName,
  events: Feed.Feed["events"],
  markOf: (value: S["Type"]) => string
): Statement => {
  const read = decode(schema)
  return {
    path: endpoint.path,
    take: (body) => Effect.map(read(body), (value) => ({ mark: markOf(value), events: events([body], stream).events }))
  }
}

const balance = statement(Api.endpoints.balance, Api.Balance, "balance", Feed.statedBalance, ({ balance }) =>
  [balance.amount_minor, balance.available_minor, balance.currency].join(" ")
)
const cashback = statement(Api.endpoints.cashback, Api.Cashback, "points", Feed.statedPoints, ({ cashback }) =>
  [cashback.points, cashback.pending_points].join(" ")
)

const rounds = 3

/** Entries and the statement beside them. Where it moved in each of three rounds it is left to the next run. */
const settled = (get: Get, stated: Statement, entries: Events, place: Place): Events => {
  const take = Effect.flatMap(
    Effect.suspend(() => get(stated.path)),
    stated.take
  )
  const round = (before: string, left: number): Events =>
    Stream.concat(
      entries,
      Stream.unwrap(
        Effect.map(take, ({ events, mark }) => {
          if (mark === before) return Stream.fromArray([...events, checkpoint(place.at)])
          return left > 1 ? round(mark, left - 1) : Stream.empty
        })
      )
    )
  return Stream.unwrap(Effect.map(take, ({ mark }) => round(mark, rounds)))
}

const profile = statement(Api.endpoints.profile, Api.Profile, "profile", Feed.profile, ({ profile }) => profile.id)

/** Reads a stream. The page after the one in hand is fetched while that one is being stored. */
export const read = (
  get: Get,
  settings: Settings,
  stream: StreamName.StreamName,
  from: Checkpoint | undefined
): Events => {
  const of = (feed: Feed.Feed, stated?: Statement): Events =>
    Stream.suspend(() => {
      const place: Place = { at: from?.feed === feed.name ? from : { feed: feed.name } }
      const entries = walk(get, settings, feed, stream, place)
      return stated === undefined ? entries : settled(get, stated, entries, place)
    }).pipe(Stream.bufferArray({ capacity: 1 }))
  switch (stream) {
    case "purchases":
    case "plans":
      return of(Feed.purchases)
    case "card":
      return of(Feed.card)
    case "balance":
      return of(Feed.balance, balance)
    case "points":
      return of(Feed.points, cashback)
    case "deliveries":
      return of(Feed.deliveries)
    case "profile":
      return Stream.fromIterableEffect(
        Effect.map(Effect.flatMap(get(profile.path), profile.take), ({ events }) => [
          ...events,
          checkpoint({ feed: "profile" })
        ])
      )
  }
}
