import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { changes, everything, ids, mirrored, rows, watchWrites } from "./Mirrored.ts"
import { card, gone, pendingNow, plan, purchase, stamp, stated } from "./rows.ts"
import { at } from "./Script.ts"

const amounts = Effect.map(rows("purchases"), (found) =>
  Object.values(found).map((row) => ("purchaseId" in row && "amount" in row ? row.amount?.amount : undefined))
)

describe("an older version", () => {
  it.effect(
    "never overwrites a newer one, in one batch or in another (3)",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(purchase("a", 3, { version: stamp(3) }), purchase("a", 2, { version: stamp(2) }))
        yield* run("purchases")
        assert.deepEqual(yield* amounts, [3])
        script.says(purchase("a", 1, { version: stamp(1) }), gone("purchases", "a", "old news", stamp(2)))
        const report = yield* run("purchases")
        assert.deepEqual(yield* amounts, [3])
        assert.deepInclude(report, { kept: 2, updated: 0, removed: 0 })
        assert.lengthOf(yield* changes(), 1)
      })
    )
  )

  it.effect(
    "does not pass for new because the newest only bore a new stamp",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(purchase("a", 1, { version: stamp(1) }))
        yield* run("purchases")
        script.says(purchase("a", 1, { version: stamp(5) }))
        assert.deepInclude(yield* run("purchases"), { unchanged: 1, updated: 0 })
        script.says(purchase("a", 2, { version: stamp(3) }))
        yield* run("purchases")
        assert.deepEqual(yield* amounts, [1])
        assert.lengthOf(yield* changes(), 1)
      })
    )
  )

  it.effect(
    "does not bring back a row that is gone since",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(purchase("a", 1, { version: stamp(1) }), gone("purchases", "a", "cancelled", stamp(2)))
        yield* run("purchases")
        script.says(purchase("a", 1, { version: stamp(1) }))
        yield* run("purchases")
        assert.deepEqual(yield* ids("purchases"), [])
        assert.deepEqual(
          (yield* changes()).map(({ kind }) => kind),
          ["added", "removed"]
        )
      })
    )
  )
})

describe("reading again", () => {
  it.effect(
    "what is unchanged writes nothing and emits nothing (4)",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        const said = [
          ...Array.from({ length: 30 }, (_, n) => purchase(`p${n}`, n + 1, { version: stamp(n) })),
          plan("plan", ["paid", "due", "scheduled"]),
          card("c1", -1, { pending: true }),
          card("c2"),
          pendingNow("c1"),
          stated(0),
          gone("purchases", "p3", "cancelled", stamp(90)),
          at(30)
        ]
        script.says(...said)
        yield* run("purchases")
        script.says(...said.slice(0, 3), ...said.slice(4))
        const before = yield* everything
        const writes = yield* watchWrites
        const again = yield* run("purchases")
        const fromTheBeginning = yield* run("purchases", { fromTheBeginning: true })
        assert.deepInclude(again, { added: 0, updated: 0, removed: 0 })
        assert.deepInclude(fromTheBeginning, { added: 0, updated: 0, removed: 0 })
        assert.deepEqual(yield* writes, [])
        assert.deepEqual(yield* everything, before)
      })
    )
  )

  it.effect(
    "overlapping, repeated and re-ordered pages converges (5)",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          const first = [purchase("a", 1, { version: stamp(1) }), purchase("b", 1, { version: stamp(2) }), at(2)]
          const second = [purchase("b", 1, { version: stamp(2) }), purchase("c", 1, { version: stamp(3) }), at(3)]
          const third = [purchase("a", 9, { version: stamp(4) }), gone("purchases", "c", "cancelled", stamp(5)), at(5)]
          for (const order of [
            [first, second, third],
            [third, first, second, third],
            [second, second, third, first],
            [first, third, second]
          ]) {
            script.says(...order.flat())
            yield* run("purchases", { fromTheBeginning: true })
          }
          assert.deepEqual(yield* ids("purchases"), ["a", "b"])
          assert.deepEqual(yield* amounts, [9, 1])
          const log = yield* changes()
          assert.deepEqual(
            log.filter(({ id }) => id === "a").map(({ kind }) => kind),
            ["added", "updated"]
          )
        }),
      { batchRows: 1 }
    )
  )

  it.effect(
    "a row that moves between pages while it is read keeps its last state",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          script.says(
            purchase("a", 1, { version: stamp(1) }),
            at(1),
            purchase("a", 2, { version: stamp(2) }),
            at(2),
            purchase("b", 1, { version: stamp(1) }),
            at(2),
            purchase("a", 3, { version: stamp(3) }),
            at(3)
          )
          yield* run("purchases")
          assert.deepEqual(yield* amounts, [3, 1])
        }),
      { batchRows: 1 }
    )
  )
})

describe("the change log", () => {
  it.effect(
    "gives every row before and after, in an order that can be replayed from any place (13)",
    mirrored(({ accountId, run, script }) =>
      Effect.gen(function* () {
        const states = [1, 2, 3, 4, 5]
        for (const n of states) {
          script.says(...["a", "b", "c"].map((id) => purchase(id, n, { version: stamp(n) })))
          yield* run("purchases")
        }
        script.says(gone("purchases", "b", "cancelled", stamp(9)))
        yield* run("purchases")
        const whole = yield* changes({ accountId })
        assert.deepEqual(
          whole.map(({ seq }) => seq),
          whole.map((_, index) => index + 1)
        )
        const paged = []
        for (let after = 0; ;) {
          const page = yield* changes({ after, limit: 2 })
          const last = page.at(-1)
          if (last === undefined) break
          paged.push(...page)
          after = last.seq
        }
        assert.deepEqual(paged, whole)
        const mirror = new Map<string, unknown>()
        for (const change of whole) {
          assert.deepEqual(change.before, mirror.get(change.id))
          if (change.after === undefined) mirror.delete(change.id)
          else mirror.set(change.id, change.after)
        }
        assert.deepEqual(Object.fromEntries(mirror), yield* rows("purchases"))
      })
    )
  )
})
