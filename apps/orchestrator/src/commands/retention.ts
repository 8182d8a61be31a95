/** `paymirror retention`: how long rows are kept, and doing it now. */
import { StreamName } from "@paymirror/core"
import { Retention } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { codes, Refusal } from "../Exit.ts"
import { answer, withMirror } from "../root.ts"
import { render } from "../Table.ts"

const stream = Argument.Literals("stream", StreamName.streamNames).pipe(Argument.withDescription("Which stream"))

const kept = ({ days }: Retention.Policy): string =>
  days === undefined ? "until the person is erased" : `${days} days`

const print = (policies: ReadonlyArray<Retention.Policy>) =>
  answer(policies, (room) =>
    render(
      [
        { title: "stream", of: (one: Retention.Policy) => one.stream },
        { title: "kept", of: kept },
        { title: "since", of: (one) => one.setAt?.slice(0, 10) ?? "" }
      ],
      policies,
      room
    )
  )

const show = Command.make(
  "show",
  {},
  Effect.fn(function* () {
    yield* print(yield* withMirror(Retention.policies))
  })
).pipe(Command.withDescription("Say how long each stream is kept"))

const set = Command.make(
  "set",
  { stream, days: Argument.Int("days").pipe(Argument.withDescription("How many days, a row's own day included")) },
  Effect.fn(function* ({ days, stream }) {
    if (days < 1 || days > 36_500)
      return yield* new Refusal({
        message: "Rows are kept for 1 to 36500 days. For ever: paymirror retention clear",
        code: codes.usage
      })
    yield* print(yield* withMirror(Effect.andThen(Retention.set(stream, days), Retention.policies)))
  })
).pipe(
  Command.withDescription(
    "Keep a stream's rows for so many days by their own date; older ones go within the hour, and do not come back"
  ),
  Command.withExamples([{ command: "paymirror retention set card 730", description: "Two years of card transactions" }])
)

const clear = Command.make(
  "clear",
  { stream },
  Effect.fn(function* ({ stream }) {
    yield* print(yield* withMirror(Effect.andThen(Retention.clear(stream), Retention.policies)))
  })
).pipe(Command.withDescription("Keep a stream's rows until their person is erased; what was purged stays away"))

const run = Command.make(
  "run",
  {},
  Effect.fn(function* () {
    const purged = yield* withMirror(Retention.purge)
    yield* answer(purged, () => {
      const lines = Object.entries(purged).map(([name, rows]) => `${name}: ${rows} rows purged`)
      return lines.length === 0 ? "Nothing is to be purged: no stream has a limit." : lines.join("\n")
    })
  })
).pipe(Command.withDescription("Purge what is too old now; `serve` and `sync --watch` do it every hour"))

export const retention = Command.make("retention").pipe(
  Command.withDescription("How long rows are kept: show, set, clear, run"),
  Command.withSubcommands([show, set, clear, run])
)
