/**
 * The provider's feeds for who wants rows and no engine: rows of the model out, the renewal of the session and the walk
 * of the cursor wired in. It keeps nothing: the caller stores the rotated grant and, where wanted, the cursor.
 */
import { type ConnectorError, type Profile, type ReadEvent, type Row, Session, type StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Stream from "effect/Stream"
import * as Access from "./Access.ts"
import * as Consent from "./Consent.ts"
import type { Grant } from "./Grant.ts"
import * as Line from "./Line.ts"
import type { Options } from "./Options.ts"
import { feedOf, type Provider } from "./Provider.ts"
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
  /** The rows of a stream. One that comes by way of another shares that one's cursor. */
  readonly rows: <S extends StreamName.StreamName>(stream: S, options?: FeedOptions) => Rows<Row.RowOf[S]>
  readonly profile: () => Effect.Effect<Profile.Profile, ConnectorError.ConnectorError, HttpClient.HttpClient>
  /** Ends the session at the provider. */
  readonly revoke: () => Effect.Effect<void, ConnectorError.ConnectorError, HttpClient.HttpClient>
}

/** Throws at once for options that cannot work, as the layer does. */
export const client = (provider: Provider, options: ClientOptions): Client => {
  const { fault, open } = Line.make(provider, options)
  const { accessExpiresAt, accessToken, deviceId, onGrant, onNotice, refreshToken } = options
  if (deviceId === undefined && provider.auth.device !== false) {
    throw new TypeError(`${provider.manifest.id}: a deviceId is needed, for the session is bound to a device`)
  }
  const session = Session.memory<Grant>({
    connector: provider.manifest.id,
    grant: {
      refreshToken,
      ...(deviceId !== undefined && { deviceId }),
      ...(accessToken !== undefined && { accessToken }),
      ...(accessExpiresAt !== undefined && { accessExpiresAt })
    },
    store: onGrant
  })
  const rows = <S extends StreamName.StreamName>(
    stream: S,
    { onCursor, updatedAfter }: FeedOptions = {}
  ): Rows<Row.RowOf[S]> =>
    Stream.unwrap(
      Effect.map(open, (line) =>
        read(
          Access.make(line, session, Consent.refresh(line)),
          line,
          stream,
          updatedAfter === undefined
            ? undefined
            : { feed: feedOf(provider, stream)?.owner ?? stream, cursor: updatedAfter }
        )
      )
    ).pipe(
      Stream.chunks,
      Stream.flatMap((events) => {
        const taken: Array<Row.RowOf[S]> = []
        const after: Array<Effect.Effect<void>> = []
        for (const event of events) {
          if (event._tag === "Upsert") {
            if (isOf(event, stream)) taken.push(event.row)
          } else if (event._tag === "Checkpoint") {
            if (onCursor !== undefined && event.checkpoint.cursor !== undefined)
              after.push(onCursor(event.checkpoint.cursor))
          } else if (onNotice !== undefined && (event._tag === "Quarantined" || event._tag === "Drift")) {
            after.push(onNotice(event))
          }
        }
        return Stream.concat(Stream.fromArray(taken), Stream.fromEffectDrain(Effect.all(after, { discard: true })))
      })
    )
  return {
    rows,
    profile: () =>
      Effect.flatMap(Stream.runHead(rows("profile")), (profile) =>
        profile._tag === "Some" ? Effect.succeed(profile.value) : Effect.fail(fault.unexpected("no profile"))
      ),
    revoke: () => Effect.flatMap(open, (line) => Consent.revoke(line)(session))
  }
}

const isOf = <S extends StreamName.StreamName>(
  event: ReadEvent.Upsert,
  stream: S
): event is ReadEvent.Upsert & { readonly stream: S; readonly row: Row.RowOf[S] } => event.stream === stream
