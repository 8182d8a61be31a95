import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as SqlClient from "effect/sql/SqlClient"
import { changes, checkpointOf, ids, mirrored, rows } from "./Mirrored.ts"
import { gone, invalid, purchase } from "./rows.ts"
import { at, down, meanwhile } from "./Script.ts"

describe("a run that is cut off", () => {
  it.effect(
    "loses nothing and writes nothing twice, wherever it was interrupted (1)",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          const all = Array.from({ length: 12 }, (_, n) => purchase(`p${n}`))
          for (let cut = 0; cut <= 12; cut += 1) {
            const reached = yield* Deferred.make<void>()
            const halt = meanwhile(Effect.andThen(Deferred.succeed(reached, undefined), Effect.never))
            script.read = (_, from = 0) => [
              ...all.slice(from).flatMap((each, n) => (from + n === cut ? [halt, each] : [each, at(from + n + 1)])),
              halt
            ]
            const running = yield* Effect.forkChild(run("purchases"))
            yield* Deferred.await(reached)
            yield* Fiber.interrupt(running)
          }
          script.read = (_, from = 0) => all.slice(from)
          assert.strictEqual((yield* run("purchases")).outcome._tag, "CaughtUp")
          assert.lengthOf(yield* ids("purchases"), 12)
          assert.lengthOf(yield* changes(), 12)
        }),
      { batchRows: 1 }
    )
  )

  it.effect(
    "goes on from the checkpoint that was committed with its rows",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(purchase("a"), at(1), purchase("b"), at(2), purchase("c"), down)
        const report = yield* run("purchases")
        assert.deepInclude(report.outcome, { _tag: "Stopped" })
        script.says(purchase("c"), at(3))
        yield* run("purchases")
        assert.deepEqual(
          script.asked.map(({ from }) => from),
          [undefined, 2]
        )
        assert.deepEqual(yield* ids("purchases"), ["a", "b", "c"])
      })
    )
  )
})

describe("the checkpoint", () => {
  it.effect(
    "is never ahead of the data (2)",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          yield* sql.unsafe("CREATE TEMP TABLE seen (checkpoint TEXT, rows INTEGER)")
          yield* sql.unsafe(`CREATE TEMP TRIGGER look AFTER INSERT ON main.checkpoint BEGIN
        INSERT INTO seen SELECT NEW.checkpoint, count(*) FROM main.row; END`)
          yield* sql.unsafe(`CREATE TEMP TRIGGER look_again AFTER UPDATE ON main.checkpoint BEGIN
        INSERT INTO seen SELECT NEW.checkpoint, count(*) FROM main.row; END`)
          script.says(...Array.from({ length: 40 }, (_, n) => [purchase(`p${n}`), at(n + 1)]).flat())
          yield* run("purchases")
          const seen = yield* sql<{ checkpoint: string; rows: number }>`SELECT * FROM seen`
          assert.isAbove(seen.length, 5)
          for (const { checkpoint, rows } of seen) assert.isAtLeast(rows, Number(checkpoint))
        }),
      { batchRows: 3 }
    )
  )

  it.effect(
    "waits for the quarantine of a row its model refuses",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql.unsafe(`CREATE TEMP TRIGGER disk_full BEFORE INSERT ON main.quarantine
        BEGIN SELECT RAISE(ABORT, 'disk full'); END`)
        script.says(purchase("good"), invalid("bad"), at(2))
        assert.strictEqual((yield* Effect.exit(run("purchases")))._tag, "Failure")
        assert.strictEqual(yield* checkpointOf("purchases"), undefined)
        yield* sql.unsafe("DROP TRIGGER disk_full")
        const report = yield* run("purchases")
        assert.deepInclude(report, { quarantined: 1 })
        assert.strictEqual(yield* checkpointOf("purchases"), "2")
      })
    )
  )

  it.effect(
    "that cannot be read means starting over, which changes nothing (11)",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        script.says(purchase("a"), purchase("b"), at(2))
        yield* run("purchases")
        for (const garbage of ["", "{", "null", `"two"`, `{"cursor":2}`, "x".repeat(10_000)]) {
          yield* sql`UPDATE checkpoint SET checkpoint = ${garbage}`
          const report = yield* run("purchases")
          assert.deepInclude(report, { added: 0, updated: 0, unchanged: 2 })
          assert.deepEqual(script.asked.at(-1), { stream: "purchases", from: undefined })
          assert.strictEqual(yield* checkpointOf("purchases"), "2")
        }
        assert.lengthOf(yield* changes(), 2)
      })
    )
  )

  it.effect(
    "stays where it was until a walk from the beginning is through",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          script.says(purchase("a"), at(1), purchase("b"), at(9))
          yield* run("purchases")
          script.says(purchase("a"), at(1), purchase("b", 2000), at(2), down)
          yield* run("purchases", { fromTheBeginning: true })
          assert.strictEqual(yield* checkpointOf("purchases"), "9")
          assert.deepInclude((yield* rows("purchases"))["b"], { amount: { amount: 2000, currency: "USD" } })
        }),
      { batchRows: 1 }
    )
  )

  it.effect(
    "belongs to a transaction: what fails inside leaves neither rows nor checkpoint",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql.unsafe(`CREATE TEMP TRIGGER disk_full BEFORE INSERT ON main.change
        BEGIN SELECT RAISE(ABORT, 'disk full'); END`)
        script.says(purchase("a"), gone("purchases", "b", "cancelled"), at(2))
        assert.strictEqual((yield* Effect.exit(run("purchases")))._tag, "Failure")
        assert.deepEqual(yield* ids("purchases"), [])
        assert.strictEqual(yield* checkpointOf("purchases"), undefined)
      })
    )
  )
})

describe("memory", () => {
  it.effect(
    "stays flat: a source without checkpoints is written before it ends (12)",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          let spoken = 0
          let ahead = 0
          script.read = function* () {
            for (; spoken < 20_000; spoken += 1) yield purchase(`p${spoken}`)
          }
          yield* run("purchases", {
            onCommit: () =>
              Effect.gen(function* () {
                const written = yield* Effect.orDie(sql<{ n: number }>`SELECT count(*) AS n FROM row`)
                ahead = Math.max(ahead, spoken - (written[0]?.n ?? 0))
              })
          })
          assert.lengthOf(yield* ids("purchases"), 20_000)
          assert.isAtMost(ahead, 1000)
        }),
      { batchRows: 100 }
    )
  )
})
