/**
 * `paymirror export`: rows of one stream as JSON lines or CSV. Amounts are decimals in a column beside their currency; a
 * text a spreadsheet would take for a formula is made harmless.
 */
import { Money, Row, StreamName } from "@paymirror/core"
import { Mirror } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Csv from "effect/encoding/Csv"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { root, withMirror } from "../root.ts"
import { seen } from "../seen.ts"

const page = 500

const all = (stream: StreamName.StreamName) =>
  Stream.paginate(0, (after: number) =>
    Effect.map(Mirror.rows({ stream, after, limit: page }), (rows) => {
      const last = rows.at(-1)
      return [rows, last === undefined || rows.length < page ? Option.none<number>() : Option.some(last.place)] as const
    })
  )

const isMoney = Schema.is(Money.Money)

/** Cells that start like a formula and are not a number. */
const guard = (text: string): string =>
  /^[=+\-@\t\r\0]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text

const provenance = ["accountId", "origin", "connector", "consentId", "readAt", "version", "pending"] as const

/** The fields of a stream's rows, those of every kind of row in it. */
const fieldsOf = (stream: StreamName.StreamName): ReadonlyArray<string> => {
  const schema: unknown = Row.schemas[stream]
  const members = hasMembers(schema) ? schema.members : [schema]
  return [...new Set(members.flatMap((member) => (hasFields(member) ? Object.keys(member.fields) : [])))]
}

const hasMembers = (schema: unknown): schema is { readonly members: ReadonlyArray<unknown> } =>
  (typeof schema === "object" && schema !== null && "members" in schema) ||
  (typeof schema === "function" && "members" in schema)
const hasFields = (schema: unknown): schema is { readonly fields: Readonly<Record<string, unknown>> } =>
  (typeof schema === "object" || typeof schema === "function") && schema !== null && "fields" in schema

const moneyFields = new Set([
  "amount",
  "refundedAmount",
  "planCharge",
  "refundedToHolder",
  "foreignAmount",
  "fee",
  "balanceAfter"
])

const columnsOf = (stream: StreamName.StreamName): ReadonlyArray<string> => [
  ...fieldsOf(stream).flatMap((field) => (moneyFields.has(field) ? [field, `${field}Currency`] : [field])),
  ...provenance
]

const cells = (row: Mirror.MirrorRow): Record<string, string> => {
  const flat: Record<string, string> = {}
  for (const [field, value] of Object.entries(row.row)) {
    if (isMoney(value)) {
      flat[field] = Money.formatAmount(value)
      flat[`${field}Currency`] = value.currency
    } else flat[field] = guard(typeof value === "string" ? value : JSON.stringify(value))
  }
  for (const name of provenance) flat[name] = guard(String(row[name] ?? ""))
  return flat
}

const asCsv = (stream: StreamName.StreamName) =>
  all(stream).pipe(
    Stream.map(cells),
    Stream.pipeThroughChannel(Csv.encodeString({ columns: columnsOf(stream), headers: true }))
  )

const asJsonLines = (stream: StreamName.StreamName) =>
  Stream.map(all(stream), ({ place: _, ...row }) => `${JSON.stringify(row)}\n`)

export const exportCommand = Command.make(
  "export",
  {
    stream: Argument.Literals("stream", StreamName.streamNames).pipe(Argument.withDescription("Which stream")),
    format: Flag.Literals("format", ["jsonl", "csv"]).pipe(
      Flag.withDescription("JSON lines with provenance, or CSV for a spreadsheet"),
      Flag.withDefault("jsonl")
    ),
    out: Flag.File("out").pipe(Flag.withDescription("A file to write; otherwise standard output"), Flag.optional)
  },
  Effect.fn(function* ({ format, out, stream }) {
    yield* root
    const text = format === "csv" ? asCsv(stream) : asJsonLines(stream)
    yield* withMirror(
      Effect.gen(function* () {
        const there = (yield* Mirror.counts).filter((one) => one.stream === stream)
        yield* seen({
          command: `export ${stream}`,
          action: "export",
          streams: [stream],
          accountIds: there.map(({ accountId }) => accountId),
          count: there.reduce((sum, { rows }) => sum + rows, 0)
        })
        const bytes = Stream.encodeText(text)
        if (Option.isNone(out)) {
          const stdio = yield* Stdio.Stdio
          return yield* Stream.run(bytes, stdio.stdout())
        }
        const fs = yield* FileSystem.FileSystem
        const partial = `${out.value}.partial`
        yield* Stream.run(bytes, fs.sink(partial, { mode: 0o600 }))
        yield* fs.rename(partial, out.value)
      })
    )
  })
).pipe(
  Command.withDescription("Write a stream as JSON lines or CSV"),
  Command.withExamples([
    { command: "paymirror export purchases --format csv --out purchases.csv", description: "For a spreadsheet" },
    { command: "paymirror export plans | jq .row.schedule", description: "For a program" }
  ])
)
