/** A complete connector for a file of lines `date;amount;text;balance`, and the bugs people write into importers. */
import { Connector, ConnectorError } from "@paymirror/core"
import type { Manifest, ReadEvent } from "@paymirror/core"
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { FarSide, Files, Subject } from "../src/index.ts"
import { account } from "./Acme.ts"

export type Bug =
  | "a bad line dropped"
  | "a bad line refuses the file"
  | "a row in a reason"
  | "an unknown file as an empty one"
  | "ids by line"
  | "ids by path"
  | "merged twins"
  | "rows pending until named again"
  | "the sign lost"

const manifest: Manifest.Manifest = {
  spec: "1",
  id: "statement",
  name: "A statement",
  provider: "",
  markets: ["US"],
  route: "export",
  link: "upload",
  maturity: "illustrative",
  hosts: [],
  streams: { balance: { backfill: true } }
}

const Grant = Schema.Struct({ path: Schema.String })
const Checkpoint = Schema.Struct({ line: Schema.Int })
type Events = ReadonlyArray<ReadEvent.ReadEvent<typeof Checkpoint.Type>>

const failed = (reason: ConnectorError.Reason) => new ConnectorError.ConnectorError({ connector: manifest.id, reason })

const parse = (path: string, bug: Bug | undefined): Events => {
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .slice(1)
    .filter((line) => line !== "")
  const times = new Map<string, number>()
  const rows = lines.map((line, index): Events[number] => {
    const [day = "", amount = "", text = "", balance = ""] = line.split(";")
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || !/^-?\d+$/.test(amount)) {
      const reason = bug === "a row in a reason" ? `cannot read ${line}` : "not a date and an amount"
      return { _tag: "Quarantined", stream: "balance", reason, locator: { line: index + 2 }, raw: line }
    }
    times.set(line, (times.get(line) ?? 0) + 1)
    const twin = bug === "merged twins" ? 1 : times.get(line)
    const seed =
      bug === "ids by line" ? `${index}` : bug === "ids by path" ? `${path} ${line} ${twin}` : `${line} ${twin}`
    const id = createHash("sha256").update(seed).digest("hex").slice(0, 16)
    const row = {
      rowType: "entry" as const,
      entryId: id,
      entryType: "other" as const,
      status: "BOOKED" as const,
      amount: { amount: bug === "the sign lost" ? Math.abs(Number(amount)) : Number(amount), currency: "USD" },
      balanceAfter: { amount: Number(balance), currency: "USD" },
      entryDate: day,
      description: text
    }
    return { _tag: "Upsert", stream: "balance", id, row, pending: bug === "rows pending until named again" }
  })
  const kept = bug === "a bad line dropped" ? rows.filter((event) => event._tag !== "Quarantined") : rows
  const ids = kept.flatMap((event) => (event._tag === "Upsert" ? [event.id] : []))
  return [
    ...kept,
    ...(bug === "rows pending until named again"
      ? [{ _tag: "PendingSnapshot" as const, stream: "balance" as const, ids }]
      : []),
    { _tag: "Checkpoint", checkpoint: { line: lines.length } }
  ]
}

const statement = (bug?: Bug) =>
  Connector.layer({
    manifest,
    grant: Grant,
    checkpoint: Checkpoint,
    make: Effect.sync((): Connector.Definition<typeof Grant.Type, typeof Checkpoint.Type> => ({
      link: ({ answer }) => {
        if (answer._tag !== "Uploaded")
          return Effect.succeed({ _tag: "Upload", message: "Choose the file.", state: "" })
        if (
          !readFileSync(answer.path, "utf8").startsWith("date;amount;text;balance\n") &&
          bug !== "an unknown file as an empty one"
        ) {
          const hint = "Download it again as CSV."
          return Effect.fail(
            failed(new ConnectorError.UnsupportedFile({ detail: "The first line is not known.", hint, line: 1 }))
          )
        }
        return Effect.succeed({ _tag: "Linked", grant: { path: answer.path }, accounts: [account] })
      },
      read: (stream, { session }) =>
        stream !== "balance"
          ? Stream.empty
          : Stream.fromIterableEffect(
              Effect.flatMap(session.current, ({ grant }) => {
                const events = parse(grant.path, bug)
                const bad = events.some((event) => event._tag === "Quarantined")
                return bug === "a bad line refuses the file" && bad
                  ? Effect.fail(
                      failed(new ConnectorError.UnsupportedFile({ detail: "A line is odd.", hint: "Mend it." }))
                    )
                  : Effect.succeed(events)
              })
            ),
      revoke: () => Effect.void
    }))
  })

const head = "date;amount;text;balance"
const row = (day: number): string =>
  `2026-03-${String(day).padStart(2, "0")};-${day * 10};shop ${day};${1000 - 5 * day * (day + 1)}`
const days = (from: number, to: number): ReadonlyArray<string> =>
  Array.from({ length: to - from + 1 }, (_, index) => row(from + index))
const secret = "Elspeth Quillfeather"

const far: Effect.Effect<FarSide, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "statement-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
).pipe(
  Effect.map((folder) => {
    const file = (name: string, lines: ReadonlyArray<string>): string => {
      const path = join(folder, name)
      writeFileSync(path, lines.join("\n"))
      return path
    }
    const files: Files = {
      good: file("march.csv", [head, ...days(1, 9)]),
      again: file("march (1).csv", [head, ...days(1, 9)]),
      overlapping: { path: file("later.csv", [head, ...days(6, 14)]), shared: 4 },
      badRows: { path: file("bad.csv", [head, row(1), `2026-03-40;x;${secret}`, row(2)]), bad: 1 },
      twins: { path: file("twins.csv", [head, row(1), row(1), row(2)]), rows: 3 },
      unknown: file("unknown.csv", ["hello", "world"]),
      truncated: file("half.csv", [head, ...days(1, 4), "2026-03-0"])
    }
    return { files }
  })
)

export const subject = (bug?: Bug): Subject => ({
  manifest,
  layer: statement(bug),
  far,
  secrets: [secret],
  patience: 1500
})
