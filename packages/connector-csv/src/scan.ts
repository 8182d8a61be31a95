/**
 * Reads a file whole, once, before anything is kept of it: its encoding, its format, its soundness, and what its dates
 * and amounts prove. A file that fails here has changed nothing.
 */
import type { ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type * as Csv from "effect/encoding/Csv"
import type { Files } from "./Files.ts"
import * as Digest from "./Digest.ts"
import type { DateOrder, Decimal } from "./Format.ts"
import { header } from "./header.ts"
import * as Proof from "./Proof.ts"
import type { Candidates, Recognised } from "./recognise.ts"
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

export interface Options extends Candidates {
  /** What the person said of it. */
  readonly dateOrder: DateOrder | undefined
}

export const scan = Effect.fnUntraced(function* (
  files: Files,
  path: string,
  options: Options
): Effect.fn.Return<Scan, ConnectorError.ConnectorError> {
  const { piece, encodings } = yield* Source.head(files, path)
  for (const encoding of encodings) {
    if (encoding === "windows-1252" && (yield* Source.isDamagedUtf8(files, path))) break
    const found = yield* scanAs(files, path, piece, encoding, options).pipe(
      Effect.catchTag("CsvError", (error) => Effect.fail(broken(error))),
      Effect.catchTag("Undecodable", () => Effect.succeed(undefined))
    )
    if (found !== undefined) return found
  }
  return yield* refuse(
    `The file is ${encodings[0]} text and is damaged: some of its letters cannot be read.`,
    "Download it again, or save it as UTF-8."
  )
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
  files: Files,
  path: string,
  piece: Uint8Array,
  encoding: Records.Encoding,
  options: Options
) {
  const { delimiter, recognised } = yield* header(piece, encoding, options)
  const digest = Digest.make()
  const proof = Proof.make(recognised)
  let size = 0
  let last = 0
  const counted = Stream.map(Source.bytes(files, path, digest), (chunk) => {
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
  if (proof.rows > 0 && proof.currencies.size === 0) {
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
    dateOrder: yield* Effect.fromResult(Proof.dateOrder(proof.dates, options.dateOrder ?? format.dateOrder)),
    decimal: yield* Effect.fromResult(Proof.decimal(proof, format.decimal))
  }
})

const lineFeed = 10
const carriageReturn = 13
