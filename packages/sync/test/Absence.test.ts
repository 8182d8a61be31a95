import { assert, describe, it } from "@effect/vitest"
import { Card } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Sync from "../src/index.ts"
import { changes, ids, mirrored, rows } from "./Mirrored.ts"
import { card, gone, pendingNow, plan, purchase, stamp } from "./rows.ts"
import { at, down } from "./Script.ts"

describe("absence", () => {
  it.effect(
    "is not deletion: no failed, partial or empty read takes a row away (6)",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(purchase("a"), purchase("b"), card("c"), at(2))
        yield* run("purchases")
        for (const read of [[], [at(3)], [down], [purchase("a"), down], [purchase("b"), at(4)]]) {
          script.says(...read)
          yield* run("purchases", { fromTheBeginning: true })
          yield* run("card", { fromTheBeginning: true })
        }
        assert.deepEqual(yield* ids("purchases"), ["a", "b"])
        assert.deepEqual(yield* ids("card"), ["c"])
        assert.lengthOf(yield* changes(), 3)
      })
    )
  )

  it.effect(
    "that the provider tells keeps the row and says why; one that reappears is restored",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(purchase("a", 1, { version: stamp(1) }), plan("plan", ["due", "scheduled"], { version: stamp(1) }))
        yield* run("purchases")
        script.says(
          gone("purchases", "a", "order was cancelled", stamp(2)),
          gone("plans", "plan", "order was cancelled", stamp(2))
        )
        assert.deepInclude(yield* run("purchases"), { removed: 2 })
        const [kept] = yield* Sync.Mirror.rows({ stream: "purchases", includeGone: true, limit: 10 })
        assert.deepInclude(kept, { id: "a", gone: "order was cancelled" })
        assert.deepEqual(yield* ids("purchases"), [])
        assert.lengthOf(yield* Sync.Mirror.due({ until: "2100-01-01", limit: 10 }), 0)
        script.says(purchase("a", 2, { version: stamp(3) }), plan("plan", ["paid", "due"], { version: stamp(3) }))
        yield* run("purchases")
        assert.deepEqual(yield* ids("purchases"), ["a"])
        assert.lengthOf(yield* Sync.Mirror.due({ until: "2100-01-01", limit: 10 }), 1)
        assert.deepEqual(
          (yield* changes({ id: "a" })).map(({ kind }) => kind),
          ["added", "removed", "restored"]
        )
      })
    )
  )
})

describe("pending rows", () => {
  it.effect(
    "are replaced by the next snapshot; what has settled stays (7)",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(
          card("old"),
          card("hold-1", -1, { pending: true }),
          card("hold-2", -2, { pending: true }),
          pendingNow("hold-1", "hold-2")
        )
        yield* run("card")
        script.says(card("hold-1", -3), card("hold-3", -3, { pending: true }), pendingNow("hold-3"))
        yield* run("card")
        const found = yield* rows("card")
        assert.deepEqual(Object.keys(found).toSorted(), ["hold-1", "hold-3", "old"])
        assert.deepInclude(found["hold-1"], { status: "POSTED", amount: { amount: -3, currency: "USD" } })
        script.says(pendingNow())
        yield* run("card")
        assert.deepEqual(yield* ids("card"), ["hold-1", "old"])
      })
    )
  )

  it.effect(
    "are what the last snapshot says, also where a batch holds several",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        const hold = (id: string) => card(id, -1, { pending: true })
        script.says(hold("a"), pendingNow("a"), hold("b"), pendingNow("b"), hold("c"))
        yield* run("card")
        assert.deepEqual(yield* ids("card"), ["b", "c"])
        script.says(pendingNow(), hold("b"))
        yield* run("card")
        assert.deepEqual(yield* ids("card"), ["b"])
      })
    )
  )

  it.effect(
    "are never taken away by a read that says nothing of them",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(card("hold", -1, { pending: true }), pendingNow("hold"))
        yield* run("card")
        script.says(card("other"), down)
        yield* run("card")
        assert.deepEqual(yield* ids("card"), ["hold", "other"])
      })
    )
  )
})

describe("twins", () => {
  it.effect(
    "stay two: equal rows with ids of their own are never folded (7)",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(card("coffee-1", -450), card("coffee-2", -450))
        yield* run("card")
        yield* run("card", { fromTheBeginning: true })
        const amounts = Object.values(yield* rows("card")).map((row) => (row as Card.CardTransaction).amount.amount)
        assert.deepEqual(amounts, [-450, -450])
        assert.lengthOf(yield* changes(), 2)
      })
    )
  )
})
