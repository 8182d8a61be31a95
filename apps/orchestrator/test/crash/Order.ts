/** What a child process is told to do, and the engine it does it with. */
import * as Revolut from "@paymirror/connector-revolut/file"
import * as KlarnaUs from "@paymirror/connector-klarna-us"
import type { StreamName } from "@paymirror/core"
import * as Sync from "@paymirror/sync"
import * as Sqlite from "@paymirror/sync/sqlite"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { FetchHttpClient } from "effect/http"
import { Steps } from "./Steps.ts"

export interface Order {
  readonly database: string
  readonly connectionId: string
  readonly accountId: string
  readonly streams: ReadonlyArray<StreamName.StreamName>
  /** Where the provider is; a file import has none. */
  readonly baseUrl?: string
  /** The step at which the process kills itself. */
  readonly crashAt?: number
  /** A bug to run with: see `planted.ts`. */
  readonly planted?: string
  /** Readers of one session, instead of a run. */
  readonly readers?: number
}

/** Short, so that the next process does not wait long for what a killed one held. Readers are not killed and have the default. */
export const leaseTtl = 60

export const layerOf = ({ baseUrl, crashAt = 0, database, readers }: Order, steps = new Steps(crashAt)) => {
  const connector =
    baseUrl === undefined
      ? Revolut.layer().pipe(Layer.provide(steps.files), Layer.provide(NodeFileSystem.layer))
      : KlarnaUs.layer({ baseUrl, pageSize: 10, backoff: 5 }).pipe(
          Layer.provide(steps.http),
          Layer.provide(FetchHttpClient.layer)
        )
  const engine = Sync.layer({ batchRows: 10, ...(readers === undefined ? { leaseTtl } : {}) }).pipe(
    Layer.provideMerge(Sync.Seal.layer(Redacted.make(new Uint8Array(32).fill(3)))),
    Layer.provideMerge(Sqlite.layer({ filename: database, onStep: steps.step }))
  )
  return Layer.merge(connector, engine)
}

/** Runs each stream to its end, waiting for an account that a killed process still holds. */
export const carryOut = ({ accountId, connectionId, streams }: Order) =>
  Effect.gen(function* () {
    const engine = yield* Sync.Engine
    return yield* Effect.forEach(streams, (stream) =>
      engine.run({ connectionId, accountId, stream }).pipe(
        Effect.tap(({ outcome }) => (outcome._tag === "Busy" ? Effect.sleep(leaseTtl / 4) : Effect.void)),
        Effect.repeat({ until: ({ outcome }) => outcome._tag !== "Busy" })
      )
    )
  })
