/**
 * The provider's endpoints as a typed client: one method per stream, rows of the model out, the refresh of the session and
 * the walk of the cursor wired in. It keeps nothing: the caller stores the rotated grant and, where wanted, the cursor.
 */
import {
  type Balance,
  type Card,
  type ConnectorError,
  type Delivery,
  type Plan,
  type Points,
  type Profile,
  type Purchase,
  type ReadEvent,
  type Row,
  Session,
  type StreamName
} from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Stream from "effect/Stream"
import * as Access from "./Access.ts"
import * as Consent from "./Consent.ts"
import type { Grant } from "./Grant.ts"
import * as Http from "./Http.ts"
import { manifest } from "./Manifest.ts"
import { type Options, settings as settingsOf } from "./Options.ts"
import { read } from "./read.ts"

export interface ClientOptions extends Options, Grant {
  /** Stores the grant. Runs after every renewal and before the new tokens are used; until it is done nothing is read. */
  readonly onGrant: (grant: Grant) => Effect.Effect<void>
  /** Told of a row that could not be read, and of fields and values nobody knows. */
  readonly onNotice?: (notice: ReadEvent.Quarantined | ReadEvent.Drift) => Effect.Effect<void>
}

export interface FeedOptions {
  /** A cursor given to `onCursor` before; without it the feed is read from its beginning. */
  readonly updatedAfter?: string
  /** Runs once the rows before the cursor have been taken: store it with them. */
  readonly onCursor?: (cursor: string) => Effect.Effect<void>
}

export type Rows<A> = Stream.Stream<A, ConnectorError.ConnectorError, HttpClient.HttpClient>

export interface Client {
  readonly purchases: (options?: FeedOptions) => Rows<Purchase.Purchase>
  /** The installment plans. They come with the purchases, so the cursor is that feed's. */
  readonly plans: (options?: FeedOptions) => Rows<Plan.Plan>
  readonly card: (options?: FeedOptions) => Rows<Card.CardTransaction>
  /** The entries, then the balance the provider states, where it stood still meanwhile. */
  readonly balance: (options?: FeedOptions) => Rows<Balance.BalanceRow>
  /** The points entries, then the standing the provider states. */
  readonly cashback: (options?: FeedOptions) => Rows<Points.PointsRow>
  readonly deliveries: (options?: FeedOptions) => Rows<Delivery.Delivery>
  readonly profile: () => Effect.Effect<Profile.Profile, ConnectorError.ConnectorError, HttpClient.HttpClient>
  /** Ends the session at the provider. */
  readonly revoke: () => Effect.Effect<void, ConnectorError.ConnectorError, HttpClient.HttpClient>
}

export const client = (options: ClientOptions): Client => {
  const settings = settingsOf(options)
  const { accessExpiresAt, accessToken, deviceId, onGrant, onNotice, refreshToken } = options
  const session = Session.memory<Grant>({
    connector: manifest.id,
    grant: {
      refreshToken,
      deviceId,
      ...(accessToken !== undefined && { accessToken }),
      ...(accessExpiresAt !== undefined && { accessExpiresAt })
    },
    store: onGrant
  })
  const sender = Effect.map(HttpClient.HttpClient, (http) => Http.make(http, settings))
  const feed =
    <S extends StreamName.StreamName>(stream: S, feedName: string) =>
    ({ onCursor, updatedAfter }: FeedOptions = {}): Rows<Row.RowOf[S]> =>
      Stream.unwrap(
        Effect.map(sender, (send) => {
          const get = Access.make({ send, settings, session, refresh: Consent.refresh(send, settings) })
          return read(
            get,
            settings,
            stream,
            updatedAfter === undefined ? undefined : { feed: feedName, cursor: updatedAfter }
          )
        })
      ).pipe(
        Stream.chunks,
        Stream.flatMap((events) => {
          const rows: Array<Row.RowOf[S]> = []
          const after: Array<Effect.Effect<void>> = []
          for (const event of events) {
            if (event._tag === "Upsert") {
              if (isOf(event, stream)) rows.push(event.row)
            } else if (event._tag === "Checkpoint") {
              if (onCursor !== undefined && event.checkpoint.cursor !== undefined)
                after.push(onCursor(event.checkpoint.cursor))
            } else if (onNotice !== undefined && (event._tag === "Quarantined" || event._tag === "Drift")) {
              after.push(onNotice(event))
            }
          }
          return Stream.concat(Stream.fromArray(rows), Stream.fromEffectDrain(Effect.all(after, { discard: true })))
        })
      )
  return {
    purchases: feed("purchases", "purchases"),
    plans: feed("plans", "purchases"),
    card: feed("card", "card"),
    balance: feed("balance", "balance"),
    cashback: feed("points", "points"),
    deliveries: feed("deliveries", "deliveries"),
    profile: () =>
      feed("profile", "profile")().pipe(
        Stream.runHead,
        Effect.flatMap((profile) =>
          profile._tag === "Some" ? Effect.succeed(profile.value) : Effect.fail(Http.unexpected("no profile"))
        )
      ),
    revoke: () => Effect.flatMap(sender, (send) => Consent.revoke(send, settings)(session))
  }
}

const isOf = <S extends StreamName.StreamName>(
  event: ReadEvent.Upsert,
  stream: S
): event is ReadEvent.Upsert & { readonly stream: S; readonly row: Row.RowOf[S] } => event.stream === stream
