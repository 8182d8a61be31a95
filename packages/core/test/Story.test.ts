import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import { InstallmentTable, Money, RefundAllocation } from "../src/index.ts"
import { Recipe, Steps, tally, violation } from "./Story.ts"

/** Stories per strategy, each of up to 40 events. */
const runs = 1500

describe("the life of a plan", () => {
  for (const [name, strategy] of Object.entries(RefundAllocation.strategies)) {
    it.effect(`loses no cent and reaches no impossible state, whatever happens to it (${name})`, () =>
      Effect.gen(function* () {
        const count = tally()
        const story = Arbitrary.all({ recipe: Arbitrary.schema(Recipe), steps: Arbitrary.schema(Steps) })
        const result = yield* Arbitrary.checkEffect(
          story,
          ({ recipe, steps }) => {
            const broken = violation(recipe, steps, strategy, count)
            return broken === undefined ? true : Effect.fail(broken)
          },
          { runs, seed: name, size: 40 }
        )
        assert.isUndefined(Arbitrary.formatCheckFailure(result))
        assert.isAbove(count.applied, runs)
        assert.isAbove(count.illegal, runs)
        assert.isAbove(count.contradictions, 0)
        const moves = InstallmentTable.states.flatMap((from) =>
          Object.entries(InstallmentTable.table[from]).flatMap(([tag, cell]) =>
            tag === "ScheduleRepublished" || cell._tag !== "Moves"
              ? []
              : cell.to.filter((to) => to !== from).map((to) => `${from} ${tag} ${to}`)
          )
        )
        assert.deepStrictEqual(
          moves.filter((move) => !count.moves.has(move)),
          []
        )
      })
    )
  }

  it.effect("does not pass with an allocation that drops the odd cent", () =>
    Effect.gen(function* () {
      const dropsRemainder: RefundAllocation.Strategy = (open, refund) =>
        open.map((amount) => Money.min(amount, Money.make(Math.floor(refund.amount / open.length), refund.currency)))
      const story = Arbitrary.all({ recipe: Arbitrary.schema(Recipe), steps: Arbitrary.schema(Steps) })
      const result = yield* Arbitrary.checkEffect(
        story,
        ({ recipe, steps }) => violation(recipe, steps, dropsRemainder) === undefined,
        { runs, seed: 1, size: 40 }
      )
      assert.strictEqual(result._tag, "Falsified")
      if (result._tag !== "Falsified") return
      assert.match(
        violation(result.shrunkInput.recipe, result.shrunkInput.steps, dropsRemainder) ?? "",
        /minor units lost/
      )
      assert.isUndefined(violation(result.shrunkInput.recipe, result.shrunkInput.steps, RefundAllocation.spreadEvenly))
      assert.isAtMost(result.shrunkInput.steps.length, 3)
    })
  )
})
