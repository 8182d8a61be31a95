import { assert, describe, it } from "@effect/vitest"
import { Connector } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Sync from "../src/index.ts"
import { changes, link, mirrored, rows, runOf } from "./Mirrored.ts"
import { card, entry, gone, pendingNow, plan, purchase, stamp, stated } from "./rows.ts"
import { at, type Item, manifest, Script } from "./Script.ts"

/** An export of the same provider, linked into the same account. */
const exported = Effect.fn(function* (accountId: string) {
  const script = new Script()
  const layer = script.layer({
    id: "file",
    route: "export",
    link: "upload",
    streams: { purchases: { backfill: true }, card: { backfill: true }, balance: { backfill: true } }
  })
  const { connectionId } = yield* Effect.provide(link({ into: accountId }), layer)
  return (stream: "balance" | "card" | "purchases", ...items: ReadonlyArray<Item>) => {
    script.says(...items)
    return Effect.provide(runOf(connectionId, accountId)(stream, { fromTheBeginning: true }), layer)
  }
})

const amountOf = (id: string) =>
  Effect.map(rows("purchases"), (found) => {
    const row = found[id]
    return row !== undefined && "purchaseId" in row && "merchantName" in row ? row.amount?.amount : undefined
  })

describe("history from an export, then the cursor of the live route", () => {
  it.effect(
    "the live route takes over what the export said, and no later export overwrites it",
    mirrored(({ accountId, run, script }) =>
      Effect.gen(function* () {
        const importFile = yield* exported(accountId)
        yield* importFile("purchases", purchase("old", 100), purchase("both", 200))
        script.says(purchase("both", 250, { version: stamp(1) }), purchase("new", 300, { version: stamp(2) }), at(2))
        yield* run("purchases")
        assert.deepInclude(
          yield* importFile(
            "purchases",
            purchase("old", 110),
            purchase("both", 999),
            gone("purchases", "new", "not in the file")
          ),
          { updated: 1, kept: 2 }
        )
        assert.deepEqual([yield* amountOf("old"), yield* amountOf("both"), yield* amountOf("new")], [110, 250, 300])
        const history = yield* changes({ id: "both" })
        assert.deepEqual(
          history.map(({ connector, kind }) => [connector, kind]),
          [
            ["file", "added"],
            ["scripted", "updated"]
          ]
        )
        assert.notStrictEqual(history[0]?.consentId, history[1]?.consentId)
        assert.lengthOf((yield* Sync.Mirror.explain("both")).history, 2)
      })
    )
  )

  it.effect(
    "a row that both say is one row and counts once",
    mirrored(({ accountId, run, script }) =>
      Effect.gen(function* () {
        const importFile = yield* exported(accountId)
        yield* importFile("balance", entry("e1", 500), entry("e2", 100))
        script.says(entry("e1", 500), entry("e2", 100), entry("e3", 50), stated(650))
        const report = yield* run("balance")
        assert.deepInclude(report, { added: 2, unchanged: 2, updated: 0 })
        assert.deepInclude(report.reconciliation, { stated: 650, ledger: 650, agrees: true })
        assert.lengthOf(yield* changes({ id: "e1" }), 1)
        yield* importFile("balance", entry("e1", 7))
        assert.deepInclude((yield* rows("balance"))["e1"], { amount: { amount: 500, currency: "USD" } })
        const [row] = yield* Sync.Mirror.rows({ stream: "balance", id: "e1", limit: 1 })
        assert.strictEqual(row?.connector, "scripted")
      })
    )
  )

  it.effect(
    "an export's pending rows do not end the live route's",
    mirrored(({ accountId, run, script }) =>
      Effect.gen(function* () {
        const importFile = yield* exported(accountId)
        script.says(card("hold", -1, { pending: true }), pendingNow("hold"))
        yield* run("card")
        yield* importFile("card", pendingNow())
        assert.deepEqual(Object.keys(yield* rows("card")), ["hold"])
      })
    )
  )

  it.effect(
    "older history imported after the first comparison raises no false alarm",
    mirrored(
      ({ accountId, run, script }) =>
        Effect.gen(function* () {
          script.says(entry("e2", 500, "2026-03-01"), stated(10_500, stamp(1)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
          const importFile = yield* exported(accountId)
          yield* importFile("balance", entry("e0", 9000, "2025-12-01"), entry("e1", 1000, "2026-02-28"))
          script.says(entry("e3", 1, "2026-03-05"), stated(10_501, stamp(2)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
          assert.lengthOf(yield* Sync.Mirror.discrepancies, 0)
        }),
      { facts: { streams: { ...manifest.streams, balance: { live: "cursor", backfill: false } } } }
    )
  )
})

describe("a plan", () => {
  it.effect(
    "logs every move of its installments; one that contradicts what was reported is taken over and raised",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(plan("plan", ["due", "scheduled"]))
        yield* run("plans")
        script.says(plan("plan", ["paid", "due"]))
        yield* run("plans")
        script.says(plan("plan", ["scheduled", "due"]))
        yield* run("plans")
        const { transitions } = yield* Sync.Mirror.explain("plan")
        assert.deepEqual(
          transitions.map(({ contradiction, from, installmentNumber, to }) => [
            installmentNumber,
            from,
            to,
            contradiction
          ]),
          [
            [1, "due", "paid", 0],
            [2, "scheduled", "due", 0],
            [1, "paid", "scheduled", 1]
          ]
        )
        for (const { evidence } of transitions) assert.match(evidence, /^run \d+$/)
        const due = yield* Sync.Mirror.due({ until: "2026-12-31", limit: 10 })
        assert.deepEqual(
          due.map(({ installmentNumber, state }) => [installmentNumber, state]),
          [
            [1, "scheduled"],
            [2, "due"]
          ]
        )
      })
    )
  )
})

describe("a connection", () => {
  it.effect(
    "is found again by what its provider says of it, per connector",
    mirrored(({ accountId, connectionId }) =>
      Effect.gen(function* () {
        assert.deepInclude(yield* link(), { accountId, connectionId })
        yield* exported(accountId)
        const sql = yield* SqlClient.SqlClient
        assert.lengthOf(yield* sql`SELECT * FROM account`, 1)
        assert.lengthOf(yield* sql`SELECT * FROM connection`, 2)
        yield* Connector.Connector
      })
    )
  )
})
