/**
 * Reads a file whole, once, before anything is kept of it: its encoding, its format, its soundness, and what its dates
 * and amounts prove. A file that fails here has changed nothing.
 */
import { type ConnectorError, Money } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type * as Csv from "effect/encoding/Csv"
import { evidence as decimalEvidence } from "./amount.ts"
import { observe, type OrderEvidence, type Seen, split } from "./date.ts"
import * as Fingerprint from "./Fingerprint.ts"
import type { DateOrder, Decimal, Field, Format } from "./Format.ts"
import { type Recognised, recognise } from "./recognise.ts"
import * as Records from "./Records.ts"
import { refuse } from "./Refusal.ts"
import * as Source from "./Source.ts"

export interface Scan extends Recognised {
  readonly encoding: Records.Encoding
  readonly delimiter: string
  readonly fingerprint: string
  readonly size: number
  readonly rows: number
  readonly currencies: ReadonlyArray<string>
  readonly dateOrder: DateOrder | undefined
  readonly decimal: Decimal | undefined
}

export interface Options {
  /** The formats it may be. */
  readonly formats: ReadonlyArray<Format>
  /** Whether the person named the format. */
  readonly forced: boolean
  readonly dateOrder: DateOrder | undefined
}

export const scan = Effect.fnUntraced(function* (
  fs: FileSystem.FileSystem,
  path: string,
  options: Options
): Effect.fn.Return<Scan, ConnectorError.ConnectorError> {
  const { piece, encodings } = yield* Source.head(fs, path)
  for (const encoding of encodings) {
    const found = yield* scanAs(fs, path, piece, encoding, options).pipe(
      Effect.catchTag("CsvError", (error) => Effect.fail(broken(error))),
      Effect.catchTag("Undecodable", () => Effect.succeed(undefined))
    )
    if (found !== undefined) return found
  }
  return yield* refuse(`The file begins as ${encodings[0]} text and is not.`, "Export it again, or save it as UTF-8.")
})

const broken = (error: Csv.CsvError): ConnectorError.ConnectorError =>
  refuse(
    `The record that starts on line ${error.line} is broken: ${error.message.toLowerCase()}${
      error.column === undefined ? "" : ` (cell ${error.column})`
    }.`,
    "Export the file again; a file that was cut off or edited by hand is not imported in part.",
    error.line
  )

const scanAs = Effect.fnUntraced(function* (
  fs: FileSystem.FileSystem,
  path: string,
  piece: Uint8Array,
  encoding: Records.Encoding,
  options: Options
) {
  const { delimiter, recognised } = yield* header(piece, encoding, options)
  const digest = Fingerprint.digest()
  const proof = makeProof(recognised)
  let size = 0
  let last = 0
  const counted = Stream.map(Source.bytes(fs, path, digest), (chunk) => {
    size += chunk.length
    last = chunk[chunk.length - (encoding === "utf-16le" ? 2 : 1)] ?? 0
    return chunk
  })
  yield* Stream.runForEachArray(Records.stream(counted, encoding, delimiter), (rows) =>
    Effect.sync(() => {
      for (const row of rows) proof.add(row)
    })
  )
  const { format } = recognised
  if (proof.cut !== undefined && last !== lineFeed && last !== carriageReturn) {
    return yield* refuse(
      `The file breaks off in line ${proof.cut}, before the end of its row.`,
      "Download it again; a file that was cut off is not imported in part.",
      proof.cut
    )
  }
  if (proof.rows === 0) {
    return yield* refuse(`The file holds the header of ${format.id} (${format.name}) and no rows.`, "Export a longer period.")
  }
  if (proof.currencies.size === 0) {
    return yield* refuse(
      `No row of the file names a currency this connector knows, under the column "${
        recognised.layout.header[recognised.layout.at.currency]?.trim() ?? "currency"
      }".`,
      "Check that the file is the one the provider exported."
    )
  }
  return {
    ...recognised,
    encoding,
    delimiter,
    fingerprint: digest.text(),
    size,
    rows: proof.rows,
    currencies: [...proof.currencies].toSorted(),
    dateOrder: yield* Effect.fromResult(dateOrder(proof.dates, options.dateOrder ?? format.dateOrder)),
    decimal: yield* Effect.fromResult(decimal(proof, format.decimal))
  }
})

const lineFeed = 10
const carriageReturn = 13

const firstRecord = (text: string): string => {
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i)
    if (letter === '"') quoted = !quoted
    else if (!quoted && (letter === "\n" || letter === "\r")) return text.slice(0, i)
  }
  return text
}

const cells = (record: string, delimiter: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  let cell = ""
  let quoted = false
  for (const letter of record) {
    if (letter === '"') quoted = !quoted
    else if (!quoted && letter === delimiter) {
      found.push(cell)
      cell = ""
    } else cell += letter
  }
  return [...found, cell]
}

/** The header decides the delimiter: the one under which a format recognises it. */
const header = (
  piece: Uint8Array,
  encoding: Records.Encoding,
  options: Options
): Effect.Effect<{ readonly delimiter: string; readonly recognised: Recognised }, ConnectorError.ConnectorError | Records.Undecodable> =>
  Effect.gen(function* () {
    const text = yield* Effect.try({
      try: () => new TextDecoder(encoding, { fatal: true }).decode(piece, { stream: true }),
      catch: () => new Records.Undecodable({ encoding })
    })
    const record = firstRecord(text.replace(/^[\r\n]+/, ""))
    const fixed = options.formats.length === 1 ? options.formats[0]?.delimiter : undefined
    const tried = (fixed === undefined ? [",", ";", "\t"] : [fixed]).map((delimiter) => {
      const names = cells(record, delimiter)
      return { delimiter, width: names.length, result: recognise(options.formats, names, options.forced) }
    })
    const [widest] = tried.toSorted((a, b) => b.width - a.width)
    const fit = tried.find(({ result }) => Result.isSuccess(result)) ?? widest
    if (fit === undefined) return yield* refuse("The file has no header.", "Export it again.", 1)
    return { delimiter: fit.delimiter, recognised: yield* Effect.fromResult(fit.result) }
  })

interface Proof {
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

const makeProof = ({ format, layout }: Recognised): Proof => {
  const dateCells = [layout.at.date, layout.at.completed].filter((at) => at >= 0)
  const amountCells = format.decimal === undefined ? amounts.map((field) => layout.at[field]).filter((at) => at >= 0) : []
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

const dateOrder = (
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

const decimal = (
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
