/** `paymirror sync`: reads what changed since the last time, once or for ever. */
import { StreamName } from "@paymirror/core"
import { Connections, type Report } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Connectors from "../Connectors.ts"
import { codeOf, codes, Refusal, sayOutcome } from "../Exit.ts"
import { grow } from "../grow.ts"
import * as Poll from "../Poll.ts"
import { answer, progress, withMirror } from "../root.ts"
import { render } from "../Table.ts"

const columns = [
  { title: "stream", of: (report: Report) => report.stream },
  { title: "added", of: (report: Report) => String(report.added), right: true },
  { title: "updated", of: (report: Report) => String(report.updated), right: true },
  { title: "unchanged", of: (report: Report) => String(report.unchanged), right: true },
  { title: "removed", of: (report: Report) => String(report.removed), right: true },
  { title: "quarantined", of: (report: Report) => String(report.quarantined), right: true },
  { title: "outcome", of: (report: Report) => sayOutcome(report.outcome) }
]

const worst = (reports: ReadonlyArray<Report>): 1 | 3 | 4 | 5 | undefined => {
  const found = reports.map((report) => codeOf(report.outcome)).filter((code) => code !== undefined)
  return found.length === 0 ? undefined : (Math.min(...found) as 1 | 3 | 4 | 5)
}

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
    watch: Flag.Boolean("watch").pipe(
      Flag.withDescription("Go on, each stream at its own pace, until Ctrl-C"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function* ({ full, streams, watch }) {
    const reports = yield* withMirror(
      Effect.gen(function* () {
        const only = streams.length === 0 ? undefined : streams
        const connections = (yield* (yield* Connections).list).filter((one) => !Connectors.isExport(one.connector))
        if (connections.length === 0) {
          return yield* new Refusal({ message: "Nothing is linked yet: paymirror link klarna-us", code: codes.usage })
        }
        if (watch) {
          return yield* Poll.follow({
            streams: only,
            onReport: (report) => Effect.sync(() => process.stderr.write(`${line(report)}\n`))
          })
        }
        const all: Array<Report> = []
        for (const connection of connections) {
          all.push(...(yield* Poll.once(connection, { streams: only, fromTheBeginning: full, onRows: grow })))
        }
        return all
      })
    )
    yield* answer(reports, (room) => render(columns, reports, room))
    const code = worst(reports)
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
