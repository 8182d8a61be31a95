import { ConnectorError } from "@paymirror/core"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as Sync from "../src/index.ts"
import { changes, link, mirrored } from "./Mirrored.ts"
import { entry, purchase, stated } from "./rows.ts"
import { fails } from "./Script.ts"

const told = Sync.Occurrences.occurrences({ after: 0, limit: 1000 })
const types = Effect.map(told, (all) => all.map(({ type }) => type))
const refused = fails(new ConnectorError.ConsentRequired({ detail: "CONSENT_EXPIRED" }))

describe("what happens outside of rows", () => {
  it.effect(
    "is told with the ids to look it up: consent given, confirmed, withdrawn; each once",
    mirrored(({ connectionId }) =>
      Effect.gen(function* () {
        const connections = yield* Sync.Connections
        yield* connections.reconfirm(connectionId)
        yield* connections.withdraw(connectionId)
        yield* connections.withdraw(connectionId)
        yield* connections.reconfirm(connectionId)
        const all = yield* told
        const consentId = (yield* connections.get(connectionId))?.consent?.consentId ?? ""
        assert.deepEqual(
          all.map(({ type }) => type),
          ["consent.granted", "consent.confirmed", "consent.withdrawn"]
        )
        for (const one of all) assert.deepInclude(one, { holderId: "alex", connectionId, consentId, accountId: null })
      })
    )
  )

  it.effect(
    "is told of a connection whose session a provider ended, once, and of its return when it is linked anew",
    mirrored(({ connectionId, run, script }) =>
      Effect.gen(function* () {
        script.says(refused)
        for (let n = 0; n < 3; n += 1) yield* run("purchases")
        yield* link()
        yield* link()
        assert.deepEqual(yield* types, [
          "consent.granted",
          "connection.needs_attention",
          "connection.restored",
          "consent.granted",
          "consent.granted"
        ])
        assert.isTrue((yield* told).every((one) => one.connectionId === connectionId))
      })
    )
  )

  it.effect(
    "is told of a connection that was withdrawn and linked anew as a new consent alone",
    mirrored(({ connectionId }) =>
      Effect.gen(function* () {
        yield* (yield* Sync.Connections).withdraw(connectionId)
        yield* link()
        assert.deepEqual(yield* types, ["consent.granted", "consent.withdrawn", "consent.granted"])
      })
    )
  )

  it.effect(
    "is told of a consent that is about to end, with the days that are left, once for each reminder",
    mirrored(({ connectionId }) =>
      Effect.gen(function* () {
        yield* link({ expiresAt: "1970-03-01T00:00:00.000Z" })
        for (const at of ["1970-02-01", "1970-02-01", "1970-02-25", "1970-02-28"]) {
          yield* TestClock.setTime(Date.parse(at))
          yield* Sync.Reminders.untold
          yield* Sync.Reminders.untold
        }
        const expiring = (yield* told).filter(({ type }) => type === "consent.expiring")
        assert.deepEqual(
          expiring.map(({ days }) => days),
          [30, 7, 1]
        )
        assert.isTrue(expiring.every((one) => one.connectionId === connectionId && one.consentId !== null))
      })
    )
  )

  it.effect(
    "is told of a ledger that does not add up, once for each gap, without a figure",
    mirrored(({ accountId, run, script }) =>
      Effect.gen(function* () {
        script.says(entry("e1", 500), stated(500))
        yield* run("balance")
        script.says(stated(123_456))
        for (let n = 0; n < 3; n += 1) yield* run("balance")
        const gaps = (yield* told).filter(({ type }) => type === "reconciliation.gap")
        assert.lengthOf(gaps, 1)
        assert.deepInclude(gaps[0], { accountId, stream: "balance", connectionId: null, consentId: null })
        assert.notInclude(JSON.stringify(gaps), "123456")
      })
    )
  )

  it.effect(
    "stands behind the changes that were there, and before those that came later, even where the log was shortened",
    mirrored(({ connectionId, run, script }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const connections = yield* Sync.Connections
        script.says(purchase("a"), purchase("b"))
        yield* run("purchases")
        yield* connections.reconfirm(connectionId)
        yield* sql`DELETE FROM change`
        yield* connections.reconfirm(connectionId)
        script.says(purchase("c"))
        yield* run("purchases")
        yield* connections.reconfirm(connectionId)
        assert.deepEqual(
          (yield* told).map(({ afterSeq }) => afterSeq),
          [0, 2, 2, 3]
        )
        assert.deepEqual(
          (yield* changes()).map(({ seq }) => seq),
          [3]
        )
      })
    )
  )

  it.effect(
    "is not told where the change itself was not written",
    mirrored(({ connectionId }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const connections = yield* Sync.Connections
        const failed = yield* Effect.exit(
          sql.withTransaction(
            Effect.gen(function* () {
              yield* connections.reconfirm(connectionId)
              return yield* Effect.interrupt
            })
          )
        )
        assert.strictEqual(failed._tag, "Failure")
        assert.deepEqual(yield* types, ["consent.granted"])
      })
    )
  )
})
