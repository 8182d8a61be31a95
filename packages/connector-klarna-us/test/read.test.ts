/** How a feed is walked: to its end, never past it, never back, and never stopped by a single row. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { json, type Provider, rowsOf } from "./Provider.ts"
import { checkpoints, cursors, ids, read, upserts, withProvider } from "./Reading.ts"

const purchases = "/consumer/v2/purchases"
const one = (provider: Provider) => ({ baseUrl: provider.url, pageSize: 1 })

describe("a walk", () => {
  it.live("asks on until a page is empty, and ends each page in a checkpoint", () =>
    withProvider((provider) =>
      Effect.map(read({ baseUrl: provider.url, pageSize: 2 }), ({ error, events }) => {
        assert.isUndefined(error)
        assert.deepStrictEqual(
          provider.to(purchases).map(({ query }) => query.toString()),
          ["page_size=2", "updated_after=c2&page_size=2", "updated_after=c4&page_size=2"]
        )
        assert.deepStrictEqual(cursors(events), ["c2", "c4", "c4"])
        assert.strictEqual(events.at(-1)?._tag, "Checkpoint")
      })
    )
  )

  it.live("resumed from any checkpoint it asks for less and misses nothing", () =>
    withProvider((provider) =>
      Effect.gen(function* () {
        const whole = yield* read(one(provider))
        for (const [index, checkpoint] of checkpoints(whole.events).slice(0, 4).entries()) {
          const before = provider.to(purchases).length
          const rest = yield* read(one(provider), { checkpoint })
          assert.deepStrictEqual(ids(rest.events), ids(whole.events).slice(2 * (index + 1)))
          assert.strictEqual(provider.to(purchases).length - before, 4 - index)
        }
      })
    )
  )

  it.live("a cursor the provider let expire begins it again, once", () =>
    withProvider((provider) =>
      Effect.gen(function* () {
        const [checkpoint = ""] = checkpoints((yield* read(one(provider))).events)
        let expired = 1
        provider.hook = ({ query }, response) => {
          if (!query.has("updated_after") || expired-- <= 0) return false
          json(response, 410, { error: "cursor_expired" })
          return true
        }
        const again = yield* read(one(provider), { checkpoint })
        assert.isUndefined(again.error)
        assert.strictEqual(ids(again.events).length, 8)
        expired = Number.POSITIVE_INFINITY
        const never = yield* read(one(provider), { checkpoint })
        assert.strictEqual(never.error?.reason._tag, "UnexpectedResponse")
      })
    )
  )

  it.live("a page served twice does no harm and leads no checkpoint back", () =>
    withProvider((provider) => {
      const seen: Array<string> = []
      provider.hook = ({ path, query }, response) => {
        const cursor = query.get("updated_after") ?? ""
        if (path !== purchases || cursor !== "c3" || seen.includes(cursor)) return false
        seen.push(cursor)
        json(response, 200, { purchases: rowsOf("purchases").slice(0, 1), next_cursor: "c1" })
        return true
      }
      return Effect.map(read(one(provider)), ({ error, events }) => {
        assert.isUndefined(error)
        assert.deepStrictEqual(cursors(events), ["c1", "c2", "c3", "c3", "c4", "c4"])
        assert.deepStrictEqual(new Set(ids(events)).size, 8)
      })
    })
  )

  for (const length of [1, 2, 5]) {
    it.live(`a circle of ${length} is reported as incomplete, never as done`, () =>
      withProvider((provider) => {
        let step = 0
        provider.hook = ({ path }, response) => {
          if (path !== purchases) return false
          step += 1
          json(response, 200, { purchases: rowsOf("purchases").slice(0, 1), next_cursor: `round${step % length}` })
          return true
        }
        return Effect.map(read(one(provider)), ({ error }) => {
          assert.strictEqual(error?.reason._tag, "UnexpectedResponse")
          assert.match(error?.message ?? "", /incomplete/)
          assert.isBelow(step, 64)
        })
      })
    )
  }

  it.live("more pages than are allowed is incomplete too, and keeps what was read", () =>
    withProvider((provider) =>
      Effect.map(read({ ...one(provider), maxPages: 2 }), ({ error, events }) => {
        assert.match(error?.message ?? "", /incomplete/)
        assert.deepStrictEqual(cursors(events), ["c1", "c2"])
      })
    )
  )

  it.live("a checkpoint of another feed is not used", () =>
    withProvider((provider) =>
      Effect.gen(function* () {
        const checkpoint = checkpoints((yield* read(one(provider))).events).at(-1) ?? ""
        const card = yield* read(one(provider), { stream: "card", checkpoint })
        assert.strictEqual(ids(card.events).length, 5)
      })
    )
  )
})

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

  for (const [name, body, detail] of [
    ["a list that is no list", { purchases: {}, next_cursor: "x" }, /purchases/],
    ["a page without its cursor", { purchases: [{}], next_cursor: null }, /next_cursor/],
    ["a cursor of another kind", { purchases: [], next_cursor: 7 }, /next_cursor/]
  ] as const) {
    it.live(`${name} is an unexpected response that names the place`, () =>
      withProvider((provider) => {
        provider.hook = ({ path }, response) => {
          if (path !== purchases) return false
          json(response, 200, body)
          return true
        }
        return Effect.map(read({ baseUrl: provider.url }), ({ error }) => {
          assert.strictEqual(error?.reason._tag, "UnexpectedResponse")
          assert.match(error?.message ?? "", detail)
        })
      })
    )
  }
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
