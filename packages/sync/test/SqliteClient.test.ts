import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Sync from "../src/index.ts"
import * as Sqlite from "../src/sqlite.ts"
import { engineOn, inFolder } from "./Mirrored.ts"

type Database = SqlClient.SqlClient | Sync.Bulk

const inFile =
  <A, E>(
    use: (filename: string, sql: SqlClient.SqlClient) => Effect.Effect<A, E, Database>,
    options: Partial<Sqlite.Options> = {}
  ) =>
  (): Effect.Effect<A, E | SqlError> =>
    inFolder((folder) => {
      const filename = join(folder, "file.db")
      return Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT)`
        return yield* use(filename, sql)
      }).pipe(Effect.provide(Sqlite.layer({ filename, ...options })))
    })

const numbers = (sql: SqlClient.SqlClient) =>
  Effect.map(sql<{ n: number }>`SELECT n FROM t ORDER BY n`, (rows) => rows.map(({ n }) => n))

describe("the driver over node:sqlite", () => {
  it.effect(
    "keeps what a transaction wrote, and nothing of one that failed, died or was interrupted",
    inFile((filename, sql) =>
      Effect.gen(function* () {
        const put = (n: number) => sql`INSERT INTO t (n) VALUES (${n})`
        yield* sql.withTransaction(Effect.andThen(put(1), put(2)))
        const ends: ReadonlyArray<Effect.Effect<unknown, string | SqlError>> = [
          Effect.fail("no"),
          Effect.die("no"),
          Effect.interrupt,
          put(1)
        ]
        for (const end of ends) {
          const exit = yield* Effect.exit(sql.withTransaction(Effect.andThen(put(3), end)))
          assert.strictEqual(exit._tag, "Failure")
        }
        assert.deepEqual(yield* numbers(sql), [1, 2])
        const other = new DatabaseSync(filename)
        assert.lengthOf(other.prepare("SELECT * FROM t").all(), 2)
        other.close()
      })
    )
  )

  it.effect(
    "nests: an inner failure takes back the inner part alone",
    inFile((_, sql) =>
      Effect.gen(function* () {
        const put = (n: number) => sql`INSERT INTO t (n) VALUES (${n})`
        yield* sql.withTransaction(
          Effect.gen(function* () {
            yield* put(1)
            yield* Effect.exit(sql.withTransaction(Effect.andThen(put(2), Effect.fail("no"))))
            yield* sql.withTransaction(
              Effect.andThen(put(3), Effect.exit(sql.withTransaction(Effect.andThen(put(4), Effect.fail("no")))))
            )
          })
        )
        assert.deepEqual(yield* numbers(sql), [1, 3])
      })
    )
  )

  it.effect(
    "keeps two fibers' transactions apart",
    inFile((_, sql) =>
      Effect.gen(function* () {
        const slow = (n: number, ends: Effect.Effect<unknown, string>) =>
          Effect.exit(
            sql.withTransaction(
              Effect.gen(function* () {
                yield* sql`INSERT INTO t (n) VALUES (${n})`
                yield* Effect.yieldNow
                yield* ends
              })
            )
          )
        yield* Effect.all([slow(1, Effect.void), slow(2, Effect.fail("no")), slow(3, Effect.void)], { concurrency: 3 })
        assert.deepEqual(yield* numbers(sql), [1, 3])
      })
    )
  )

  it.effect(
    "flushes every commit to the disk and writes ahead of it",
    inFile((_, sql) =>
      Effect.gen(function* () {
        assert.deepEqual(yield* sql`PRAGMA journal_mode`, [{ journal_mode: "wal" }])
        assert.deepEqual(yield* sql`PRAGMA synchronous`, [{ synchronous: 2 }])
        assert.deepEqual(yield* sql`PRAGMA foreign_keys`, [{ foreign_keys: 1 }])
      })
    )
  )

  it.effect(
    "streams, and the same statement may run in the meantime",
    inFile((_, sql) =>
      Effect.gen(function* () {
        const bulk = yield* Sync.Bulk
        yield* bulk.write(
          "INSERT INTO t (n) VALUES (?)",
          Array.from({ length: 500 }, (_, n) => [n])
        )
        const all = sql<{ n: number }>`SELECT n FROM t ORDER BY n`
        const seen: Array<number> = []
        yield* Stream.runForEach(all.stream, ({ n }) =>
          Effect.sync(() => void seen.push(n)).pipe(
            Effect.andThen(n % 100 === 0 ? bulk.lookup("SELECT n FROM t ORDER BY n", [[]]) : Effect.void)
          )
        )
        assert.deepEqual(
          seen,
          Array.from({ length: 500 }, (_, n) => n)
        )
      })
    )
  )

  it.effect(
    "looks up many keys and answers in their order",
    inFile(() =>
      Effect.gen(function* () {
        const bulk = yield* Sync.Bulk
        yield* bulk.write("INSERT INTO t (n, text) VALUES (?, ?)", [
          [1, "a"],
          [2, null],
          [3, "c"]
        ])
        assert.deepEqual(yield* bulk.lookup("SELECT text FROM t WHERE n = ?", [[3], [9], [1], [2]]), [
          ["c"],
          undefined,
          ["a"],
          [null]
        ])
      })
    )
  )

  it.effect(
    "tells a constraint from a syntax error",
    inFile((_, sql) =>
      Effect.gen(function* () {
        yield* sql`INSERT INTO t (n) VALUES (1)`
        const twice = yield* Effect.flip(sql`INSERT INTO t (n) VALUES (1)`)
        const typo = yield* Effect.flip(sql`SELEC 1`)
        assert.notStrictEqual(twice.reason._tag, typo.reason._tag)
        assert.match(twice.reason._tag, /Constraint|Unique/)
      })
    )
  )

  it.live(
    "waits for another process's write, and says so when it takes too long",
    inFile(
      (filename, sql) =>
        Effect.gen(function* () {
          const holding = `
        const { DatabaseSync } = require("node:sqlite")
        const database = new DatabaseSync(process.argv[1])
        database.exec("BEGIN IMMEDIATE")
        console.log("holding")
        setTimeout(() => { database.exec("INSERT INTO t (n) VALUES (77); COMMIT"); process.exit() }, Number(process.argv[2]))`
          const hold = (ms: number) =>
            Effect.promise(async () => {
              const child = spawn(process.execPath, ["-e", holding, filename, String(ms)], {
                stdio: ["ignore", "pipe", "inherit"]
              })
              await once(child.stdout, "data")
              return child
            })
          const short = yield* hold(100)
          yield* sql.withTransaction(sql`INSERT INTO t (n) VALUES (1)`)
          assert.deepEqual(yield* numbers(sql), [1, 77])
          yield* sql`DELETE FROM t`
          const long = yield* hold(60_000)
          const refused = yield* Effect.flip(sql.withTransaction(sql`INSERT INTO t (n) VALUES (2)`))
          assert.match(refused.reason._tag, /Lock|Busy|Timeout/)
          yield* Effect.promise(async () => {
            long.kill("SIGKILL")
            await once(long, "exit")
          })
          yield* sql`INSERT INTO t (n) VALUES (3)`
          assert.deepEqual(yield* numbers(sql), [3])
          assert.isTrue(short.exitCode === 0 || short.exitCode === null)
        }),
      { busyTimeout: 500 }
    )
  )
})

describe("the schema", () => {
  it.effect("is brought up to date once, however often and by however many the file is opened (11)", () =>
    inFolder((folder) => {
      const filename = join(folder, "file.db")
      const open = Effect.flatMap(
        SqlClient.SqlClient,
        (sql) => sql<{ n: number }>`SELECT count(*) AS n FROM sqlite_master`
      ).pipe(Effect.provide(engineOn(filename)))
      return Effect.gen(function* () {
        const together = yield* Effect.all([open, open], { concurrency: 2 })
        const again = yield* open
        for (const one of together) assert.deepEqual(one, again)
      })
    })
  )
})
