/** A mirror in a real SQLite file of its own folder, a scripted provider before it, and what a test looks at afterwards. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Connector, type Manifest, type StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import * as Sync from "../src/index.ts"
import * as Sqlite from "../src/sqlite.ts"
import { Script } from "./Script.ts"

export const everyStream: ReadonlyArray<StreamName.StreamName> = [
  "purchases",
  "plans",
  "card",
  "balance",
  "points",
  "deliveries",
  "profile"
]

export const key = Redacted.make(new Uint8Array(32).fill(7))

export interface Setting extends Sync.Options {
  readonly facts?: Partial<Manifest.Manifest>
  readonly filename?: string
}

/** The engine over a file, as a program composes it. */
export const engineOn = (filename: string, options: Sync.Options = {}) =>
  Sync.layer(options).pipe(Layer.provideMerge(Sync.Seal.layer(key)), Layer.provideMerge(Sqlite.layer({ filename })))

export type Services = Layer.Success<ReturnType<typeof engineOn>> | Connector.Connector

const agreement = {
  holderId: "alex",
  streams: everyStream,
  purpose: "test",
  notice: { text: "…", version: "1", language: "en" },
  expiresAt: "2100-01-01T00:00:00.000Z"
} satisfies Sync.Agreement

export const link = Effect.fn(function* (agreed: Partial<Sync.Agreement> = {}) {
  const connector = yield* Connector.Connector
  const step = yield* Effect.orDie(connector.link({ answer: { _tag: "Start" }, state: "" }))
  if (step._tag !== "Linked") return yield* Effect.die("the script links at once")
  const linked = yield* (yield* Sync.Connections).store(step, { ...agreement, ...agreed })
  return { connectionId: linked.connectionId, accountId: linked.accountIds[0] ?? "", consentId: linked.consentId }
})

export const inFolder = <A, E, R>(use: (folder: string) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "paymirror-"))),
    use,
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

export interface Mirrored {
  readonly script: Script
  readonly filename: string
  readonly connectionId: string
  readonly accountId: string
  readonly run: (
    stream: StreamName.StreamName,
    more?: Partial<Sync.RunInput>
  ) => Effect.Effect<Sync.Report, unknown, Services>
}

/** A linked connection in a fresh mirror. Use as the body of `it.effect`. */
export const mirrored =
  <A, E>(use: (mirror: Mirrored) => Effect.Effect<A, E, Services>, setting: Setting = {}) =>
  (): Effect.Effect<A, unknown> =>
    inFolder((folder) => {
      const script = new Script()
      const filename = setting.filename ?? join(folder, "mirror.db")
      return Effect.gen(function* () {
        const { accountId, connectionId } = yield* link()
        return yield* use({ script, filename, connectionId, accountId, run: runOf(connectionId, accountId) })
      }).pipe(Effect.provide(Layer.merge(script.layer(setting.facts), engineOn(filename, setting))))
    })

export const runOf =
  (connectionId: string, accountId: string): Mirrored["run"] =>
  (stream, more = {}) =>
    Effect.flatMap(Sync.Engine, (engine) => engine.run({ connectionId, accountId, stream, ...more }))

/** Standing rows of a stream as `id → row`. */
export const rows = (stream: StreamName.StreamName, accountId?: string) =>
  Effect.map(Sync.Mirror.rows({ stream, limit: 100_000, ...(accountId === undefined ? {} : { accountId }) }), (found) =>
    Object.fromEntries(found.map(({ id, row }) => [id, row]))
  )

export const ids = (stream: StreamName.StreamName) => Effect.map(rows(stream), (found) => Object.keys(found).toSorted())

export const changes = (query: Partial<Sync.Changes.Query> = {}) =>
  Sync.Changes.changes({ after: 0, limit: 100_000, ...query })

const dataTables = [
  "account",
  "row",
  "change",
  "installment",
  "transition",
  "quarantine",
  "checkpoint",
  "discrepancy",
  "anchor",
  "drift"
]

/** Everything the mirror knows, to compare byte for byte. Runs, leases and budgets are bookkeeping, not data. */
export const everything = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const found: Record<string, unknown> = {}
  for (const table of dataTables) found[table] = yield* sql.unsafe(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)
  return found
})

/** Rows this connection to the database has written since it was opened, in tables of data alone. */
export const watchWrites = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe("CREATE TEMP TABLE written (place TEXT)")
  for (const table of dataTables) {
    for (const verb of ["INSERT", "UPDATE", "DELETE"]) {
      yield* sql.unsafe(`CREATE TEMP TRIGGER watch_${table}_${verb} AFTER ${verb} ON main.${table}
        BEGIN INSERT INTO written VALUES ('${verb} ${table}'); END`)
    }
  }
  return Effect.map(sql<{ place: string }>`SELECT place FROM written`, (found) => found.map(({ place }) => place))
})

export const checkpointOf = (stream: StreamName.StreamName) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* sql<{ checkpoint: string }>`SELECT checkpoint FROM checkpoint WHERE stream = ${stream}`
    return found[0]?.checkpoint
  })
