/** `paymirror audit`: who read what, and whether that record is as it was written. */
import { type AccessLine, AccessLog } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { codes, Refusal } from "../Exit.ts"
import { answer, withMirror } from "../root.ts"
import { render } from "../Table.ts"

/** An end as `verify` prints it: how many lines, and the hash of the last. */
const endOf = (text: string) => {
  const [, seq = "", hash = ""] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? []
  return hash === ""
    ? Effect.fail(
        new Refusal({
          message: `"${text}" is not an end. It is what \`paymirror audit verify\` printed: a number, a colon, 64 hexadecimal digits.`,
          code: codes.usage
        })
      )
    : Effect.succeed({ seq: Number(seq), hash })
}

const verify = Command.make(
  "verify",
  {
    noted: Flag.String("noted").pipe(
      Flag.withDescription("An end that you wrote down before, which has to be in the log still"),
      Flag.optional
    )
  },
  Effect.fn(function* ({ noted }) {
    const end = Option.isNone(noted) ? undefined : yield* endOf(noted.value)
    const verdict = yield* withMirror(Effect.flatMap(AccessLog, (log) => log.verify(end)))
    yield* answer(verdict, () =>
      verdict._tag === "Sound"
        ? `${verdict.end.seq} lines, each as it was written.\nIts end, to be written down elsewhere: ${verdict.end.seq}:${verdict.end.hash}`
        : `Broken at line ${verdict.seq}: ${verdict.why}.`
    )
    if (verdict._tag === "Broken") {
      return yield* new Refusal({
        message: "The access log is not as it was written. Keep this database, and restore a backup to compare.",
        code: codes.failed
      })
    }
  })
).pipe(
  Command.withDescription("Walk the access log and say whether a line was changed, taken out, put in or cut off"),
  Command.withExamples([
    { command: "paymirror audit verify", description: "Check the whole, and print its end" },
    {
      command: "paymirror audit verify --noted 1200:9f86…",
      description: "Check that what was there then is there still, even against whoever holds the key"
    }
  ])
)

/** The lines as a table, and how to go on. */
export const listed = (lines: ReadonlyArray<AccessLine>, room: number): string =>
  [
    render(
      [
        { title: "", of: (line: AccessLine) => String(line.seq), right: true, whole: true },
        { title: "at", of: (line) => line.at.slice(0, 16).replace("T", " "), whole: true },
        { title: "by", of: (line) => line.actor },
        { title: "did", of: (line) => line.action },
        { title: "whose", of: (line) => line.holderIds.join(", ") },
        { title: "rows", of: (line) => String(line.count), right: true },
        { title: "through", of: (line) => line.route }
      ],
      lines,
      room
    ),
    "",
    `Go on with: paymirror audit list --after ${lines.at(-1)?.seq ?? 0}`
  ].join("\n")

const list = Command.make(
  "list",
  {
    holder: Flag.String("holder").pipe(Flag.withDescription("Only lines about this person"), Flag.optional),
    after: Flag.Int("after").pipe(Flag.withDescription("Only lines after this number"), Flag.withDefault(0)),
    limit: Flag.Int("limit").pipe(Flag.withDescription("How many at most"), Flag.withDefault(100))
  },
  Effect.fn(function* ({ after, holder, limit }) {
    const query = { after, limit, ...(Option.isSome(holder) && { holderId: holder.value }) }
    const lines = yield* withMirror(Effect.flatMap(AccessLog, (log) => log.list(query)))
    const next = lines.at(-1)?.seq ?? after
    yield* answer({ lines, next }, (room) => (lines.length === 0 ? `No line after ${after}.` : listed(lines, room)))
  })
).pipe(
  Command.withDescription("List who read what, when and through which door; never what was in it"),
  Command.withExamples([
    { command: "paymirror audit list --holder alex", description: "Who read something of this person" }
  ])
)

export const audit = Command.make("audit").pipe(
  Command.withDescription("Who read personal data: list the lines, verify that none was tampered with"),
  Command.withSubcommands([verify, list])
)
