import { assert, describe, it } from "@effect/vitest"
import { type Card, CalendarDate, type Delivery, type ReadEvent, Row, type StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as Sync from "../src/index.ts"
import { rowDay } from "../src/rowDay.ts"
import { changes, ids, link, mirrored, runOf } from "./Mirrored.ts"
import { entry, plan, points, purchase, standing, stated, unreadable } from "./rows.ts"
import { at } from "./Script.ts"

const today = "2026-03-01"
const day = 86_400_000
const setDay = (date: string) => TestClock.setTime(CalendarDate.toEpochDay(date) * day)
const ago = (days: number): string => CalendarDate.addDays(today, -days)

const bought = (id: string, date: string): ReadEvent.ReadEvent<number> => ({
  _tag: "Upsert",
  stream: "purchases",
  id,
  row: {
    purchaseId: id,
    merchantName: "Pebble Row",
    amount: { amount: 100, currency: "USD" },
    status: "OPEN",
    purchasedAt: `${date}T10:00:00.000Z`
  }
})

const swiped = (id: string, postedDate: string): ReadEvent.ReadEvent<number> => ({
  _tag: "Upsert",
  stream: "card",
  id,
  row: {
    transactionId: id,
    status: "POSTED",
    amount: { amount: -5, currency: "USD" },
    postedDate
  } satisfies Card.CardTransaction
})

const parcel = (id: string, more: Partial<Delivery.Delivery> = {}): ReadEvent.ReadEvent<number> => ({
  _tag: "Upsert",
  stream: "deliveries",
  id,
  row: { deliveryId: id, carrier: "Wren Post", status: "DELIVERED", ...more }
})

const paidOff = (id: string, last: string): ReadEvent.ReadEvent<number> => {
  const upsert = plan(id, ["paid", "paid"]) as ReadEvent.Upsert & { readonly stream: "plans" }
  const schedule = upsert.row.schedule.map((one) => ({ ...one, dueDate: last }))
  return { ...upsert, row: { ...upsert.row, schedule, status: "COMPLETED" } }
}

describe("without a policy", () => {
  it.effect(
    "nothing is purged, however old it is",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        yield* setDay(today)
        script.says(bought("old", ago(9000)), at(1))
        yield* run("purchases")
        assert.deepEqual(yield* Sync.Retention.purge, {})
        assert.deepEqual(yield* ids("purchases"), ["old"])
        assert.deepEqual(
          (yield* Sync.Retention.policies).map(({ days }) => days),
          Array.from({ length: 7 }, () => undefined)
        )
      })
    )
  )
})

describe("a policy", () => {
  it.effect(
    "purges what is older by its own day, with its history, and nothing else",
    mirrored(({ connectionId, accountId, run, script }) =>
      Effect.gen(function* () {
        yield* setDay(today)
        script.says(
          bought("kept", ago(29)),
          bought("old", ago(30)),
          paidOff("plan-old", ago(30)),
          paidOff("plan", ago(29)),
          at(1)
        )
        yield* run("purchases")
        script.says(swiped("card-old", ago(400)), swiped("card", ago(3)), at(1))
        yield* run("card")
        script.says(paidOff("plan-old", ago(31)), paidOff("plan", ago(28)), at(2))
        yield* run("plans")
        for (const stream of ["purchases", "plans"] as const) yield* Sync.Retention.set(stream, 30)
        assert.deepEqual(yield* Sync.Retention.purge, { purchases: 1, plans: 1 })
        assert.deepEqual(yield* ids("purchases"), ["kept"])
        assert.deepEqual(yield* ids("plans"), ["plan"])
        assert.deepEqual(yield* ids("card"), ["card", "card-old"])
        const told = yield* changes()
        assert.deepEqual(
          told.map(({ id, kind }) => `${kind} ${id}`),
          ["added kept", "added plan", "added card-old", "added card", "updated plan"]
        )
        const sql = yield* SqlClient.SqlClient
        assert.deepEqual(yield* sql`SELECT DISTINCT row.id FROM installment JOIN row ON n = row`, [{ id: "plan" }])
        assert.deepEqual(yield* sql`SELECT DISTINCT row.id FROM transition JOIN row ON row.n = transition.row`, [
          { id: "plan" }
        ])
        assert.deepEqual(yield* Sync.Retention.purge, {})
        assert.isString(connectionId + accountId)
      })
    )
  )

  it.effect(
    "leaves no row older than itself by more than a day, whatever day it runs on",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        yield* setDay(today)
        const all = Array.from({ length: 120 }, (_, n) => bought(`p${n}`, ago(n)))
        script.says(...all, at(1))
        yield* run("purchases")
        yield* Sync.Retention.set("purchases", 40)
        for (let n = 0; n < 50; n += 1) {
          yield* Sync.Retention.purge
          const now = CalendarDate.addDays(today, n)
          for (const { row } of yield* Sync.Mirror.rows({ stream: "purchases", limit: 1000 })) {
            assert.isBelow(CalendarDate.daysBetween(String(rowDay("purchases", row)), now), 40)
          }
          yield* TestClock.adjust(day)
        }
        assert.deepEqual(yield* ids("purchases"), [])
      })
    )
  )

  it.effect(
    "keeps away what it purged: not the next read, nor one from the beginning, brings it back",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        yield* setDay(today)
        const said = [
          bought("old", ago(50)),
          bought("new", ago(2)),
          parcel("undated"),
          parcel("dated", { arrivalTo: ago(50) }),
          at(1)
        ]
        script.says(...said)
        yield* run("purchases")
        yield* Sync.Retention.set("purchases", 30)
        yield* Sync.Retention.set("deliveries", 30)
        assert.deepEqual(yield* Sync.Retention.purge, { purchases: 1, deliveries: 1 })
        yield* TestClock.adjust(31 * day)
        yield* run("card", { fromTheBeginning: true })
        assert.deepEqual(yield* Sync.Retention.purge, { purchases: 1, deliveries: 1 })
        const again = yield* run("purchases", { fromTheBeginning: true })
        assert.deepInclude(again, { added: 0, kept: 4, outcome: { _tag: "CaughtUp" } })
        yield* Sync.Retention.clear("purchases")
        yield* Sync.Retention.clear("deliveries")
        assert.deepInclude(yield* run("purchases", { fromTheBeginning: true }), { added: 0, kept: 4 })
        assert.deepEqual(yield* ids("deliveries"), [])
      })
    )
  )

  it.effect(
    "that was set before an account is read lets older rows in nowhere",
    mirrored(({ script }) =>
      Effect.gen(function* () {
        yield* setDay(today)
        yield* Sync.Retention.set("card", 10)
        script.identification = "another"
        const { accountId, connectionId } = yield* link({ holderId: "robin" })
        script.says(swiped("old", ago(10)), swiped("new", ago(9)), at(1))
        assert.deepInclude(yield* runOf(connectionId, accountId)("card"), { added: 1, kept: 1 })
        assert.deepEqual(yield* ids("card"), ["new"])
      })
    )
  )

  it.effect(
    "does not touch what is of the present while it is read, but its past; and all of it once it is not",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        yield* setDay(today)
        const open = plan("open", ["late", "scheduled"])
        script.says(stated(100), standing(5), open, at(1))
        yield* run("balance")
        for (const stream of ["balance", "points", "plans"] as const) yield* Sync.Retention.set(stream, 30)
        yield* TestClock.adjust(20 * day)
        script.says(stated(200, "2026-03-21T00:00:00.000Z"), standing(6), open, at(2))
        yield* run("balance")
        yield* TestClock.adjust(20 * day)
        script.says(stated(300, "2026-04-10T00:00:00.000Z"), standing(6), open, at(3))
        yield* run("balance")
        yield* Sync.Retention.purge
        const kinds = (yield* changes()).map(({ id, kind }) => `${kind} ${id}`)
        assert.deepEqual(kinds, ["updated stated", "updated standing", "updated stated"])
        assert.deepEqual(yield* ids("plans"), ["open"])
        yield* TestClock.adjust(29 * day)
        yield* Sync.Retention.purge
        assert.deepEqual(yield* ids("balance"), ["stated"])
        yield* TestClock.adjust(day)
        assert.deepEqual(yield* Sync.Retention.purge, { balance: 1, plans: 1, points: 1 })
      })
    )
  )

  it.effect(
    "raises no gap: what went is part of the opening",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          yield* setDay(today)
          script.says(
            entry("a", 700, ago(100)),
            entry("b", 300, ago(5)),
            stated(1000),
            points("p", 4),
            standing(4),
            at(1)
          )
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, ledger: 1000 })
          assert.deepInclude((yield* run("points")).reconciliation, { agrees: true })
          yield* Sync.Retention.set("balance", 30)
          yield* Sync.Retention.set("points", 30)
          assert.deepEqual(yield* Sync.Retention.purge, { balance: 1, points: 1 })
          assert.deepInclude((yield* run("balance", { fromTheBeginning: true })).reconciliation, {
            agrees: true,
            stated: 1000
          })
          assert.deepInclude((yield* run("points", { fromTheBeginning: true })).reconciliation, {
            agrees: true,
            stated: 4
          })
          script.says(entry("c", 50, today), stated(1050, "2026-03-02T00:00:00.000Z"), at(2))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, stated: 1050 })
          script.says(stated(1060, "2026-03-03T00:00:00.000Z"), at(3))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: false, stated: 1060 })
        }),
      {}
    )
  )

  it.effect(
    "that stood before the first read raises no gap either",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        yield* setDay(today)
        yield* Sync.Retention.set("balance", 30)
        script.says(entry("a", 700, ago(100)), entry("b", 300, ago(5)), stated(1000), at(1))
        assert.deepInclude(yield* run("balance"), { added: 2, kept: 1 })
        script.says(entry("c", 50, today), stated(1050, "2026-03-02T00:00:00.000Z"), at(2))
        assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, stated: 1050 })
      })
    )
  )

  it.effect(
    "lets a reader go on from where it was: no place is given twice",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        yield* setDay(today)
        script.says(bought("new", ago(1)), bought("old", ago(90)), at(1))
        yield* run("purchases")
        const seen = yield* Sync.Changes.latest
        const place = (yield* Sync.Mirror.rows({ stream: "purchases", limit: 10 })).at(-1)?.place ?? 0
        yield* Sync.Retention.set("purchases", 30)
        yield* Sync.Retention.purge
        script.says(bought("next", ago(0)), at(2))
        yield* run("purchases")
        assert.deepEqual(
          (yield* changes({ after: seen })).map(({ id }) => id),
          ["next"]
        )
        const rows = yield* Sync.Mirror.rows({ stream: "purchases", limit: 10, after: place })
        assert.deepEqual(
          rows.map(({ id }) => id),
          ["next"]
        )
      })
    )
  )

  it.effect(
    "takes what was put aside along: by the row it was of, or by the day it was first seen",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        yield* setDay(today)
        script.says(unreadable("purchases", "old"), unreadable("purchases", "never-read"), at(1))
        yield* run("purchases")
        yield* TestClock.adjust(20 * day)
        script.says(bought("old", ago(25)), unreadable("purchases", "younger"), at(2))
        yield* run("purchases")
        yield* Sync.Retention.set("purchases", 30)
        assert.deepEqual(yield* Sync.Retention.purge, { purchases: 1 })
        assert.deepEqual(
          (yield* Sync.Mirror.quarantined).map(({ locator }) => locator.id),
          ["never-read", "younger"]
        )
        yield* TestClock.adjust(10 * day)
        yield* Sync.Retention.purge
        assert.deepEqual(
          (yield* Sync.Mirror.quarantined).map(({ locator }) => locator.id),
          ["younger"]
        )
      })
    )
  )
})

describe("the day of a row", () => {
  const rows: { readonly [S in StreamName.StreamName]: Row.RowOf[S] } = {
    purchases: { purchaseId: "a", merchantName: "", amount: { amount: 1, currency: "USD" }, status: "OPEN" },
    plans: {
      planId: "a",
      planType: "other",
      amount: { amount: 1, currency: "USD" },
      status: "COMPLETED",
      schedule: []
    },
    card: { transactionId: "a", status: "POSTED", amount: { amount: 1, currency: "USD" } },
    balance: {
      rowType: "entry",
      entryId: "a",
      entryType: "fee",
      status: "BOOKED",
      amount: { amount: 1, currency: "USD" }
    },
    points: {
      rowType: "entry",
      entryId: "a",
      entryType: "earned",
      status: "CONFIRMED",
      points: 1,
      createdAt: "2026-01-02T00:00:00.000Z"
    },
    deliveries: { deliveryId: "a", carrier: "", status: "CREATED" },
    profile: { profileId: "a" }
  }
  it("is never made up", () => {
    const found = Object.fromEntries(
      Object.entries(rows).map(([stream, row]) => [stream, rowDay(stream as StreamName.StreamName, row)])
    )
    assert.deepEqual(found, {
      purchases: undefined,
      plans: undefined,
      card: undefined,
      balance: undefined,
      points: "2026-01-02",
      deliveries: undefined,
      profile: "present"
    })
    assert.strictEqual(
      rowDay("purchases", { ...rows.purchases, purchasedAt: "2026-01-02T23:00:00.000Z" }),
      "2026-01-02"
    )
    assert.strictEqual(
      rowDay("card", { ...rows.card, postedDate: "2026-01-04", transactionDate: "2026-01-02" }),
      "2026-01-04"
    )
    assert.strictEqual(purchase("a")._tag, "Upsert")
  })
})
