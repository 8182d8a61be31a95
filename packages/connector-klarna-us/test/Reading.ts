/** The connector as a host runs it, over real sockets: a sealed grant in memory, and what came of one read. */
import { Access, Connector, type ConnectorError, type ReadEvent, Session, type StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import { FetchHttpClient } from "effect/http"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as KlarnaUs from "../src/index.ts"
import { Provider } from "./Provider.ts"

export const account = {
  identification: "u_77",
  currency: "USD",
  market: "US",
  legalEntity: "WebBank",
  status: "OPEN",
  displayName: "Klarna"
} as const

export const sealed = (grant: Record<string, string> = {}): Connector.SealedGrant =>
  Redacted.make(JSON.stringify({ refreshToken: "refresh-secret-0", deviceId: "device-secret", ...grant }))

/** Holds an access token the provider accepts for an hour after the epoch of the test clock and long after now. */
const fresh = sealed({ accessToken: "access-secret-0", accessExpiresAt: "2099-01-01T00:00:00.000Z" })

export const run = <A, E>(
  options: KlarnaUs.Options,
  effect: (connector: Connector.Connector["Service"]) => Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.flatMap(Connector.Connector, effect).pipe(
    Effect.provide(Layer.provide(KlarnaUs.layer({ backoff: "2 millis", ...options }), FetchHttpClient.layer))
  )

export interface Reading {
  readonly stream?: StreamName.StreamName
  readonly grant?: Connector.SealedGrant
  readonly session?: Session.Session<Connector.SealedGrant>
  readonly checkpoint?: string
}

const access = Access.memory({ connector: "klarna-us" })

export const sessionOf = (
  grant: Connector.SealedGrant,
  store?: (grant: Connector.SealedGrant) => Effect.Effect<void>
): Session.Session<Connector.SealedGrant> =>
  Session.memory({ connector: "klarna-us", grant, ...(store !== undefined && { store }) })

/** Everything a read said, and how it ended. */
export const read = (
  options: KlarnaUs.Options,
  { checkpoint, grant = fresh, session = sessionOf(grant), stream = "purchases" }: Reading = {}
): Effect.Effect<{
  readonly events: ReadonlyArray<ReadEvent.ReadEvent>
  readonly error: ConnectorError.ConnectorError | undefined
}> =>
  run(options, (connector) => {
    const events: Array<ReadEvent.ReadEvent> = []
    return connector.read(stream, { session, account, access, checkpoint: Option.fromUndefinedOr(checkpoint) }).pipe(
      Stream.runForEach((event) => Effect.sync(() => events.push(event))),
      Effect.match({
        onFailure: (error) => ({ events, error }),
        onSuccess: () => ({ events, error: undefined })
      })
    )
  })

export const upserts = (events: ReadonlyArray<ReadEvent.ReadEvent>) => events.filter((event) => event._tag === "Upsert")
export const ids = (events: ReadonlyArray<ReadEvent.ReadEvent>) => upserts(events).map(({ id }) => id)

/** A provider for the length of one test. */
export const withProvider = <A, E>(use: (provider: Provider) => Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.acquireUseRelease(
    Effect.promise(() => new Provider().start()),
    use,
    (provider) => Effect.promise(() => provider.stop())
  )
