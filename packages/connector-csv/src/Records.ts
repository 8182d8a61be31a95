/**
 * A file as records with the line each one starts on, in constant memory. The bytes are decoded strictly: what is not
 * valid in the encoding fails here, so that the caller can try another from the start and no letter is ever replaced.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Csv from "effect/encoding/Csv"
import * as Schema from "effect/Schema"

export const Encoding = Schema.Literals(["utf-8", "utf-16le", "utf-16be", "windows-1252"])
export type Encoding = typeof Encoding.Type

/** The bytes are not text in the encoding that was tried. */
export class Undecodable extends Data.TaggedError("Undecodable")<{ readonly encoding: Encoding }> {}

export interface Row {
  readonly cells: ReadonlyArray<string>
  readonly line: number
}

const breaks = (cells: ReadonlyArray<string>): number => {
  let count = 0
  for (const cell of cells) {
    if (cell.includes("\n") || cell.includes("\r")) count += cell.split(/\r\n|\r|\n/).length - 1
  }
  return count
}

/** Every record of the file, the header first and empty lines included. */
export const stream = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  encoding: Encoding,
  delimiter: string
): Stream.Stream<Row, E | Undecodable | Csv.CsvError, R> =>
  Stream.suspend(() => {
    const decoder = new TextDecoder(encoding, { fatal: true })
    let quoted = false
    let line = 1
    const decode = (chunk?: Uint8Array): Effect.Effect<string, Undecodable> =>
      Effect.try({
        try: () => {
          const text = chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
          quoted = quoted || text.includes('"')
          return text
        },
        catch: () => new Undecodable({ encoding })
      })
    const text = Stream.concat(
      Stream.mapEffect(bytes, decode),
      Stream.suspend(() => Stream.fromEffect(decode()))
    )
    return text.pipe(
      Stream.pipeThroughChannel(Csv.decodeString<E | Undecodable>({ delimiter })),
      Stream.mapArray((records) => {
        const rows: [Row, ...Array<Row>] = [{ cells: records[0], line }]
        line += quoted ? 1 + breaks(records[0]) : 1
        for (let i = 1; i < records.length; i++) {
          const cells = records[i] ?? []
          rows.push({ cells, line })
          line += quoted ? 1 + breaks(cells) : 1
        }
        return rows
      })
    )
  })

/** Whether a record says nothing: an empty line, or the empty rows a spreadsheet leaves behind. */
export const isBlank = (row: ReadonlyArray<string>): boolean => {
  for (const cell of row) if (cell.trim() !== "") return false
  return true
}

/** Why the cells of a record do not line up with the header, where they do not. */
export const misshapen = (cells: ReadonlyArray<string>, width: number): string | undefined => {
  if (cells.length < width) return `${cells.length} cells under a header of ${width}`
  for (let i = width; i < cells.length; i++) {
    if ((cells[i] ?? "").trim() !== "") return `a value in cell ${i + 1}, beyond the header of ${width}`
  }
  return undefined
}

/** A record as it stood in the file, for the evidence beside a refused row. */
export const raw = (cells: ReadonlyArray<string>, delimiter: string): string =>
  cells
    .map((cell) => (cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(delimiter)
