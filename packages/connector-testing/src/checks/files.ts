/** What an export route shows and a session cannot: the same download again, an overlapping one, a broken one. */
import type { ReadEvent } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import { Skipped } from "../Check.ts"
import * as Mirror from "../Mirror.ts"
import * as Stage from "../Stage.ts"
import { committed, ensure, fail, fromFiles, onStage } from "./onStage.ts"

/** Links a file that has no reason to be refused, and reads all of it. */
const imported = (stage: Stage.Stage, path: string) =>
  Effect.gen(function* () {
    const linked = yield* stage
      .upload(path)
      .pipe(Effect.catchTag("ConnectorError", (error) => fail("a file of theirs that is refused", error.message)))
    const session = stage.sessionOf(linked)
    const parts = yield* Effect.forEach(Stage.walksOf(stage.manifest, linked), (walk) => stage.calm(walk, { session }))
    return parts.flat()
  })

const ledger = (events: ReadonlyArray<ReadEvent.ReadEvent>): ReadonlySet<string> =>
  new Set([...Mirror.of(events).rows()].filter(([, { row }]) => !Mirror.isStatement(row)).map(([key]) => key))

export const files: ReadonlyArray<Check> = [
  onStage({
    id: "F1",
    title: "the same download under another name adds nothing",
    level: "bronze",
    appliesTo: fromFiles,
    wouldHaveCaught: "ids made from a file name or a line number's path, so that a second download doubles everything",
    play: (stage) =>
      Effect.gen(function* () {
        const { again, good } = yield* stage.can("files")
        if (again === undefined) return yield* noFile("again")
        const first = yield* imported(stage, good)
        const wrong = Mirror.difference(Mirror.of(first), Mirror.of(first, yield* imported(stage, again)))
        if (wrong !== undefined)
          return yield* fail("every purchase twice after a second download", Mirror.describe(wrong))
      })
  }),
  onStage({
    id: "F2",
    title: "a file that cannot be read says what was seen, what was expected and what to do",
    level: "bronze",
    appliesTo: fromFiles,
    wouldHaveCaught: "an import that says it succeeded, with nothing in it",
    play: (stage) =>
      Effect.gen(function* () {
        const { unknown } = yield* stage.can("files")
        if (unknown === undefined) return yield* noFile("unknown")
        const error = yield* stage.upload(unknown).pipe(
          Effect.flatMap((linked) => {
            const session = stage.sessionOf(linked)
            return Effect.forEach(Stage.walksOf(stage.manifest, linked), (walk) => stage.listen(walk, { session }))
          }),
          Effect.map((heard) => heard.find((each) => each.error !== undefined)?.error),
          Effect.catchTag("ConnectorError", Effect.succeed)
        )
        yield* ensure(
          error?.reason._tag === "UnsupportedFile" && error.reason.hint !== "" && error.reason.detail !== "",
          "an empty import reported as done",
          () => `ended with ${error?.reason._tag ?? "success"}`
        )
      })
  }),
  onStage({
    id: "C13-file",
    title: "rows that cannot be read are quarantined with their line, the rest is read",
    level: "bronze",
    appliesTo: fromFiles,
    wouldHaveCaught: "one odd line that refuses the whole file, or is dropped without a word",
    play: (stage) =>
      Effect.gen(function* () {
        const { badRows } = yield* stage.can("files")
        if (badRows === undefined) return yield* noFile("badRows")
        const events = yield* imported(stage, badRows.path)
        const kept = events.filter((event) => event._tag === "Quarantined")
        const lines = new Set(kept.map(({ locator, raw }) => `${locator.line} ${raw}`))
        yield* ensure(
          lines.size === badRows.bad,
          "a payment that is not there, and nobody who knows",
          () => `${badRows.bad} rows cannot be read, ${lines.size} quarantined`
        )
        yield* ensure(ledger(events).size > 0, "a file refused for one odd line", () => "no other row was read")
        yield* ensure(
          kept.every(({ locator }) => locator.line !== undefined),
          "a complaint they cannot follow",
          () => "no line number"
        )
      })
  }),
  onStage({
    id: "F3",
    title: "an overlapping download adds only what is new",
    level: "silver",
    appliesTo: fromFiles,
    wouldHaveCaught: "the days both files cover, counted twice",
    play: (stage) =>
      Effect.gen(function* () {
        const { good, overlapping } = yield* stage.can("files")
        if (overlapping === undefined) return yield* noFile("overlapping")
        const first = ledger(yield* imported(stage, good))
        const second = ledger(yield* imported(stage, overlapping.path))
        const shared = [...second].filter((key) => first.has(key)).length
        yield* ensure(
          shared === overlapping.shared,
          "the days both files cover, counted twice",
          () => `${overlapping.shared} rows are in both, ${shared} were recognized`
        )
      })
  }),
  onStage({
    id: "F4",
    title: "two equal rows stay two",
    level: "silver",
    appliesTo: fromFiles,
    wouldHaveCaught: "a second coffee on the same day, merged away",
    play: (stage) =>
      Effect.gen(function* () {
        const { twins } = yield* stage.can("files")
        if (twins === undefined) return yield* noFile("twins")
        const rows = ledger(yield* imported(stage, twins.path)).size
        yield* ensure(
          rows === twins.rows,
          "a payment that is missing",
          () => `${twins.rows} rows in the file, ${rows} read`
        )
      })
  }),
  onStage({
    id: "C5-file",
    title: "a file that was cut off deletes nothing",
    level: "silver",
    appliesTo: fromFiles,
    wouldHaveCaught: "half a download that removes the other half",
    play: (stage) =>
      Effect.gen(function* () {
        const { good, truncated } = yield* stage.can("files")
        if (truncated === undefined) return yield* noFile("truncated")
        const whole = committed(yield* imported(stage, good)).events
        const before = Mirror.of(whole).live()
        const linked = yield* Effect.option(stage.upload(truncated))
        if (linked._tag === "None") return
        const session = stage.sessionOf(linked.value)
        const walks = Stage.walksOf(stage.manifest, linked.value)
        const heard = yield* Effect.forEach(walks, (walk) => stage.listen(walk, { session }))
        const now = new Set(Mirror.of(whole, ...heard.map(({ events }) => events)).live())
        const lost = before.filter((key) => !now.has(key))
        yield* ensure(
          lost.length === 0,
          "their history deleted by half a download",
          () => `${lost.slice(0, 3).join(", ")} gone`
        )
      })
  })
]

const noFile = (name: string): Effect.Effect<never, Skipped> =>
  Effect.fail(new Skipped({ reason: `the far side offers no \`files.${name}\`` }))
