/**
 * A check is a promise a connector makes, as a value: who it concerns, what would have gone wrong without it, and an
 * effect that holds one connector to it. Nothing here knows a test runner.
 */
import type { Manifest } from "@paymirror/core"
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { FarSide, Subject } from "./Subject.ts"

/** Bronze: one read is right and says what went wrong. Silver: reads add up over time. Gold: sessions and sums hold. */
export const levels = ["bronze", "silver", "gold"] as const
export type Level = (typeof levels)[number]

/** The promise is broken. `suffered` completes "a user would have seen …". */
export class CheckFailure extends Data.TaggedError("CheckFailure")<{
  readonly suffered: string
  readonly evidence: string
}> {
  override get message(): string {
    return `a user would have seen ${this.suffered} (${this.evidence})`
  }
}

/** Could not be shown with this far side, which costs the level; `free` where the subject says there is nothing to show. */
export class Skipped extends Data.TaggedError("Skipped")<{ readonly reason: string; readonly free?: boolean }> {}

export interface Check {
  readonly id: string
  readonly title: string
  readonly level: Level
  readonly appliesTo: (manifest: Manifest.Manifest) => boolean
  /** The bug this check exists for. */
  readonly wouldHaveCaught: string
  readonly run: <F extends FarSide>(subject: Subject<F>) => Effect.Effect<void, CheckFailure | Skipped>
}

export type Outcome = { readonly id: string; readonly title: string; readonly level: Level } & (
  | { readonly _tag: "Passed" }
  | { readonly _tag: "Failed"; readonly message: string }
  | { readonly _tag: "Skipped"; readonly reason: string; readonly free: boolean }
)

/** Runs one check. A defect of the suite or of the far side's adapter is a failure too, never a pass. */
export const outcome = <F extends FarSide>(check: Check, subject: Subject<F>): Effect.Effect<Outcome> => {
  const { id, level, title } = check
  return Effect.suspend(() => check.run(subject)).pipe(
    Effect.matchCause({
      onSuccess: (): Outcome => ({ _tag: "Passed", id, title, level }),
      onFailure: (cause): Outcome => {
        const error = Cause.squash(cause)
        if (error instanceof Skipped)
          return { _tag: "Skipped", id, title, level, reason: error.reason, free: error.free === true }
        const message =
          error instanceof CheckFailure ? error.message : `the check could not finish: ${Cause.pretty(cause)}`
        return { _tag: "Failed", id, title, level, message: `${id}, ${title}: ${message}` }
      }
    })
  )
}

export interface Summary {
  /** The highest level of which every check, and every one below, passed. A skipped check earns nothing, unless it is free. */
  readonly level: Level | "none"
  readonly passed: ReadonlyArray<string>
  readonly skipped: ReadonlyArray<{ readonly id: string; readonly reason: string }>
  readonly failed: ReadonlyArray<{ readonly id: string; readonly message: string }>
}

export const summary = (outcomes: ReadonlyArray<Outcome>): Summary => {
  const firstGap = levels.findIndex((level) => {
    const there = outcomes.filter((each) => each.level === level)
    return there.length === 0 || there.some((each) => each._tag === "Failed" || (each._tag === "Skipped" && !each.free))
  })
  return {
    level: levels[(firstGap === -1 ? levels.length : firstGap) - 1] ?? "none",
    passed: outcomes.flatMap((each) => (each._tag === "Passed" ? [each.id] : [])),
    skipped: outcomes.flatMap((each) => (each._tag === "Skipped" ? [{ id: each.id, reason: each.reason }] : [])),
    failed: outcomes.flatMap((each) => (each._tag === "Failed" ? [{ id: each.id, message: each.message }] : []))
  }
}
