/** The rows of a file as events, in constant memory: rows, what was set aside, and at the end what the checks found. */
import type { ConnectorError, ReadEvent } from "@paymirror/core"
import * as Stream from "effect/Stream"
import type { Files } from "./Files.ts"
import * as Checks from "./Checks.ts"
import type { Field } from "./Format.ts"
import type { Checkpoint, Grant } from "./Grant.ts"
import type { FileRow } from "./Outcome.ts"
import type { Plan } from "./Plan.ts"
import * as Records from "./Records.ts"
import { refuse } from "./Refusal.ts"
import * as Source from "./Source.ts"
import { translator } from "./translate.ts"

export type Event = ReadEvent.ReadEvent<Checkpoint>

/** Events between two checkpoints. */
const page = 1000

export const events = (files: Files, grant: Grant, plan: Plan): Stream.Stream<Event, ConnectorError.ConnectorError> =>
  Stream.suspend(() => {
    const { format, layout, stream } = plan
    const drifts = new Map<Field, number>()
    const translate = translator(plan, (field) => drifts.set(field, (drifts.get(field) ?? 0) + 1))
    const checks = Checks.make(format, layout, stream, plan.currency)
    let rows = 0
    let since = 0
    let beforeHeader = true
    const checkpoint = (done: boolean): Event => ({
      _tag: "Checkpoint",
      checkpoint: { fingerprint: grant.fingerprint, rows, done }
    })

    const one = ({ cells, line }: Records.Row, out: Array<Event>): void => {
      if (beforeHeader) {
        beforeHeader = Records.isBlank(cells)
        return
      }
      const outcome = translate(cells)
      rows += 1
      if (outcome === undefined) return
      switch (outcome._tag) {
        case "Kept": {
          checks.row(outcome.figures, line)
          out.push(upsert(outcome.id, outcome.row, outcome.pending))
          break
        }
        case "Skipped":
          checks.skipped(outcome.why)
          return
        case "Refused":
          checks.gap()
          out.push({
            _tag: "Quarantined",
            stream,
            reason: outcome.reason,
            locator: outcome.column === undefined ? { line } : { line, column: outcome.column },
            raw: Records.raw(cells, grant.delimiter)
          })
      }
      since += 1
      if (since < page) return
      since = 0
      out.push(checkpoint(false))
    }

    const end = (): ReadonlyArray<Event> => [
      ...checks.end(),
      ...Array.from(drifts, ([field, count]): Event => ({
        _tag: "Drift",
        stream,
        kind: "unknown_value",
        path: layout.header[layout.at[field]]?.trim() ?? field,
        count
      })),
      ...(format.evidence === "yours" || !plan.owner
        ? []
        : layout.unknown.map((name): Event => ({
            _tag: "Drift",
            stream,
            kind: "unknown_field",
            path: name.trim(),
            count: 1
          }))),
      checkpoint(true)
    ]

    return Records.stream(Source.bytes(files, grant.path), grant.encoding, grant.delimiter).pipe(
      Stream.mapAccumArray(
        () => undefined,
        (state, records) => {
          const out: Array<Event> = []
          for (const record of records) one(record, out)
          return [state, out]
        }
      ),
      Stream.concat(Stream.suspend(() => Stream.fromArray(end()))),
      Stream.mapError((error) =>
        error._tag === "ConnectorError"
          ? error
          : refuse("The file is not the one that was linked: it no longer reads.", "Link it again.")
      )
    )
  })

const upsert = (id: string, file: FileRow, pending: boolean): Event => {
  const more = pending ? { pending } : {}
  switch (file.stream) {
    case "balance":
      return { _tag: "Upsert", stream: "balance", id, row: file.row, ...more }
    case "card":
      return { _tag: "Upsert", stream: "card", id, row: file.row, ...more }
    case "purchases":
      return { _tag: "Upsert", stream: "purchases", id, row: file.row, ...more }
  }
}
