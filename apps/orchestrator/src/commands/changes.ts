/** `paymirror changes`: the change log, from where the reader left off. */
import { StreamName } from "@paymirror/core"
import { Changes } from "@paymirror/sync"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { lines } from "../describe.ts"
import { answer, root, withMirror } from "../root.ts"
import { seeing } from "../seen.ts"

/** One line per thing that moved. */
export const print = (change: Changes.Change): ReadonlyArray<string> =>
  lines(change).map((line) => `${change.stream.padEnd(10)} ${change.kind.padEnd(8)} ${line}`)

export const changes = Command.make(
  "changes",
  {
    after: Flag.Int("after").pipe(Flag.withDescription("Only changes after this number"), Flag.withDefault(0)),
    limit: Flag.Int("limit").pipe(Flag.withDescription("How many at most"), Flag.withDefault(100)),
    stream: Flag.Literals("stream", StreamName.streamNames).pipe(
      Flag.withDescription("Only this stream"),
      Flag.optional
    ),
    follow: Flag.Boolean("follow").pipe(
      Flag.withDescription("Go on, a line per change (JSON lines with --json), until Ctrl-C"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function* ({ after, follow, limit, stream }) {
    const { json } = yield* root
    const query = { limit, ...(Option.isNone(stream) ? {} : { stream: stream.value }) }
    const read = (from: number) =>
      Changes.changes({ ...query, after: from }).pipe(
        seeing((found) => ({
          command: "changes",
          streams: found.map((change) => change.stream),
          accountIds: found.map(({ accountId }) => accountId),
          count: found.length
        }))
      )
    if (!follow) {
      const found = yield* withMirror(read(after))
      const next = found.at(-1)?.seq ?? after
      return yield* answer({ changes: found, next }, () =>
        found.length === 0
          ? `No changes after ${after}.`
          : `${found.flatMap((change) => print(change).map((line) => `${String(change.seq).padStart(6)}  ${line}`)).join("\n")}\n\nGo on with: paymirror changes --after ${next}`
      )
    }
    yield* withMirror(
      Effect.gen(function* () {
        let from = after
        while (true) {
          for (const change of yield* read(from)) {
            yield* json
              ? Console.log(JSON.stringify(change))
              : Effect.forEach(print(change), (line) => Console.log(line), { discard: true })
            from = change.seq
          }
          yield* Effect.sleep("1 second")
        }
      })
    )
  })
).pipe(
  Command.withDescription("List what changed, in order"),
  Command.withExamples([
    { command: "paymirror changes --after 120", description: "What came after change 120" },
    { command: "paymirror changes --follow --json", description: "A feed of JSON lines" }
  ])
)
