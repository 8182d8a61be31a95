/**
 * What a test file may not do: leave the others out, or be left out without saying why. A skip belongs in the running
 * test, where the reason is a value that is printed: `context.skip("no reference data here")`.
 */
import * as Package from "../Package.ts"
import type { Problem } from "../Problem.ts"
import * as Source from "../Source.ts"

const runner = String.raw`\b(?:it|test|describe|suite|bench|layer)(?:\.\w+)*`
const only = new RegExp(`${runner}\\.only\\b`, "g")
const skip = new RegExp(`${runner}\\.(?:skip|todo)\\b|\\bskip\\(\\s*\\)`, "g")

export const check = (self: Package.Package): ReadonlyArray<Problem> =>
  Package.tests(self).flatMap((file) => [
    ...Source.linesWith(file.source.bare, only).map(({ line, found }) => ({
      file: file.shown,
      line,
      what: `${found} leaves every other test out`,
      why: "the run is green and has tested one thing",
      todo: "remove .only",
      severity: "error" as const
    })),
    ...Source.linesWith(file.source.bare, skip).map(({ line, found }) => ({
      file: file.shown,
      line,
      what: `${found} leaves a test out without saying why`,
      why: "a skipped test is a promise nobody keeps, and without a reason nobody can take it up again",
      todo: 'skip inside the test, with the reason: context.skip("…"), or use it.skipIf(condition); else delete it',
      severity: "error" as const
    }))
  ])
