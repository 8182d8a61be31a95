/**
 * A downloaded file as its rows, each with the line it starts on. It is read whole, before anything is kept of it: a file
 * that is another, or that was cut off, is refused with what to do. It knows the columns and not what they mean.
 */
import { ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import * as Csv from "effect/encoding/Csv"
import * as Hex from "effect/encoding/Hex"
import * as Api from "./Api.ts"
import { manifest } from "./Manifest.ts"

export interface Record {
  readonly line: number
  readonly cells: Readonly<globalThis.Record<string, string>>
  /** As it stood in the file, but for quotes. */
  readonly raw: string
}

export interface Statement {
  /** What tells one content from another. */
  readonly digest: string
  readonly records: ReadonlyArray<Record>
  /** Columns nobody has documented. */
  readonly unknown: ReadonlyArray<string>
}

/** Larger than any statement of a person; the whole of it is held in memory. */
const largest = 32 * 1024 * 1024

export const refuse = (detail: string, hint: string): ConnectorError.ConnectorError =>
  new ConnectorError.ConnectorError({
    connector: manifest.id,
    reason: new ConnectorError.UnsupportedFile({ detail, hint })
  })

const again = "Download it again; a file that was cut off or edited is not imported in part."

export const open = Effect.fnUntraced(function* (
  fs: FileSystem.FileSystem,
  path: string
): Effect.fn.Return<Statement, ConnectorError.ConnectorError> {
  const bytes = yield* fs
    .readFile(path)
    .pipe(Effect.mapError(() => refuse("The file cannot be read.", "Check that it is there and that you may open it.")))
  if (bytes.length > largest) return yield* refuse("The file is larger than 32 MiB.", "Download a shorter period.")
  const text = yield* Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => refuse("The file is not UTF-8 text.", "Choose CSV where Acme offers the download.")
  })
  const rows = yield* Stream.make(text).pipe(
    Stream.pipeThroughChannel(Csv.decodeString()),
    Stream.runCollect,
    Effect.mapError(({ line }) => refuse(`The row that starts on line ${line} is broken.`, again))
  )
  const [header = [], ...body] = rows
  const missing = Api.columns.filter((column) => !header.includes(column))
  if (missing.length > 0) {
    return yield* refuse(`The file has no column ${missing.join(", ")}.`, "Choose the file Acme calls a statement.")
  }
  const last = body.at(-1) ?? header
  if (last.length < header.length && last.join("") !== "" && !/[\r\n]$/.test(text)) {
    return yield* refuse("The file breaks off before the end of its last row.", again)
  }
  const records: Array<Record> = []
  let line = 1 + breaks(header)
  for (const cells of body) {
    line += 1
    const named = Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ""]))
    if (cells.join("").trim() !== "") records.push({ line, cells: named, raw: cells.join(",") })
    line += breaks(cells)
  }
  const hash = yield* Effect.promise(() => crypto.subtle.digest("SHA-256", Uint8Array.from(bytes)))
  return {
    digest: Hex.encode(new Uint8Array(hash)),
    records,
    unknown: header.filter((name) => !Api.columns.includes(name))
  }
})

const breaks = (cells: ReadonlyArray<string>): number => cells.join("").split(/\r\n|\r|\n/).length - 1
