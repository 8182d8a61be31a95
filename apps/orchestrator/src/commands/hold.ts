/** `paymirror hold`: what the law holds back from erasure. Whether it does is for whoever sets it to know. */
import { CalendarDate, StreamName } from "@paymirror/core"
import { LegalHold } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { codes, Refusal } from "../Exit.ts"
import { answer, withMirror } from "../root.ts"
import { section, together } from "../Sections.ts"
import { render } from "../Table.ts"
import { wrap } from "../wrap.ts"

const add = Command.make(
  "add",
  {
    holder: Argument.String("holder").pipe(Argument.withDescription("Whose rows")),
    basis: Flag.String("basis").pipe(Flag.withDescription("The law and its paragraph, or the case")),
    until: Flag.String("until").pipe(Flag.withDescription("The day on which it ends, YYYY-MM-DD")),
    streams: Flag.Literals("stream", StreamName.streamNames).pipe(
      Flag.withDescription("Which stream; may be repeated"),
      Flag.atLeast(1)
    )
  },
  Effect.fn(function* ({ basis, holder, streams, until }) {
    if (!CalendarDate.is(until))
      return yield* new Refusal({ message: `"${until}" is not a day; write it as YYYY-MM-DD.`, code: codes.usage })
    const hold = yield* withMirror(
      LegalHold.add({ holderId: holder, streams, basis, until: `${until}T00:00:00.000Z` }).pipe(
        Effect.catchTag("InvalidHold", ({ detail }) =>
          Effect.fail(new Refusal({ message: `That is no hold: ${detail}.`, code: codes.usage }))
        )
      )
    )
    yield* answer(hold, (room) =>
      [
        `hold ${hold.holdId}`,
        ...wrap(`Until ${until} an erasure of ${holder} keeps ${hold.streams.join(", ")}, apart and unread.`, room),
        `End it sooner: paymirror hold end ${hold.holdId}`
      ].join("\n")
    )
  })
).pipe(
  Command.withDescription("Hold streams of a person back from erasure and from purging, until a day"),
  Command.withExamples([
    {
      command: 'paymirror hold add alex --stream balance --basis "dispute 7 of 2026" --until 2027-06-30',
      description: "The balance ledger outlasts an erasure until then"
    }
  ])
)

/** Holds as a table, and each one's basis in full. */
export const listed = (holds: ReadonlyArray<LegalHold.Hold>, room: number): string =>
  [
    render(
      [
        { title: "holder", of: (hold: LegalHold.Hold) => hold.holderId },
        { title: "streams", of: (hold) => hold.streams.join(", ") },
        { title: "until", of: (hold) => (hold.endedAt ?? hold.until).slice(0, 10), whole: true },
        { title: "apart", of: (hold) => String(hold.rows), right: true },
        { title: "hold id", of: (hold) => hold.holdId, whole: true }
      ],
      holds,
      room
    ),
    ...section(
      "On what basis",
      together(
        holds.map(({ basis, holdId }) => ({ of: holdId, text: basis })),
        room
      )
    )
  ].join("\n")

const list = Command.make(
  "list",
  {},
  Effect.fn(function* () {
    const holds = yield* withMirror(LegalHold.list)
    yield* answer(holds, (room) => (holds.length === 0 ? "Nothing is held back." : listed(holds, room)))
  })
).pipe(Command.withDescription("List holds, and how many rows lie apart under each"))

const end = Command.make(
  "end",
  { hold: Argument.String("hold").pipe(Argument.withDescription("The hold's id, as `paymirror hold list` prints it")) },
  Effect.fn(function* ({ hold }) {
    const ended = yield* withMirror(LegalHold.end(hold))
    if (!ended)
      return yield* new Refusal({
        message: `There is no hold ${hold} that stands. See: paymirror hold list`,
        code: codes.inputRefused
      })
    yield* answer({ holdId: hold, ended }, () => "Ended. What lay apart under it goes within the hour.")
  })
).pipe(Command.withDescription("End a hold before its day"))

export const hold = Command.make("hold").pipe(
  Command.withDescription("What the law holds back from erasure: add, list, end. By default nothing is"),
  Command.withSubcommands([add, list, end])
)
