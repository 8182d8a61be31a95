/** What is read of Klarna where a row cannot be understood, and of what it states beside its ledgers. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { json, type Provider, rowsOf } from "./Provider.ts"
import { ids, read, upserts, withProvider } from "./Reading.ts"

describe("what cannot be understood", () => {
  const broken = (change: Record<string, unknown>) => (provider: Provider) => {
    provider.feeds["purchases"] = rowsOf("purchases").map((row, index) =>
      index === 1 ? Object.assign(row, change) : row
    )
    return read({ baseUrl: provider.url })
  }

  it.live("a row with a field of the wrong kind is set aside and the run goes on", () =>
    withProvider((provider) =>
      Effect.map(
        broken({ installments: [{ due: "2026-02-30", amount_minor: 2599, state: "due" }] })(provider),
        ({ error, events }) => {
          assert.isUndefined(error)
          assert.deepStrictEqual(ids(events), ["p_1", "p_1:plan", "p_3", "p_3:plan", "p_4", "p_4:plan"])
          const aside = events.find((event) => event._tag === "Quarantined")
          assert.deepInclude(aside, {
            stream: "purchases",
            reason: "cannot be read at installments.due",
            locator: { id: "p_2" }
          })
          assert.strictEqual(JSON.parse(aside?.raw ?? "{}").merchant, "Northside Books")
        }
      )
    )
  )

  for (const [change, path] of [
    [{ installments: [{ due: "2026-06-02", amount_minor: 2599, state: "snoozed" }] }, "installments.state"],
    [{ status: "disputed" }, "status"]
  ] as const) {
    it.live(`an unknown ${path} sets the row aside and is counted as drift`, () =>
      withProvider((provider) =>
        Effect.map(broken(change)(provider), ({ error, events }) => {
          assert.isUndefined(error)
          assert.strictEqual(ids(events).length, 6)
          assert.deepInclude(
            events.find((event) => event._tag === "Quarantined"),
            { reason: `${path} has a value that is not known`, locator: { id: "p_2" } }
          )
          assert.deepStrictEqual(
            events.find((event) => event._tag === "Drift"),
            { _tag: "Drift", stream: "purchases", kind: "unknown_value", path, count: 1 }
          )
        })
      )
    )
  }

  it.live("a moment without its zone, an unknown currency and a fraction of a cent are never guessed at", () =>
    withProvider((provider) =>
      Effect.gen(function* () {
        for (const change of [{ updated_at: "2026-06-02T18:11:10" }, { currency: "XXX" }, { amount_minor: 25.5 }]) {
          const { error, events } = yield* broken(change)(provider)
          assert.isUndefined(error)
          assert.strictEqual(events.filter((event) => event._tag === "Quarantined").length, 1)
        }
      })
    )
  )

  it.live("an unknown plan is another plan under its own name, and counted", () =>
    withProvider((provider) =>
      Effect.map(broken({ plan: "pay_in_6" })(provider), ({ events }) => {
        const plan = upserts(events).find(({ id }) => id === "p_2:plan")
        assert.deepInclude(plan?.row, { planType: "other", planNickname: "pay_in_6" })
        assert.deepInclude(
          events.find((event) => event._tag === "Drift"),
          { kind: "unknown_value", path: "plan" }
        )
      })
    )
  )

  it.live("unknown fields pass, and are counted per page at any depth by their names only", () =>
    withProvider((provider) => {
      provider.feeds["purchases"] = rowsOf("purchases").map((row) =>
        Object.assign(row, {
          "mood": "sunny",
          "rosalind@quillfeather.example": 1,
          "installments": [{ due: "2026-07-01", amount_minor: 1, state: "due", emoji: "x" }]
        })
      )
      return Effect.map(read({ baseUrl: provider.url }), ({ events }) => {
        assert.strictEqual(ids(events).length, 8)
        const drift = events.filter((event) => event._tag === "Drift")
        assert.sameDeepMembers(
          drift.map(({ count, path }) => [path, count]),
          [
            ["mood", 4],
            ["*", 4],
            ["installments.emoji", 4]
          ]
        )
      })
    })
  )
})

describe("a statement", () => {
  it.live("is passed on only when it was the same before and after its entries", () =>
    withProvider((provider) => {
      let asked = 0
      provider.hook = ({ path }, response) => {
        if (path !== "/consumer/v2/balance") return false
        asked += 1
        if (asked === 2) {
          provider.feeds["balance/entries"]?.push({
            id: "b_4",
            kind: "refund",
            state: "booked",
            amount_minor: 700,
            currency: "USD",
            created_at: "2026-06-08T12:00:00Z",
            updated_at: "2026-06-08T12:00:01Z"
          })
        }
        const amount = asked >= 2 ? 6000 : 5300
        json(response, 200, { balance: { amount_minor: amount, currency: "USD", as_of: "2026-06-08T12:00:02Z" } })
        return true
      }
      return Effect.map(read({ baseUrl: provider.url }, { stream: "balance" }), ({ error, events }) => {
        assert.isUndefined(error)
        assert.strictEqual(asked, 3)
        const booked = upserts(events).filter(({ row }) => "entryId" in row && row.status === "BOOKED")
        const sum = booked.reduce((total, { row }) => total + ("amount" in row ? row.amount.amount : 0), 0)
        const stated = upserts(events).find(({ id }) => id === "balance:interimBooked")
        assert.deepInclude(stated?.row, { amount: { amount: 6000, currency: "USD" } })
        assert.strictEqual(sum, 6000)
        assert.strictEqual(events.at(-1)?._tag, "Checkpoint")
      })
    })
  )

  it.live("one that never stands still is left to the next run", () =>
    withProvider((provider) => {
      let points = 0
      provider.hook = ({ path }, response) => {
        if (path !== "/consumer/v2/cashback") return false
        points += 1
        json(response, 200, { cashback: { points, as_of: "2026-06-08T12:00:02Z" } })
        return true
      }
      return Effect.map(read({ baseUrl: provider.url }, { stream: "points" }), ({ error, events }) => {
        assert.isUndefined(error)
        assert.strictEqual(points, 4)
        assert.notInclude(ids(events), "standing")
        assert.strictEqual(ids(events).length, 3)
      })
    })
  )
})
