/**
 * The engine as a program has it: a real SQLite file, a real seal, one linked account, consent to what is read. Beside
 * it what a measurement needs to know: the statements that were run and the number of transactions.
 */
import { type Access, Connector, type ConnectorError, type Link, type StreamName } from "@paymirror/core"
import { Connections, Engine, layer, type NoSuchAccount, type Options, Seal, type SealError } from "@paymirror/sync"
import * as Sqlite from "@paymirror/sync/sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { settings, settle } from "./LimitStore.ts"

export interface RunOptions {
  readonly fromTheBeginning?: boolean
  /** The person, where they are there. */
  readonly presence?: Access.Presence
  /** Hears how many rows the run has gone through, after each transaction. */
  readonly onCommit?: (gone: number) => void
}

/** What a run went through. */
export interface Run {
  readonly added: number
  readonly updated: number
  readonly unchanged: number
  readonly quarantined: number
  readonly transactions: number
}

export type Read = (
  stream: StreamName.StreamName,
  options?: RunOptions
) => Effect.Effect<Run, SqlError | SealError, Connector.Connector>

const key = Redacted.make(new Uint8Array(32).fill(7))

const statements = new Set<string>()

/** The statements this process ran through the engine, and how its database is set. */
export const ran: Effect.Effect<ReadonlyArray<string>, SqlError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const set = yield* Effect.forEach(settings, (name) =>
    Effect.map(sql.unsafe(`PRAGMA ${name}`).values, ([value]) => `${name} = ${value?.join() ?? ""}`)
  )
  return [...set, ...statements]
})

/** The engine over a database file, beside a connector. */
export const mirror = (filename: string, connector: Layer.Layer<Connector.Connector>, options: Options = {}) =>
  layer(options).pipe(
    Layer.provideMerge(Seal.layer(key)),
    Layer.provideMerge(Sqlite.layer({ filename, onStep: (sql) => void statements.add(sql) })),
    Layer.merge(connector)
  )

/** Links the account and gives a function that reads one of its streams. */
export const linked = (
  answer: Link.LinkAnswer,
  streams: ReadonlyArray<StreamName.StreamName>
): Effect.Effect<
  Read,
  ConnectorError.ConnectorError | SqlError | SealError | NoSuchAccount,
  Connector.Connector | Connections | Engine | SqlClient.SqlClient
> =>
  Effect.gen(function* () {
    const connector = yield* Connector.Connector
    const step = yield* connector.link({ answer, state: "" })
    if (step._tag !== "Linked") return yield* Effect.die(`not linked but ${step._tag}`)
    return yield* reader(step, streams)
  })

/** Stores an account that is linked and gives a function that reads one of its streams. */
export const reader = (
  linked: Extract<Link.LinkStep<Connector.SealedGrant>, { readonly _tag: "Linked" }>,
  streams: ReadonlyArray<StreamName.StreamName>
): Effect.Effect<
  Read,
  SqlError | SealError | NoSuchAccount,
  Connector.Connector | Connections | Engine | SqlClient.SqlClient
> =>
  Effect.gen(function* () {
    const connections = yield* Connections
    const engine = yield* Engine
    const sql = yield* SqlClient.SqlClient
    const { accountIds, connectionId } = yield* connections.store(linked, {
      holderId: "person",
      streams,
      purpose: "measuring",
      notice: { text: "none", version: "1", language: "en" },
      expiresAt: "2100-01-01T00:00:00.000Z"
    })
    return (stream, { fromTheBeginning = false, onCommit, presence } = {}) =>
      Effect.gen(function* () {
        let transactions = 0
        const { added, outcome, quarantined, unchanged, updated } = yield* engine.run({
          connectionId,
          accountId: accountIds[0] ?? "",
          stream,
          fromTheBeginning,
          ...(presence !== undefined && { presence }),
          onCommit: (counts) =>
            Effect.sync(() => {
              transactions += 1
              onCommit?.(counts.added + counts.updated + counts.unchanged)
            })
        })
        if (outcome._tag !== "CaughtUp") return yield* Effect.die(`the run ended as ${outcome._tag}`)
        yield* sql.unsafe(settle)
        return { added, quarantined, transactions, unchanged, updated }
      })
  })
