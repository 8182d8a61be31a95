/** What the mirror works out between two reads, and what becomes of it when the provider speaks again. */
import { assert, describe, it } from "@effect/vitest"
import type { Plan } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as SqlClient from "effect/sql/SqlClient"
import * as Sync from "../src/index.ts"
import { changes, mirrored, rows } from "./Mirrored.ts"
import { plan, stamp } from "./rows.ts"

const states = Effect.map(rows("plans"), (found) =>
  Object.values(found).flatMap((row) => (row as Plan.Plan).schedule.map((one) => one.state))
)

const standing = Effect.map(Sync.Mirror.rows({ stream: "plans", limit: 1 }), ([row]) => row)

describe("a projection", () => {
  it.effect(
    "makes due what has fallen due, once, and says that it was projected",
    mirrored(({ accountId, run, script }) =>
      Effect.gen(function* () {
        script.says(plan("a", ["paid", "scheduled", "scheduled"], { version: stamp(1) }))
        yield* run("plans")
        assert.strictEqual(yield* Sync.Projection.project(accountId, "2026-02-28"), 0)
        assert.strictEqual(yield* Sync.Projection.project(accountId, "2026-03-01"), 1)
        assert.deepEqual(yield* states, ["paid", "due", "scheduled"])
        assert.strictEqual((yield* standing)?.origin, "projected")
        assert.deepEqual(
          (yield* changes()).map((change) => change.origin),
          ["reported", "projected"]
        )
        assert.strictEqual(yield* Sync.Projection.project(accountId, "2026-03-01"), 0)
      })
    )
  )

  it.effect(
    "is not undone by what it was made from, and gives way to a newer report",
    mirrored(({ accountId, run, script }) =>
      Effect.gen(function* () {
        const old = plan("a", ["paid", "scheduled", "scheduled"], { version: stamp(1) })
        script.says(old)
        yield* run("plans")
        yield* Sync.Projection.project(accountId, "2026-03-01")
        script.says(old)
        assert.deepInclude(yield* run("plans"), { updated: 0, kept: 1 })
        assert.deepEqual(yield* states, ["paid", "due", "scheduled"])

        script.says(plan("a", ["paid", "due", "scheduled"], { version: stamp(2) }))
        assert.deepInclude(yield* run("plans"), { updated: 0, unchanged: 1 })
        assert.strictEqual((yield* standing)?.origin, "reported")
        assert.lengthOf(yield* changes(), 2)

        script.says(plan("a", ["paid", "paid", "scheduled"], { version: stamp(3) }))
        assert.deepInclude(yield* run("plans"), { updated: 1 })
        assert.deepEqual(yield* states, ["paid", "paid", "scheduled"])
      })
    )
  )

  it.effect(
    "that dies before it is through is still told from a report, and is no run that did not finish",
    mirrored(({ accountId, run, script }) =>
      Effect.gen(function* () {
        script.says(plan("a", ["scheduled"], { version: stamp(1) }))
        yield* run("plans")
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TEMP TRIGGER dies BEFORE UPDATE OF finished_at ON run BEGIN SELECT RAISE(ABORT, 'dies'); END`
        assert.isTrue(Exit.isFailure(yield* Effect.exit(Sync.Projection.project(accountId, "2026-02-01"))))
        assert.deepEqual(yield* states, ["due"])
        assert.deepEqual(
          (yield* changes()).map((change) => change.origin),
          ["reported", "projected"]
        )
        assert.isTrue((yield* Sync.Mirror.lastRuns).every((one) => one.finishedAt !== null))
      })
    )
  )

  it.effect(
    "does nothing for an account whose consent has ended",
    mirrored(({ accountId, connectionId, run, script }) =>
      Effect.gen(function* () {
        script.says(plan("a", ["scheduled"], { version: stamp(1) }))
        yield* run("plans")
        yield* (yield* Sync.Connections).withdraw(connectionId)
        assert.strictEqual(yield* Sync.Projection.project(accountId, "2026-12-01"), 0)
        assert.deepEqual(yield* states, ["scheduled"])
      })
    )
  )
})
