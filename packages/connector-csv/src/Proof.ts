/**
 * What the rows of a file prove between them: its currencies, the order of its dates, its decimal sign, and whether it
 * ends where a row ends. Nothing is decided from a single row, and nothing is decided that the rows leave open.
 */
import { type ConnectorError, Money } from "@paymirror/core"
import * as Result from "effect/Result"
import { evidence as decimalEvidence } from "./amount.ts"
import { observe, type OrderEvidence, type Seen, split } from "./date.ts"
import type { DateOrder, Decimal, Field } from "./Format.ts"
import type { Recognised } from "./recognise.ts"
import * as Records from "./Records.ts"
import { refuse } from "./Refusal.ts"

export interface Proof {
  readonly add: (row: Records.Row) => void
  readonly dates: OrderEvidence
  readonly currencies: Set<string>
  rows: number
  /** The line of the last row, where that is too short. */
  cut: number | undefined
  point?: Seen
  comma?: Seen
}

const amounts: ReadonlyArray<Field> = ["gross", "fee", "net", "balance", "foreignAmount"]

export const make = ({ format, layout }: Recognised): Proof => {
  const dateCells = [layout.at.date, layout.at.completed].filter((at) => at >= 0)
  const amountCells =
    format.decimal === undefined ? amounts.map((field) => layout.at[field]).filter((at) => at >= 0) : []
  let last = ""
  let seenHeader = false
  const proof: Proof = {
    dates: {},
    currencies: new Set(),
    rows: 0,
    cut: undefined,
    add: ({ cells: row, line }) => {
      if (Records.isBlank(row)) return
      if (!seenHeader) {
        seenHeader = true
        return
      }
      proof.rows += 1
      proof.cut = row.length < layout.width ? line : undefined
      if (proof.cut !== undefined) return
      const currency = format.currency ?? row[layout.at.currency] ?? ""
      if (currency !== last) {
        last = currency
        const code = currency.trim().toUpperCase()
        if (Money.currencies.has(code)) proof.currencies.add(code)
      }
      for (const at of dateCells) {
        const cell = row[at] ?? ""
        if (cell.charCodeAt(4) !== 45) observe(proof.dates, split(cell)[0], line)
      }
      for (const at of amountCells) {
        const text = row[at] ?? ""
        if (text === "") continue
        const found = decimalEvidence(text)
        if (found === "point" || found === "comma") proof[found] ??= { line, text: layout.header[at]?.trim() ?? "" }
      }
    }
  }
  return proof
}

const names: Readonly<Record<DateOrder, string>> = { dmy: "day first", mdy: "month first", ymd: "year first" }

export const dateOrder = (
  { dmy, mdy, ambiguous }: OrderEvidence,
  stated: DateOrder | undefined
): Result.Result<DateOrder | undefined, ConnectorError.ConnectorError> => {
  if (stated !== undefined) {
    const against = stated === "dmy" ? mdy : stated === "mdy" ? dmy : undefined
    const proves = stated === "dmy" ? dmy : mdy
    return against === undefined || proves !== undefined
      ? Result.succeed(stated)
      : Result.fail(
          refuse(
            `The dates are said to be written ${names[stated]}, but line ${against.line} reads ${against.text}.`,
            `Try the option dateOrder with ${stated === "dmy" ? "mdy" : "dmy"}.`,
            against.line
          )
        )
  }
  if (dmy !== undefined && mdy !== undefined) {
    const [first, second] = dmy.line < mdy.line ? [dmy, mdy] : [mdy, dmy]
    return Result.fail(
      refuse(
        `The dates contradict each other: line ${first.line} reads ${first.text} and line ${second.line} reads ${second.text}.`,
        "Export the file again; if you are sure of the order, pass it with the option dateOrder (mdy or dmy).",
        second.line
      )
    )
  }
  if (dmy !== undefined || mdy !== undefined) return Result.succeed(dmy === undefined ? "mdy" : "dmy")
  if (ambiguous === undefined) return Result.succeed(undefined)
  return Result.fail(
    refuse(
      `No date of the file has a day above 12, so ${ambiguous.text} on line ${ambiguous.line} may be either of two days.`,
      "Say how the dates are written with the option dateOrder: mdy (month first) or dmy (day first).",
      ambiguous.line
    )
  )
}

export const decimal = (
  { point, comma }: Proof,
  stated: Decimal | undefined
): Result.Result<Decimal | undefined, ConnectorError.ConnectorError> => {
  if (stated !== undefined) return Result.succeed(stated)
  if (point === undefined || comma === undefined) {
    return Result.succeed(point === undefined ? (comma === undefined ? undefined : "comma") : "point")
  }
  return Result.fail(
    refuse(
      `The amounts contradict each other: "${point.text}" on line ${point.line} writes decimals with a point and "${comma.text}" on line ${comma.line} with a comma.`,
      "Export the file again; a file whose columns differ needs a mapping file that states decimal.",
      Math.max(point.line, comma.line)
    )
  )
}
