/**
 * A look at a live account on behalf of a command: the streams of a connection, one after the other, by the engine's own
 * rules and past the mirror. Each leaves its line in the access log before anything of it is shown.
 */
import type { Access, ConnectorError, ReadEvent, StreamName } from "@paymirror/core"
import { type Connection, Connections, Engine, type Outcome } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import * as Connectors from "../Connectors.ts"
import { codes, Refusal } from "../Exit.ts"
import type { Around } from "../Network.ts"
import * as Poll from "../Poll.ts"
import { seen } from "../seen.ts"

export interface Look {
  readonly accountId: string
  readonly stream: StreamName.StreamName
  readonly outcome: Outcome
}

/** What stands around one look: between the connector and the network, and before what it says. */
export interface Watch {
  readonly around: Around
  readonly hear: (
    events: Stream.Stream<ReadEvent.ReadEvent, ConnectorError.ConnectorError>
  ) => Effect.Effect<void, ConnectorError.ConnectorError>
  /** Rows that were heard, for the access log. */
  readonly heard: () => number
}

/** The streams a connection's connector reads, of those that were asked for; refused where there are none. */
export const streamsAsked = (connection: Connection, asked: ReadonlyArray<StreamName.StreamName>) =>
  Effect.gen(function* () {
    const entry = yield* Connectors.installed(connection)
    const manifest = Connectors.manifestOf(entry, connection.settings)
    if (manifest.route === "export") {
      return yield* new Refusal({
        message: `${connection.connector} reads files; there is no live account behind it.`,
        code: codes.usage
      })
    }
    const readable = Poll.streamsOf(manifest, connection)
    const streams = readable.filter((stream) => asked.length === 0 || asked.includes(stream))
    if (streams.length === 0) {
      const there = readable.length === 0 ? "none is covered by a consent that stands" : readable.join(", ")
      return yield* new Refusal({
        message: `None of these streams can be read over this connection by itself: ${there}. See: paymirror connections`,
        code: codes.personNeeded
      })
    }
    return { entry, manifest, streams }
  })

export const liveRead = (options: {
  readonly connection: Connection
  readonly entry: Connectors.Entry
  readonly streams: ReadonlyArray<StreamName.StreamName>
  readonly presence: Access.Presence | undefined
  readonly command: string
  readonly action: "read" | "export"
  readonly watch: (stream: StreamName.StreamName, accountId: string) => Watch
  readonly onLook?: (look: Look) => Effect.Effect<void>
}) =>
  Effect.gen(function* () {
    const { action, command, connection, entry, presence, streams } = options
    const engine = yield* Engine
    const { connectionId } = connection
    const accounts = yield* (yield* Connections).accounts(connectionId)
    if (accounts.length === 0) {
      return yield* new Refusal({
        message: `Nothing is behind this connection: ${connection.detail ?? connection.status}. Link again to go on.`,
        code: codes.personNeeded
      })
    }
    const looks: Array<Look> = []
    for (const stream of streams) {
      for (const { accountId } of accounts) {
        const { around, hear, heard } = options.watch(stream, accountId)
        const outcome = yield* engine
          .look({ connectionId, accountId, stream, hear, ...(presence !== undefined && { presence }) })
          .pipe(
            Effect.provide(entry.layer(connection.settings, around)),
            Effect.catchTag("ConnectorError", ({ reason }) => Effect.succeed<Outcome>({ _tag: "Stopped", reason }))
          )
        const isRefused = outcome._tag === "NotPermitted" || outcome._tag === "Busy"
        if (!isRefused || heard() > 0) {
          yield* seen({ command, action, streams: [stream], accountIds: [accountId], count: heard() })
        }
        const look: Look = { accountId, stream, outcome }
        looks.push(look)
        if (options.onLook !== undefined) yield* options.onLook(look)
      }
    }
    return looks
  })
