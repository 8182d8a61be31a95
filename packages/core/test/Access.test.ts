import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Access } from "../src/index.ts"

const hour = 3_600_000
const budget = { reads: 4, hours: 24 }

describe("a budget in memory", () => {
  it.effect("gives as many accesses to each resource as it has, and says when the next is free", () =>
    Effect.gen(function* () {
      const { spend } = Access.memory({ connector: "bank", budget })
      for (let n = 0; n < 4; n += 1) {
        yield* spend("transactions")
        yield* TestClock.adjust(hour)
      }
      const { reason } = yield* Effect.flip(spend("transactions"))
      assert.deepInclude(reason, { _tag: "RateLimited", until: "1970-01-02T00:00:00.000Z" })
      yield* spend("balances")
      yield* TestClock.adjust(20 * hour)
      yield* spend("transactions")
      yield* Effect.flip(spend("transactions"))
    })
  )

  it.effect("costs the person nothing, and a route without a budget neither", () =>
    Effect.gen(function* () {
      const presence = { ipAddress: "192.0.2.7" }
      const present = Access.memory({ connector: "bank", budget, presence })
      const free = Access.memory({ connector: "bank" })
      for (let n = 0; n < 9; n += 1) yield* Effect.andThen(present.spend("transactions"), free.spend("transactions"))
      assert.deepEqual(present.presence, presence)
      assert.isUndefined(free.presence)
    })
  )
})
