/** `paymirror sync`: reads what changed since the last time, once or for ever. */
import { StreamName } from "@paymirror/core"
import { Connections, type Report } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Connectors from "../Connectors.ts"
import { codes, Refusal, sayOutcome, worst } from "../Exit.ts"
import { grow } from "../grow.ts"
import * as Poll from "../Poll.ts"
import { presenceOf } from "../presence.ts"
import { remind } from "../remind.ts"
import { reports } from "../reports.ts"
import { answer, progress, withMirror } from "../root.ts"
import { upkeep } from "../upkeep.ts"

const tell = (text: string) => Effect.sync(() => void process.stderr.write(`${text}\n`))

/** Connections that step back for another one of the same account. */
const standAside = Effect.gen(function* () {
  for (const { connectionId, instead, stream, why } of yield* Poll.contested) {
    yield* tell(`${stream}: not read over ${connectionId}, but over ${instead}: ${why}`)
  }
})

export const sync = Command.make(
  "sync",
  {
    streams: Flag.Literals("stream", StreamName.streamNames).pipe(
      Flag.withDescription("Only this stream; may be repeated"),
      Flag.atLeast(0)
    ),
    full: Flag.Boolean("full").pipe(
      Flag.withDescription("Read from the beginning; what is unchanged is not written"),
      Flag.withDefault(false)
    ),
    address: Flag.String("address").pipe(
      Flag.withDescription("The IP address of your own device: you are there and ask, so no budget is spent"),
      Flag.optional
    ),
    watch: Flag.Boolean("watch").pipe(
      Flag.withDescription("Go on, each stream at its own pace, until Ctrl-C"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function* ({ address, full, streams, watch }) {
    const presence = yield* presenceOf(address)
    if (watch && Option.isSome(address)) {
      return yield* new Refusal({
        message: "--watch goes on while you are away, so it takes no --address.",
        code: codes.usage
      })
    }
    const read = yield* withMirror(
      Effect.gen(function* () {
        const only = streams.length === 0 ? undefined : streams
        const connections = (yield* (yield* Connections).list).filter((one) => !Connectors.isExport(one.connector))
        if (connections.length === 0) {
          return yield* new Refusal({
            message: "Nothing is linked yet. See: paymirror routes --market CC, paymirror link --help",
            code: codes.usage
          })
        }
        if (connections.every(({ status }) => status === "revoked")) {
          return yield* new Refusal({
            message: "Consent is withdrawn from everything that was linked, so nothing is read. Link again to go on.",
            code: codes.personNeeded
          })
        }
        yield* standAside
        if (watch) {
          return yield* Poll.follow({
            streams: only,
            hourly: upkeep(tell),
            onReport: (report) => tell(line(report))
          })
        }
        yield* remind(tell)
        const all: Array<Report> = []
        for (const connection of connections) {
          all.push(...(yield* Poll.once(connection, { streams: only, fromTheBeginning: full, presence, onRows: grow })))
        }
        return all
      })
    )
    yield* answer(read, (room) => reports(read, room))
    const code = worst(read.map(({ outcome }) => outcome))
    if (code !== undefined) {
      return yield* new Refusal({ message: "Not every stream is up to date; what was read is kept.", code })
    }
    yield* progress("Everything is up to date.")
  })
).pipe(
  Command.withDescription("Bring the mirror up to date"),
  Command.withExamples([
    { command: "paymirror sync", description: "Read what changed, once" },
    { command: "paymirror sync --watch", description: "Keep reading" },
    {
      command: "paymirror sync --full --stream purchases",
      description: "Compare every purchase with the provider again"
    }
  ])
)

const line = (report: Report): string =>
  `${report.stream}: ${report.added} added, ${report.updated} updated, ${report.unchanged} unchanged (${sayOutcome(report.outcome)})`
