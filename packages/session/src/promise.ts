/**
 * The same two doors for who has never heard of Effect, over the platform's `fetch`: a connector as promises and async
 * iterables, and the client. Tokens are plain text here, and the caller's to keep.
 */
import type { Profile, ReadEvent, Row, StreamName } from "@paymirror/core"
import { fromLayer, overFetch, type PlainConnector, plainError } from "@paymirror/core/promise"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { client as effectClient } from "./Client.ts"
import type { Grant as RedactedGrant } from "./Grant.ts"
import type { ConnectorLayer } from "./layer.ts"
import type { Options } from "./Options.ts"
import type { Provider } from "./Provider.ts"

export {
  ConnectorError,
  type LinkAnswer,
  type LinkStep,
  type PlainConnector,
  type Reason
} from "@paymirror/core/promise"
export type { Options }

/** A connector over `fetch`. */
export const connector = (layer: ConnectorLayer): Promise<PlainConnector> => fromLayer(Layer.provide(layer, overFetch))

export interface Grant {
  readonly refreshToken: string
  readonly deviceId?: string
  readonly accessToken?: string
  readonly accessExpiresAt?: string
}

export interface ClientOptions extends Options, Grant {
  /** Stores the grant. Awaited after every renewal and before the new tokens are used. */
  readonly onGrant: (grant: Grant) => void | Promise<void>
  readonly onNotice?: (notice: ReadEvent.Quarantined | ReadEvent.Drift) => void | Promise<void>
}

export interface FeedOptions {
  readonly updatedAfter?: string
  /** Awaited once the rows before the cursor have been taken: store it with them. */
  readonly onCursor?: (cursor: string) => void | Promise<void>
}

export interface Client {
  /** The rows of a stream. One that comes by way of another shares that one's cursor. */
  readonly rows: <S extends StreamName.StreamName>(stream: S, options?: FeedOptions) => AsyncIterable<Row.RowOf[S]>
  readonly profile: () => Promise<Profile.Profile>
  readonly revoke: () => Promise<void>
}

const opened = (grant: RedactedGrant): Grant => ({
  refreshToken: Redacted.value(grant.refreshToken),
  ...(grant.deviceId !== undefined && { deviceId: Redacted.value(grant.deviceId) }),
  ...(grant.accessToken !== undefined && { accessToken: Redacted.value(grant.accessToken) }),
  ...(grant.accessExpiresAt !== undefined && { accessExpiresAt: grant.accessExpiresAt })
})

/** Plain callbacks may return nothing or a promise; what they throw reaches the caller as it is. */
const waitFor =
  <A>(callback: (value: A) => void | Promise<void>) =>
  (value: A) =>
    Effect.promise(async () => callback(value))

const run = <A>(effect: Effect.Effect<A, Parameters<typeof plainError>[0], HttpClient.HttpClient>): Promise<A> =>
  Effect.runPromise(Effect.provide(Effect.mapError(effect, plainError), overFetch))

/** The client over `fetch`. */
export const client = (provider: Provider, options: ClientOptions): Client => {
  const { accessToken, deviceId, onGrant, onNotice, refreshToken, ...rest } = options
  const inner = effectClient(provider, {
    ...rest,
    refreshToken: Redacted.make(refreshToken),
    ...(deviceId !== undefined && { deviceId: Redacted.make(deviceId) }),
    ...(accessToken !== undefined && { accessToken: Redacted.make(accessToken) }),
    onGrant: (grant) => waitFor(onGrant)(opened(grant)),
    ...(onNotice !== undefined && { onNotice: waitFor(onNotice) })
  })
  return {
    rows: (stream, { onCursor, updatedAfter } = {}) =>
      inner
        .rows(stream, {
          ...(updatedAfter !== undefined && { updatedAfter }),
          ...(onCursor !== undefined && { onCursor: waitFor(onCursor) })
        })
        .pipe(Stream.mapError(plainError), Stream.provide(overFetch), Stream.toAsyncIterable),
    profile: () => run(inner.profile()),
    revoke: () => run(inner.revoke())
  }
}

/** Both doors of a provider, as its package exports them. */
export const doors = (
  layer: (options: Options) => ConnectorLayer,
  provider: Provider
): {
  readonly connector: (options?: Options) => Promise<PlainConnector>
  readonly client: (options: ClientOptions) => Client
} => ({
  connector: (options = {}) => connector(layer(options)),
  client: (options) => client(provider, options)
})
