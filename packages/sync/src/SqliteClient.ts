/**
 * A thin driver from `effect/sql` to Node's built-in `node:sqlite`: one file, WAL, every commit flushed to the disk. It
 * stands in until an npm driver for Effect loads on 4.1, and adds one thing such drivers lack: `Bulk`, which runs
 * a prepared statement for many rows without an Effect per row. No reactive queries, no extensions.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlConnection from "effect/sql/SqlConnection"
import { classifySqliteError, SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import { Bulk } from "./Bulk.ts"
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"

export interface Options {
  /** Path of the database file; it is created where absent. `:memory:` keeps nothing. */
  readonly filename: string
  /** How long a statement waits for another process's write, in milliseconds. Default 10 000. */
  readonly busyTimeout?: number
  /** Called before each statement and each bulk: for harnesses that kill the process there, and for profiles. */
  readonly onStep?: (sql: string) => void
}

const failed = (cause: unknown, operation: string): SqlError => {
  const errcode = typeof cause === "object" && cause !== null && "errcode" in cause ? cause.errcode : undefined
  const classified = typeof errcode === "number" ? { errno: errcode, message: String(cause) } : cause
  return new SqlError({ reason: classifySqliteError(classified, { message: `SQLite: ${String(cause)}`, operation }) })
}

const attempt = <A>(operation: string, run: () => A): Effect.Effect<A, SqlError> =>
  Effect.try({ try: run, catch: (cause) => failed(cause, operation) })

const connect = (database: DatabaseSync, step: (sql: string) => void) => {
  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    step(sql)
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const statement = database.prepare(sql)
    if (prepared.size >= 500) prepared.clear()
    prepared.set(sql, statement)
    return statement
  }
  const inputs = (params: ReadonlyArray<unknown>) => params as ReadonlyArray<SQLInputValue>
  const all = (sql: string, params: ReadonlyArray<unknown>) =>
    attempt("execute", () => {
      const statement = prepare(sql)
      statement.setReturnArrays(false)
      return statement.all(...inputs(params))
    })
  const values = (sql: string, params: ReadonlyArray<unknown>) =>
    attempt("execute", () => {
      const statement = prepare(sql)
      statement.setReturnArrays(true)
      return statement.all(...inputs(params)) as unknown as ReadonlyArray<ReadonlyArray<unknown>>
    })
  const connection: SqlConnection.Connection = {
    execute: (sql, params, transform) =>
      Effect.map(all(sql, params), (rows) => (transform === undefined ? rows : transform(rows))),
    executeRaw: all,
    executeValues: values,
    executeValuesUnprepared: values,
    executeUnprepared: (sql, params, transform) =>
      Effect.map(all(sql, params), (rows) => (transform === undefined ? rows : transform(rows))),
    executeStream: (sql, params, transform) =>
      Stream.unwrap(
        // A statement of its own: running the shared one again would end the iteration.
        attempt("stream", () => {
          step(sql)
          const statement = database.prepare(sql)
          return Stream.fromIterable(statement.iterate(...inputs(params))).pipe(
            transform === undefined ? (rows) => rows : Stream.map((row) => transform([row])[0])
          )
        })
      )
  }
  const bulk = Bulk.of({
    write: (sql, rows) =>
      attempt("bulk", () => {
        if (rows.length === 0) return
        const statement = prepare(sql)
        for (const row of rows) statement.run(...row)
      }),
    lookup: (sql, keys) =>
      attempt("lookup", () => {
        if (keys.length === 0) return []
        const statement = prepare(sql)
        statement.setReturnArrays(true)
        return keys.map((key) => statement.get(...key) as unknown as ReadonlyArray<unknown> | undefined)
      })
  })
  return { connection, bulk }
}

/**
 * Every commit is on the disk when it returns. The log is copied back every 32 MB instead of every 4: ids come in no
 * order, so a page of the index that is written back less often is written fewer times. What is deleted is overwritten
 * where it stood.
 */
const pragmas = `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
  PRAGMA wal_autocheckpoint = 8192; PRAGMA cache_size = -16384; PRAGMA secure_delete = ON;`

const open = (options: Options) =>
  Effect.acquireRelease(
    attempt("open", () => {
      const database = new DatabaseSync(options.filename, { timeout: options.busyTimeout ?? 10_000 })
      database.exec(pragmas)
      return database
    }),
    (database) => Effect.sync(() => database.close())
  )

/** The database as `SqlClient` and {@link Bulk}. Closing the layer closes the file. */
export const layer = (options: Options): Layer.Layer<SqlClient.SqlClient | Bulk, SqlError> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const database = yield* open(options)
      const { connection, bulk } = connect(database, options.onStep ?? (() => {}))
      const acquirers = SqlClient.makeSqliteAcquirers({
        connection: Effect.succeed(connection),
        semaphore: yield* Semaphore.make(1),
        isTransaction: () => database.isTransaction
      })
      const client = yield* SqlClient.make({
        ...acquirers,
        compiler: Statement.makeCompilerSqlite(),
        driver: "node-sqlite",
        beginTransaction: "BEGIN IMMEDIATE",
        prepareTransactionControls: true,
        spanAttributes: [["db.system.name", "sqlite"]]
      })
      return Context.make(SqlClient.SqlClient, client).pipe(Context.add(Bulk, bulk))
    })
  ).pipe(Layer.provide(Reactivity.layer))
