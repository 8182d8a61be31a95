/**
 * The suite as a test file sees it: one test per check that applies, a skipped one with its reason, and, where a level
 * is asked for, one test that fails unless the connector earns it. It runs on the live clock, because there is a socket
 * on the other side.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Check from "./Check.ts"
import { attendance } from "./checks/attendance.ts"
import { bronze } from "./checks/bronze.ts"
import { boundary } from "./checks/boundary.ts"
import { errors } from "./checks/errors.ts"
import { files } from "./checks/files.ts"
import { gold } from "./checks/gold.ts"
import { silver } from "./checks/silver.ts"
import type { FarSide, Subject } from "./Subject.ts"

/** Every check there is, lowest level first. */
export const checks: ReadonlyArray<Check.Check> = [
  ...bronze,
  ...errors,
  ...files,
  ...silver,
  ...boundary,
  ...attendance,
  ...gold
].toSorted((a, b) => Check.levels.indexOf(a.level) - Check.levels.indexOf(b.level))

/** Runs checks, those given by id or all that apply, without a test runner. */
export const run = <F extends FarSide>(
  subject: Subject<F>,
  ids?: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<Check.Outcome>> =>
  Effect.forEach(
    checks.filter(({ appliesTo, id }) => appliesTo(subject.manifest) && (ids === undefined || ids.includes(id))),
    (check) => Check.outcome(check, subject)
  )

/** Registers the suite with vitest. */
export const conformance = <F extends FarSide>(
  name: string,
  subject: Subject<F>,
  options: { readonly atLeast?: Check.Level; readonly timeout?: number } = {}
): void => {
  describe(`${name} conforms`, () => {
    const outcomes: Array<Check.Outcome> = []
    for (const check of checks.filter(({ appliesTo }) => appliesTo(subject.manifest))) {
      it(`${check.level} ${check.id}: ${check.title}`, { timeout: options.timeout ?? 60_000 }, async (context) => {
        const outcome = await Effect.runPromise(Check.outcome(check, subject), { signal: context.signal })
        outcomes.push(outcome)
        if (outcome._tag === "Skipped") context.skip(outcome.reason)
        if (outcome._tag === "Failed") assert.fail(outcome.message)
      })
    }
    const { atLeast } = options
    if (atLeast === undefined) return
    it(`earns ${atLeast}`, () => {
      const { level } = Check.summary(outcomes)
      const costly = outcomes.filter((each) => each._tag === "Failed" || (each._tag === "Skipped" && !each.free))
      const gaps = costly.map(({ _tag, id }) => `${id} ${_tag.toLowerCase()}`)
      const rank = Check.levels.findIndex((each) => each === level)
      assert.isAtLeast(rank, Check.levels.indexOf(atLeast), `earned ${level}, not ${atLeast}: ${gaps.join(", ")}`)
    })
  })
}
