/** Nine days of somebody who does not exist, as Chime prints them. A statement states no running balance for a row. */
import { NodeFileSystem } from "@effect/platform-node"
import type { FarSide, Subject } from "@paymirror/connector-testing"
import { dayOf, folder, secret } from "@paymirror/connector-testing/files"
import { chimeStatement, type StatementRow } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer, manifest } from "../src/file.ts"

const row = (day: number, parts: Partial<StatementRow> = {}): StatementRow => ({
  date: dayOf(day),
  settled: dayOf(day + 1),
  description: `Shop ${day}`,
  type: day % 3 === 0 ? "Deposit" : "Purchase",
  amount: day % 3 === 0 ? 2_000 : -500,
  ...parts
})

const days = (from: number, to: number): ReadonlyArray<StatementRow> =>
  Array.from({ length: to - from + 1 }, (_, index) => row(from + index))

const far = Effect.map(
  Effect.acquireRelease(Effect.sync(folder), ({ remove }) => Effect.sync(remove)),
  ({ write }): FarSide => {
    const file = (name: string, rows: ReadonlyArray<StatementRow>): string => write(chimeStatement(rows), name)
    return {
      files: {
        good: file("march.pdf", days(1, 9)),
        again: file("march (1).pdf", days(1, 9)),
        overlapping: { path: file("later.pdf", days(6, 20)), shared: 4 },
        badRows: { path: file("bad.pdf", [row(1), row(2, { description: secret, type: "Boost" }), row(3)]), bad: 1 },
        twins: { path: file("twins.pdf", [row(1), row(1), row(2)]), rows: 3 },
        unknown: write(`Day;Weather\nmonday;${secret}`, "unknown.csv"),
        truncated: write(chimeStatement(days(1, 9)).subarray(0, 900), "half.pdf")
      }
    }
  }
)

export const subject: Subject<FarSide> = {
  manifest,
  layer: Layer.provide(layer(), NodeFileSystem.layer),
  secrets: [secret],
  far
}
