import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { execFile } from "node:child_process"
import { copyFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import * as Sync from "../src/index.ts"
import * as Sqlite from "../src/sqlite.ts"
import { engineOn, inFolder, key, mirrored } from "./Mirrored.ts"
import { Script } from "./Script.ts"

export const access = (count: number, more: Partial<Sync.Access> = {}): Sync.Access => ({
  actor: "key:7f",
  action: "read",
  purpose: "budgeting",
  tenant: "acme",
  holderIds: ["alex"],
  accountIds: ["account-1"],
  streams: ["card"],
  route: "GET /v1/card",
  count,
  ...more
})

const append = (...all: ReadonlyArray<Sync.Access>) =>
  Effect.flatMap(Sync.AccessLog, (log) => Effect.forEach(all, log.append, { discard: true }))
const verify = (noted?: Sync.AccessEnd) => Effect.flatMap(Sync.AccessLog, (log) => log.verify(noted))

describe("a line of the access log", () => {
  it.effect(
    "is on the disk when its reader is answered, with who, what, when and why, and no name",
    mirrored(({ filename }) =>
      Effect.gen(function* () {
        yield* append(access(3))
        const other = new DatabaseSync(filename, { readOnly: true })
        const [stored] = other.prepare("SELECT * FROM access_log").all()
        other.close()
        assert.deepInclude(stored, {
          seq: 1,
          actor: "key:7f",
          action: "read",
          purpose: "budgeting",
          tenant: "acme",
          count: 3
        })
        assert.notInclude(JSON.stringify(stored), "alex")
        const log = yield* Sync.AccessLog
        const [line] = yield* log.list({ limit: 10, holderId: "alex" })
        assert.deepInclude(line, { ...access(3), seq: 1, at: "1970-01-01T00:00:00.000Z" })
        assert.deepEqual(yield* log.list({ limit: 10, holderId: "robin" }), [])
        assert.deepEqual(yield* log.list({ limit: 10, tenant: "other" }), [])
      })
    )
  )

  it.effect(
    "of somebody who is not here shows no id",
    mirrored(() =>
      Effect.gen(function* () {
        yield* append(access(1, { holderIds: ["nobody"] }))
        const [line] = yield* (yield* Sync.AccessLog).list({ limit: 1 })
        assert.match(line?.holderIds[0] ?? "", /^~[\w-]{12}$/)
      })
    )
  )

  it.effect("shares its commit with those that come at the same time", () =>
    inFolder((folder) => {
      let commits = 0
      const engine = Sync.layer().pipe(
        Layer.provideMerge(Sync.Seal.layer(key)),
        Layer.provideMerge(
          Sqlite.layer({
            filename: join(folder, "mirror.db"),
            onStep: (sql) => void (commits += sql === "COMMIT" ? 1 : 0)
          })
        )
      )
      return Effect.gen(function* () {
        const log = yield* Sync.AccessLog
        const before = commits
        const all = Array.from({ length: 300 }, (_, n) => log.append(access(n)))
        yield* Effect.all(all, { concurrency: "unbounded", discard: true })
        assert.isAtMost(commits - before, 5)
        assert.lengthOf(yield* log.list({ limit: 1000 }), 300)
        assert.deepInclude(yield* log.verify(), { _tag: "Sound" })
      }).pipe(Effect.provide(engine))
    })
  )

  it("is one of a single chain, whichever process writes it", { timeout: 60_000 }, () =>
    Effect.runPromise(
      inFolder((folder) => {
        const filename = join(folder, "mirror.db")
        const script = fileURLToPath(new URL("appender.ts", import.meta.url))
        const child = () =>
          Effect.callback<void>((resume) => {
            execFile(process.execPath, [script, filename, "60"], (error) =>
              resume(error === null ? Effect.void : Effect.die(error))
            )
          })
        const engine = () => engineOn(filename)
        return Effect.gen(function* () {
          yield* Effect.provide(verify(), engine())
          yield* Effect.all([child(), child(), child()], { concurrency: "unbounded" })
          const verdict = yield* Effect.provide(verify(), engine())
          assert.deepInclude(verdict, { _tag: "Sound" })
          assert.strictEqual(verdict._tag === "Sound" ? verdict.end.seq : 0, 180)
        })
      })
    )
  )
})

describe("a log that was tampered with", () => {
  const count = 12
  const columns = {
    at: "'1999-01-01T00:00:00.000Z'",
    actor: "'operator'",
    action: "'export'",
    purpose: "'none'",
    tenant: "NULL",
    holders: "'[]'",
    accounts: "'[]'",
    streams: "'[]'",
    route: "'GET /'",
    count: "99",
    hash: "lower(hex(randomblob(32)))"
  }
  const cutTo = (n: number) => `DELETE FROM access_log WHERE seq > ${n}; DELETE FROM access_holder WHERE seq > ${n};`
  const insert = (seq: number) =>
    `INSERT INTO access_log SELECT ${seq}, at, actor, action, purpose, tenant, holders, accounts, streams, route, count, hash
      FROM access_log WHERE seq = 3; INSERT OR IGNORE INTO access_holder SELECT holder, ${seq} FROM access_holder WHERE seq = 3;`
  const tamperings: ReadonlyArray<readonly [what: string, sql: string, seq: number]> = [
    ...Object.entries(columns).flatMap(([column, value]) =>
      [1, 7, count].map(
        (seq) => [`${column} of ${seq}`, `UPDATE access_log SET ${column} = ${value} WHERE seq = ${seq}`, seq] as const
      )
    ),
    ...Array.from({ length: count }, (_, n) => n + 1).map(
      (seq) => [`without ${seq}`, `DELETE FROM access_log WHERE seq = ${seq}`, seq] as const
    ),
    [
      "without 5, the others moved up",
      "DELETE FROM access_log WHERE seq = 5; UPDATE access_log SET seq = -seq + 1 WHERE seq > 5; UPDATE access_log SET seq = -seq WHERE seq < 0",
      5
    ],
    [
      "two in each other's place",
      "UPDATE access_log SET seq = 99 WHERE seq = 4; UPDATE access_log SET seq = 4 WHERE seq = 5; UPDATE access_log SET seq = 5 WHERE seq = 99",
      4
    ],
    ["one more at the end", insert(count + 1), count + 1],
    [
      "one put in, the others moved down",
      `UPDATE access_log SET seq = -seq - 1 WHERE seq >= 6; UPDATE access_log SET seq = -seq WHERE seq < 0; ${insert(6)}`,
      6
    ],
    ["cut off", cutTo(9), 10],
    [
      "cut off, and the count with it",
      `${cutTo(9)} UPDATE access_head SET count = 9, hash = (SELECT hash FROM access_log WHERE seq = 9)`,
      10
    ],
    ["cut off, and the count taken away", `${cutTo(9)} DELETE FROM access_head`, 10],
    ["emptied", cutTo(0), 1],
    [
      "emptied, and the count set to nothing",
      `${cutTo(0)} UPDATE access_head SET count = 0, hash = '${"0".repeat(64)}'`,
      1
    ],
    ["with somebody's lines hidden", "DELETE FROM access_holder WHERE seq = 8", count],
    ["with somebody's lines given to another", "UPDATE access_holder SET holder = 'x' WHERE seq = 8", count]
  ]

  it.effect("is found, every time, and where; adding to it heals nothing", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const original = join(folder, "mirror.db")
        const lines = Array.from({ length: count }, (_, n) => access(n))
        const sound = yield* Effect.provide(Effect.andThen(append(...lines), verify()), engineOn(original))
        assert.deepInclude(sound, { _tag: "Sound" })
        for (const [index, [what, statements, seq]] of tamperings.entries()) {
          const filename = join(folder, `${index}.db`)
          copyFileSync(original, filename)
          const attacker = new DatabaseSync(filename)
          attacker.exec(`DROP TRIGGER access_log_stands; ${statements}`)
          attacker.close()
          yield* Effect.gen(function* () {
            const found = yield* verify()
            assert.deepInclude(found, { _tag: "Broken", seq }, what)
            yield* append(access(1), access(2))
            assert.deepInclude(yield* verify(), { _tag: "Broken" }, `${what}, and added to`)
          }).pipe(Effect.provide(engineOn(filename)))
        }
        const untouched = yield* Effect.provide(Effect.andThen(append(access(1)), verify()), engineOn(original))
        assert.deepInclude(untouched, { _tag: "Sound" })
      })
    )
  )

  it.effect(
    "by whoever has the key too is found by an end that was noted elsewhere",
    mirrored(() =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* append(access(1), access(2))
        const verdict = yield* verify()
        const noted = verdict._tag === "Sound" ? verdict.end : { seq: 0, hash: "" }
        yield* append(access(3))
        assert.deepInclude(yield* verify(noted), { _tag: "Sound" })
        yield* sql`DELETE FROM access_holder`
        yield* sql`DELETE FROM access_log`
        yield* sql`DELETE FROM access_head`
        assert.deepInclude(yield* verify(), { _tag: "Sound" })
        assert.deepInclude(yield* verify(noted), { _tag: "Broken", seq: 1 })
        yield* append(access(7), access(8), access(9))
        assert.deepInclude(yield* verify(noted), { _tag: "Broken", seq: 2 })
      })
    )
  )

  it.effect(
    "through this program's own database is refused",
    mirrored(() =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* append(access(1))
        const refused = yield* Effect.flip(sql`UPDATE access_log SET count = 2`)
        assert.match(refused.reason.message, /never changed/)
      })
    )
  )
})

describe("a writer that remembers the end it saw first, and does not look again", () => {
  it.effect("is found: of two lines that follow the same one, one does not stand", () =>
    inFolder((folder) => {
      const filename = join(folder, "mirror.db")
      return Effect.gen(function* () {
        const one = Effect.provide(append(access(1)), engineOn(filename))
        yield* one
        const database = new DatabaseSync(filename)
        const before = database.prepare("SELECT * FROM access_head").get()
        yield* one
        // As a process would that remembers the end it saw first.
        database
          .prepare("UPDATE access_head SET count = ?, hash = ?, mark = ?")
          .run(...(["count", "hash", "mark"] as const).map((column) => before?.[column] ?? null))
        database.close()
        yield* one
        assert.deepInclude(yield* Effect.provide(verify(), engineOn(filename)), { _tag: "Broken" })
      }).pipe(Effect.provide(new Script().layer()))
    })
  )
})
