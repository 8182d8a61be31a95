import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import * as Sync from "../src/index.ts"
import { everything, ids, mirrored } from "./Mirrored.ts"
import { gone, invalid, purchase, unreadable } from "./rows.ts"
import { at } from "./Script.ts"

const stands = Effect.map(Sync.Mirror.quarantined, (all) =>
  all.map(({ locator, reason }) => `${locator.id}: ${reason}`)
)

describe("a row that cannot be read", () => {
  it.effect(
    "is put aside with its reason and the run goes on; repeated it is not doubled",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(purchase("a"), unreadable("purchases", "b"), purchase("c"), at(3))
        const report = yield* run("purchases")
        assert.deepInclude(report, { added: 2, quarantined: 1, outcome: { _tag: "CaughtUp" } })
        assert.deepEqual(report.quarantine, [{ reason: "no amount", locator: { id: "b" } }])
        const before = yield* everything
        yield* run("purchases", { fromTheBeginning: true })
        assert.deepEqual(yield* stands, ["b: no amount"])
        assert.deepEqual(yield* everything, before)
      })
    )
  )

  it.effect(
    "keeps its text as it came, for whoever has the key, so that a mended reader can be tried without asking again (pitfall 26 of account information)",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const seal = yield* Sync.Seal
        const raw = `{"id":"b", "amount": "1,5"}`
        script.says(unreadable("purchases", "b", "no amount", raw), at(1))
        yield* run("purchases")
        const [row] = yield* sql<{ account: number; key: string; sealed_raw: string }>`SELECT * FROM quarantine`
        assert(row !== undefined)
        const opened = yield* seal.open(Sync.Place.quarantined(row.account, "purchases", row.key), row.sealed_raw)
        assert.strictEqual(Redacted.value(opened), raw)
      })
    )
  )

  it.effect(
    "leaves quarantine when it can be read later, in the next run or in the same",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(unreadable("purchases", "b"), unreadable("purchases", "c"), at(1))
        yield* run("purchases")
        script.says(purchase("b"), at(2))
        yield* run("purchases")
        assert.deepEqual(yield* stands, ["c: no amount"])
        script.says(unreadable("purchases", "d"), purchase("d"), gone("purchases", "c", "cancelled"), at(3))
        yield* run("purchases")
        assert.deepEqual(yield* stands, [])
        assert.deepEqual(yield* ids("purchases"), ["b", "d"])
      })
    )
  )

  it.effect(
    "stays in quarantine where its unreadable state came last",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(purchase("b"), at(1), unreadable("purchases", "b"), at(2))
        yield* run("purchases")
        assert.deepEqual(yield* stands, ["b: no amount"])
        script.says(purchase("b", 2), unreadable("purchases", "b", "no date", "{}"), at(3))
        yield* run("purchases")
        assert.deepEqual(yield* stands, ["b: no amount", "b: no date"])
      })
    )
  )

  it.effect(
    "and that its model refuses is put aside too, with the field that is wrong",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(purchase("a"), invalid("b"), purchase("c"), at(3))
        assert.deepInclude(yield* run("purchases"), { added: 2, quarantined: 1 })
        assert.deepEqual(yield* ids("purchases"), ["a", "c"])
        const [why] = yield* stands
        assert.match(why ?? "", /^b: not a row of purchases/)
        const before = yield* everything
        yield* run("purchases", { fromTheBeginning: true })
        assert.deepEqual(yield* everything, before)
        script.says(invalid("b"), purchase("b"), at(4))
        yield* run("purchases")
        assert.deepEqual(yield* stands, [])
        assert.deepEqual(yield* ids("purchases"), ["a", "b", "c"])
      })
    )
  )

  it.effect(
    "does not take the standing row with it",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(purchase("a"))
        yield* run("purchases")
        script.says(invalid("a"), unreadable("purchases", "a"))
        yield* run("purchases")
        assert.deepEqual(yield* ids("purchases"), ["a"])
      })
    )
  )
})

describe("drift", () => {
  it.effect(
    "is counted per field, from run to run",
    mirrored(({ accountId, run, script }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        script.says(
          { _tag: "Drift", stream: "purchases", kind: "unknown_field", path: "gift", count: 2 },
          { _tag: "Drift", stream: "purchases", kind: "unknown_field", path: "gift", count: 1 },
          { _tag: "Drift", stream: "purchases", kind: "unknown_value", path: "status", count: 1 }
        )
        yield* run("purchases")
        yield* run("purchases")
        assert.deepEqual(
          (yield* Sync.Mirror.drift).map(({ lastAt: _, ...rest }) => rest),
          [
            { accountId, connector: "scripted", stream: "purchases", kind: "unknown_field", path: "gift", seen: 6 },
            { accountId, connector: "scripted", stream: "purchases", kind: "unknown_value", path: "status", seen: 2 }
          ]
        )
        assert.lengthOf(yield* sql`SELECT * FROM change`, 0)
      })
    )
  )
})
