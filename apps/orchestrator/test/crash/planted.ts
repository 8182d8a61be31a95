/**
 * Bugs for the harness to find. They live in the child process alone: around the engine's own parts, never in them.
 * `commit` is put in the place of the engine's by `plant.ts`.
 */
import type { Connector, ConnectorError, Session } from "@paymirror/core"
import { Bulk, type Sessions } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

export const bugs = [
  "the checkpoint is written before the rows",
  "the change log is written after the transaction",
  "the change log is written before the transaction"
] as const
export type Bug = (typeof bugs)[number]

interface Writer {
  readonly connectionId: string
  readonly account: number
  readonly at: string
}

interface Batch {
  readonly checkpoint: { readonly stream: string; readonly value: string } | undefined
}

type Commit = (writer: Writer, batch: Batch) => Effect.Effect<unknown, SqlError, SqlClient.SqlClient | Bulk>

/** The engine's commit with a bug. */
export const commit =
  (bug: Bug, real: Commit): Commit =>
  (writer, batch) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const bulk = yield* Bulk
      const log: Array<Parameters<typeof bulk.write>> = []
      const withheld = Bulk.of({
        ...bulk,
        write: (statement, rows) => {
          if (!statement.startsWith("INSERT INTO change")) return bulk.write(statement, rows)
          log.push([statement, rows])
          return Effect.void
        }
      })
      const writeLog = sql.withTransaction(Effect.forEach(log, (one) => bulk.write(...one), { discard: true }))
      const withoutLog = Effect.provideService(real(writer, batch), Bulk, withheld)
      switch (bug) {
        case "the checkpoint is written before the rows": {
          const { checkpoint } = batch
          if (checkpoint !== undefined) {
            yield* sql`INSERT INTO checkpoint (connection_id, account, stream, checkpoint, updated_at)
            VALUES (${writer.connectionId}, ${writer.account}, ${checkpoint.stream}, ${checkpoint.value}, ${writer.at})
            ON CONFLICT (connection_id, account, stream) DO UPDATE SET checkpoint = excluded.checkpoint`
          }
          return yield* real(writer, batch)
        }
        case "the change log is written after the transaction": {
          const outcome = yield* withoutLog
          yield* writeLog
          return outcome
        }
        case "the change log is written before the transaction": {
          yield* Effect.exit(sql.withTransaction(Effect.andThen(withoutLog, Effect.interrupt)))
          yield* writeLog
          return yield* withoutLog
        }
      }
    })

type Grant = Connector.SealedGrant
type Exchange = (grant: Grant) => Effect.Effect<Grant, ConnectorError.ConnectorError>

/** A renewed token is used at once and stored when the run is over. */
export const usedBeforeStored = (real: Sessions["Service"]) => {
  const unstored: Array<Effect.Effect<unknown, ConnectorError.ConnectorError>> = []
  const sessions: Sessions["Service"] = {
    of: (connectionId) => {
      const session = real.of(connectionId)
      let held: Session.Held<Grant> | undefined
      return {
        current: Effect.suspend(() => (held === undefined ? session.current : Effect.succeed(held))),
        renew: (stale, exchange: Exchange) =>
          Effect.map(exchange(stale.grant), (grant) => {
            unstored.push(session.renew(stale, () => Effect.succeed(grant)))
            held = { grant, generation: stale.generation + 1 }
            return held
          })
      }
    }
  }
  return { sessions, store: Effect.suspend(() => Effect.all(unstored, { discard: true })) }
}

/** Every reader renews for itself, as if it were alone. */
export const unguarded =
  (real: Sessions["Service"]): Sessions["Service"]["of"] =>
  (connectionId) => ({
    current: real.of(connectionId).current,
    renew: (stale, exchange) =>
      Effect.map(exchange(stale.grant), (grant) => ({ grant, generation: stale.generation + 1 }))
  })
