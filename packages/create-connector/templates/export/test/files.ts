/** Nine days of one person as Acme writes them, and the ways a download goes wrong. Everything in it is invented. */
import type { FarSide } from "@paymirror/connector-testing"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** A name that stands in a row nobody can read, and must stay there. */
export const secret = "Elspeth Quillfeather"

const currency = "USD"
const header = "Date,Reference,Type,Shop,Amount,Balance,Currency"

/** Every third day something is put in, on the others something is bought. `nth` tells apart what Acme itself tells apart. */
const row = (day: number, nth = 1): string => {
  const days = Array.from({ length: day }, (_, index) => index + 1)
  const balance = days.reduce((sum, each) => sum + (each % 3 === 0 ? 20 : -5), 100)
  const [type, amount] = day % 3 === 0 ? ["Top-up", "20.00"] : ["Payment", "5.00"]
  return `2026-03-${String(day).padStart(2, "0")},r${day}-${nth},${type},Alder & Ash,${amount},${balance}.00,${currency}`
}

const rows = (from: number, to: number): ReadonlyArray<string> =>
  Array.from({ length: to - from + 1 }, (_, index) => row(from + index))

export const files: Effect.Effect<FarSide, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "acme-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
).pipe(
  Effect.map((folder) => {
    const file = (name: string, lines: ReadonlyArray<string>): string => {
      const path = join(folder, name)
      writeFileSync(path, lines.join("\n"))
      return path
    }
    return {
      files: {
        good: file("march.csv", [header, ...rows(1, 9)]),
        again: file("march (1).csv", [header, ...rows(1, 9)]),
        overlapping: { path: file("later.csv", [header, ...rows(6, 20)]), shared: 4 },
        badRows: { path: file("bad.csv", [header, row(1), `2026-03-40,r0,Payment,${secret},5,5,${currency}`]), bad: 1 },
        twins: { path: file("twins.csv", [header, row(1, 1), row(1, 2), row(2)]), rows: 3 },
        unknown: file("unknown.csv", ["Day;Weather", `monday;${secret}`]),
        truncated: file("half.csv", [header, ...rows(1, 4), row(5).slice(0, 30)])
      }
    }
  })
)
