/**
 * Files as the far side of the conformance suite: for each of three providers the same nine days of one person, as it
 * writes them, and the ways a download goes wrong. Everything in them is invented.
 */
import type { FarSide } from "@paymirror/connector-testing"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** A name that stands in a row nobody can read, and must stay there. */
export const secret = "Elspeth Quillfeather"

interface Layout {
  /** Cash App states no running balance, so its sums cannot be held against anything. */
  readonly atLeast: "silver" | "gold"
  readonly options: Readonly<Record<string, string>>
  readonly header: string
  /** The row of a day. `nth` tells apart what the provider itself tells apart. */
  readonly row: (day: number, nth: number) => string
  readonly bad: string
}

const two = (day: number): string => String(day).padStart(2, "0")

export const revolut: Layout = {
  atLeast: "gold",
  options: { market: "DE" },
  header: "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance",
  row: (day) => {
    const at = `2026-03-${two(day)} 10:00:00`
    return `CARD_PAYMENT,Current,${at},${at},Shop ${day},-10.00,0.00,EUR,COMPLETED,${500 - day * 10}.00`
  },
  bad: `CARD_PAYMENT,Current,2026-03-40 10:00:00,2026-03-40 10:00:00,${secret},-ten,0.00,EUR,COMPLETED,1.00`
}

export const cashApp: Layout = {
  atLeast: "silver",
  options: {},
  header:
    "Date,Transaction ID,Transaction Type,Currency,Amount,Fee,Net Amount,Asset Type,Asset Price,Asset Amount,Status," +
    "Notes,Name of sender/receiver,Account",
  row: (day, nth) => {
    const type =
      day % 2 === 0 ? "Cash Card Debit,USD,-$10,$0,-$10,,,,CARD CHARGED" : "Deposits,USD,$10,$0,$10,,,,COMPLETED"
    return `2026-03-${two(day)} 10:00:00 EST,id${day}x${nth},${type},Shop ${day},,Your Cash`
  },
  bad: `2026-03-40 10:00:00 EST,id99,Deposits,USD,$ten,$0,$ten,,,,COMPLETED,${secret},,Your Cash`
}

export const payPal: Layout = {
  atLeast: "gold",
  options: { market: "US", dateOrder: "mdy" },
  header:
    "Date,Time,TimeZone,Name,Type,Status,Currency,Amount,Fees,Total,Exchange Rate,Receipt ID,Balance,Transaction ID,Item Title",
  row: (day, nth) =>
    `03/${two(day)}/2026,10:00:00,PST,Shop ${day},General Payment,Completed,USD,-10.00,0.00,-10.00,,,${500 - day * 10}.00,ID${day}X${nth},`,
  bad: `03/40/2026,10:00:00,PST,${secret},General Payment,Completed,USD,-ten,0.00,-ten,,,1.00,ID99,`
}

export const far = ({ bad, header, options, row }: Layout): Effect.Effect<FarSide, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "paymirror-csv-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  ).pipe(
    Effect.map((folder) => {
      const file = (name: string, lines: ReadonlyArray<string>): string => {
        const path = join(folder, name)
        writeFileSync(path, lines.join("\n"))
        return path
      }
      const days = (from: number, to: number): ReadonlyArray<string> =>
        Array.from({ length: to - from + 1 }, (_, index) => row(from + index, 1))
      return {
        files: {
          options,
          good: file("march.csv", [header, ...days(1, 9)]),
          again: file("march (1).csv", [header, ...days(1, 9)]),
          overlapping: { path: file("later.csv", [header, ...days(6, 20)]), shared: 4 },
          badRows: { path: file("bad.csv", [header, row(1, 1), bad, row(2, 1)]), bad: 1 },
          twins: { path: file("twins.csv", [header, row(1, 1), row(1, 2), row(2, 1)]), rows: 3 },
          unknown: file("unknown.csv", ["Day;Weather", `monday;${secret}`]),
          truncated: file("half.csv", [header, ...days(1, 4), row(5, 1).slice(0, 40)])
        }
      }
    })
  )
