import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Check, checks, run } from "../src/index.ts"
import { manifest } from "./Acme.ts"
import type { Bug } from "./Acme.ts"
import type * as Spoilt from "./Spoilt.ts"
import * as Bank from "./Bank.ts"
import * as Statement from "./Statement.ts"
import { subject } from "./subject.ts"

/** Checks no bug but its own may fail: they show that a mutant is otherwise a working connector. */
const controls = ["M1", "M2", "C1", "C21-grant"]

const caughtBy: Readonly<Record<Bug | Spoilt.Bug, ReadonlyArray<string>>> = {
  "a credit that names nobody": ["C16-once"],
  "a crash on a lost key": ["C21-grant"],
  "a crash on an old checkpoint": ["C21"],
  "a tombstone after a failure": ["C5-partial"],
  "a version that goes back": ["C9", "C12"],
  "an installment that reopens": ["C17"],
  "ids by page": ["C2", "C3", "C4"],
  "points never taken off": ["C16-points"],
  "a checkpoint ahead": ["C2", "C3"],
  "a crash on an unknown value": ["C13-unknown"],
  "a foreign host": ["C20"],
  "a global fetch": ["C20"],
  "a missing installment": ["C16-plans"],
  "a page cap": ["C11"],
  "a pending row of its own": ["C7"],
  "a renewal per reader": ["S1"],
  "a retried consent": ["C14-consent"],
  "a retried refusal": ["C14-loop"],
  "a reversal passed over": ["C7-gone"],
  "a rewinding checkpoint": ["C2-less"],
  "a row in no quarantine": ["C13"],
  "a row set aside without its id": ["C13-name"],
  "a row swallowed": ["C13-rows"],
  "a second retry of a lost renewal": ["S2"],
  "a second revoke that fails": ["V1"],
  "a stream nobody translates": ["M2"],
  "a strict decoder": ["C13-field"],
  "a throttle as success": ["C10"],
  "a token in a checkpoint": ["C19"],
  "a token in a span": ["C19"],
  "a token in an error": ["C19"],
  "a token in the log": ["C19"],
  "a tombstone on an empty page": ["C2", "C5"],
  "a whole history in memory": ["C22"],
  "a write": ["W1"],
  "an HTML page as an outage": ["C14"],
  "an order taken for granted": ["C4-order"],
  "an outage as an empty list": ["E1"],
  "an uninterruptible read": ["I1"],
  "another row's id": ["M3"],
  "paging by position": ["C8"],
  "random ids": ["C1"],
  "rows nobody asked for": ["M2"],
  "the wrong sign": ["C16-balance"]
}

const caughtAtBanks: Readonly<Record<Bank.Bug, ReadonlyArray<string>>> = {
  "a call nobody counted": ["A2", "A3"],
  "a call counted afterwards": ["A2"],
  "a repetition nobody counted": ["A2"],
  "an address made up": ["A1"],
  "the person left out": ["A1"],
  "the end of the budget passed over": ["A3"],
  "a limit of its own invention": ["A3"]
}

const caughtInFiles: Readonly<Record<Statement.Bug, ReadonlyArray<string>>> = {
  "a bad line dropped": ["C13-file"],
  "a bad line refuses the file": ["C13-file"],
  "a row in a reason": ["C19"],
  "an unknown file as an empty one": ["F2"],
  "ids by line": ["F3"],
  "ids by path": ["F1", "F3"],
  "merged twins": ["F4"],
  "rows pending until named again": ["C5-file"],
  "the sign lost": ["C16-running"]
}

const catches = (outcomes: ReadonlyArray<Check.Outcome>, ids: ReadonlyArray<string>): void => {
  const { failed, skipped } = Check.summary(outcomes)
  assert.deepStrictEqual(failed.map(({ id }) => id).toSorted(), ids.toSorted(), JSON.stringify(failed))
  assert.deepStrictEqual(skipped, [])
  for (const { message } of failed) assert.include(message, "a user would have seen")
}

describe("a planted bug is caught", () => {
  it.live("a host with a scheme in it, by M1", () =>
    Effect.map(
      run({ ...subject(), manifest: { ...manifest, hosts: ["https://api.acme.example"] } }, ["M1"]),
      (outcomes) => catches(outcomes, ["M1"])
    )
  )
  for (const [bug, ids] of Object.entries(caughtBy)) {
    it.live(`${bug}, by ${ids.join(" and ")}`, () =>
      Effect.map(run(subject(bug as Bug | Spoilt.Bug), [...new Set([...controls, ...ids])]), (outcomes) =>
        catches(outcomes, ids)
      )
    )
  }
  for (const [bug, ids] of Object.entries(caughtAtBanks)) {
    it.live(`at a bank: ${bug}, by ${ids.join(" and ")}`, () =>
      Effect.map(run(Bank.subject(bug as Bank.Bug), [...controls, "A1", "A2", "A3"]), (outcomes) =>
        catches(outcomes, ids)
      )
    )
  }
  for (const [bug, ids] of Object.entries(caughtInFiles)) {
    it.live(`in a file: ${bug}, by ${ids.join(" and ")}`, () =>
      Effect.map(run(Statement.subject(bug as Statement.Bug)), (outcomes) => catches(outcomes, ids))
    )
  }

  it("for every check there is one", () => {
    const caught = new Set([
      "M1",
      ...[caughtBy, caughtAtBanks].flatMap((each) => Object.values(each).flat()),
      ...Object.values(caughtInFiles).flat()
    ])
    assert.deepStrictEqual(
      checks.map(({ id }) => id).filter((id) => !caught.has(id)),
      []
    )
  })
})
