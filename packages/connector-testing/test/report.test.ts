import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { Check, checks, run } from "../src/index.ts"
import { subject } from "./subject.ts"
import { world } from "./world.ts"
import type { World } from "./world.ts"

const withoutThrottle = (far: World): World => {
  const { throttle, ...rest } = far
  assert.isDefined(throttle)
  return rest
}

describe("the report", () => {
  it.live("says why a check was skipped, and gives no level for it", () =>
    Effect.gen(function* () {
      const shy = { ...subject(), far: Effect.map(world, withoutThrottle) }
      const summary = Check.summary(yield* run(shy, ["M1", "C10", "C2"]))
      assert.deepStrictEqual(summary.skipped, [{ id: "C10", reason: "the far side offers no `throttle`" }])
      assert.deepStrictEqual(summary.passed, ["M1", "C2"])
      assert.strictEqual(summary.level, "none")
    })
  )

  it.live("says what a route does not have, and takes no level for it", () =>
    Effect.gen(function* () {
      const whole = { ...subject(), pages: false, renews: false }
      const outcomes = yield* run(whole, ["C11", "S1", "C2"])
      assert.deepStrictEqual(Check.summary(outcomes).skipped, [
        { id: "C11", reason: "this route has no pages" },
        { id: "S1", reason: "this route has no renewals" }
      ])
      assert.isTrue(outcomes.every((each) => each._tag !== "Skipped" || each.free))
    })
  )

  it("gives silver only to what is bronze, and nothing for an empty run", () => {
    const at = (level: Check.Level, _tag: "Passed" | "Failed"): Check.Outcome => ({
      _tag,
      level,
      id: level,
      title: level,
      message: ""
    })
    assert.strictEqual(Check.summary([]).level, "none")
    assert.strictEqual(
      Check.summary([at("bronze", "Passed"), at("silver", "Failed"), at("gold", "Passed")]).level,
      "bronze"
    )
    assert.strictEqual(
      Check.summary([at("bronze", "Passed"), at("silver", "Passed"), at("gold", "Passed")]).level,
      "gold"
    )
  })

  it.live("counts a far side that breaks as a failure", () =>
    Effect.gen(function* () {
      const broken = { ...subject(), far: Effect.die(new Error("port taken")) }
      const { failed } = Check.summary(yield* run(broken, ["C1"]))
      assert.include(failed[0]?.message, "port taken")
    })
  )

  it("names every check in the README, once", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
    for (const { id } of checks) assert.strictEqual(readme.split(`| ${id} |`).length, 2, id)
  })
})
