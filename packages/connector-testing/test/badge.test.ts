import { assert, describe, it } from "@effect/vitest"
import { Manifest } from "@paymirror/core"
import * as Effect from "effect/Effect"
import { Badge, Check, run } from "../src/index.ts"
import { manifest } from "./Acme.ts"
import * as Statement from "./Statement.ts"
import { subject } from "./subject.ts"

const summary = (level: Check.Summary["level"]): Check.Summary => ({ level, passed: ["M1"], skipped: [], failed: [] })

describe("a badge", () => {
  it.live("is computed from a run: what was earned, before which kind of wire", () =>
    Effect.gen(function* () {
      const earned = Check.summary(yield* run(Statement.subject()))
      assert.strictEqual(earned.level, "gold")
      const badge = Badge.of(Statement.subject().manifest, earned)
      assert.include(badge.message, "gold")
      assert.isFalse(badge.isError)
      assert.deepStrictEqual(JSON.parse(JSON.stringify(badge)), badge)
    })
  )

  it.live("tells of a broken promise, and is red", () =>
    Effect.gen(function* () {
      const broken = Check.summary(yield* run(subject("random ids"), ["M1", "C1"]))
      const badge = Badge.of(manifest, broken)
      assert.deepInclude(badge, { message: "illustrative · no level, 1 failed", color: "red", isError: true })
      assert.include(Badge.text(manifest, broken), "the same purchase again after every sync")
    })
  )

  it("is never green for a wire nobody has published, whatever was earned", () => {
    for (const maturity of Manifest.Maturity.literals) {
      for (const level of ["none", ...Check.levels] as const) {
        const { color, message } = Badge.of({ ...manifest, maturity }, summary(level))
        assert.include(message, maturity)
        if (maturity === "illustrative") assert.notInclude(color, "green")
      }
    }
    assert.strictEqual(Badge.of({ ...manifest, maturity: "verified" }, summary("gold")).color, "brightgreen")
  })
})
