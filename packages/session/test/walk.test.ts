/** How a list is walked: to its end, never past it, never back, and a page that is none is never taken for one. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { json, order, type Provider } from "./Provider.ts"
import { checkpoints, cursors, ids, read, withProvider } from "./Reading.ts"

const orders = "/v1/orders"
const one = (provider: Provider) => ({ baseUrl: provider.url, pageSize: 1 })

describe("a walk", () => {
  it.live("asks on until a page is empty, and ends each page in a checkpoint", () =>
    withProvider((provider) =>
      Effect.map(read({ baseUrl: provider.url, pageSize: 2 }), ({ error, events }) => {
        assert.isUndefined(error)
        assert.deepStrictEqual(
          provider.to(orders).map(({ query }) => query.toString()),
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
          const before = provider.to(orders).length
          const rest = yield* read(one(provider), { checkpoint })
          assert.deepStrictEqual(ids(rest.events), ids(whole.events).slice(2 * (index + 1)))
          assert.strictEqual(provider.to(orders).length - before, 4 - index)
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
        if (path !== orders || cursor !== "c3" || seen.includes(cursor)) return false
        seen.push(cursor)
        json(response, 200, { orders: [order(1)], next_cursor: "c1" })
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
          if (path !== orders) return false
          step += 1
          json(response, 200, { orders: [order(1)], next_cursor: `round${step % length}` })
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
        const balance = yield* read(one(provider), { stream: "balance", checkpoint })
        assert.strictEqual(ids(balance.events).length, 4)
      })
    )
  )
})

describe("a page", () => {
  for (const [name, body, detail] of [
    ["a list that is no list", { orders: {}, next_cursor: "x" }, /orders/],
    ["a page without its cursor", { orders: [{}], next_cursor: null }, /next_cursor/],
    ["a cursor of another kind", { orders: [], next_cursor: 7 }, /next_cursor/]
  ] as const) {
    it.live(`${name} is an unexpected response that names the place`, () =>
      withProvider((provider) => {
        provider.hook = ({ path }, response) => {
          if (path !== orders) return false
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
