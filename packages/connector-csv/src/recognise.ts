/**
 * Which format a header belongs to, by the names of its columns and never by their place. A header no format knows, or
 * that two know equally well, is refused with what was seen, the nearest format and what differs.
 */
import type { ConnectorError } from "@paymirror/core"
import * as Result from "effect/Result"
import type { Field, Format } from "./Format.ts"
import { fields, fold } from "./Format.ts"
import { list, refuse } from "./Refusal.ts"

/** What the connector can be asked to read. */
export interface Readable {
  readonly formats: ReadonlyArray<Format>
  /** Whether a mapping of the user's own is taken too. */
  readonly takesMappings: boolean
}

/** What a file may be. */
export interface Candidates extends Readable {
  /** Whether the person named the format. */
  readonly forced: boolean
}

/** Where each field of a format stands in this file. */
export interface Layout {
  readonly at: Readonly<Record<Field, number>>
  /** The columns of an id, where the format names them. */
  readonly ids: ReadonlyArray<number>
  readonly header: ReadonlyArray<string>
  /** Cells a row must have; header cells without a name at the end do not count. */
  readonly width: number
  /** Header cells the format does not know. */
  readonly unknown: ReadonlyArray<string>
}

export interface Recognised {
  readonly format: Format
  readonly layout: Layout
}

interface Match extends Recognised {
  readonly missing: ReadonlyArray<string>
  readonly known: number
}

const match = (format: Format, header: ReadonlyArray<string>): Match => {
  const names = header.map(fold)
  const at = Object.fromEntries(fields.map((field) => [field, -1])) as Record<Field, number>
  const missing: Array<string> = []
  for (const field of fields) {
    const wanted = format.columns[field]
    if (wanted === undefined) continue
    at[field] = names.findIndex((name) => wanted.some((spelling) => fold(spelling) === name))
    if (at[field] === -1 && !format.optional.includes(field)) missing.push(wanted[0] ?? field)
  }
  const ids = format.identity.by === "columns" ? format.identity.columns : []
  const idsAt = ids.map((name) => names.indexOf(fold(name)))
  missing.push(...ids.filter((_, index) => idsAt[index] === -1))
  const ignored = new Set(format.ignored.map(fold))
  const read = new Set([...Object.values(at), ...idsAt])
  const unknown = header.filter(
    (cell, index) => !read.has(index) && cell.trim() !== "" && !ignored.has(names[index] ?? "")
  )
  let width = header.length
  while (width > 0 && names[width - 1] === "") width -= 1
  return { format, layout: { at, ids: idsAt, header, width, unknown }, missing, known: width - unknown.length }
}

const leads = ({ format, layout }: Match): boolean => format.first === undefined || layout.at[format.first] === 0

/** How alike a header and a format are: columns in common of all the columns of either. */
const likeness = ({ format, layout, known, missing }: Match): number =>
  known / (Object.keys(format.columns).length + format.ignored.length + layout.unknown.length + missing.length * 0.01)

const repeated = (header: ReadonlyArray<string>): string | undefined => {
  const names = header.map(fold).filter((name) => name !== "")
  return names.find((name, index) => names.indexOf(name) !== index)
}

export const recognise = (
  { forced, formats, takesMappings }: Candidates,
  header: ReadonlyArray<string>
): Result.Result<Recognised, ConnectorError.ConnectorError> => {
  const twice = repeated(header)
  if (twice !== undefined) {
    return Result.fail(
      refuse(`The header names the column ${list([twice])} twice.`, "Keep one of them and try again.", 1)
    )
  }
  const matches = formats.map((format) => match(format, header))
  const complete = matches.filter(({ missing }) => missing.length === 0)
  const inOrder = complete.filter(leads)
  const likely = inOrder.length > 0 && !forced ? inOrder : complete
  const best = Math.max(...likely.map(({ known }) => known))
  const [first, ...others] = likely.filter(({ known }) => known === best)
  if (first !== undefined && others.length === 0) return Result.succeed(first)
  if (first !== undefined) {
    return Result.fail(
      refuse(
        `The header fits ${[first, ...others].map(({ format }) => format.id).join(" and ")} equally well.`,
        "Say which one it is with the option format.",
        1
      )
    )
  }
  return Result.fail(unknown(matches, header, takesMappings))
}

/** Whether a first line holds values: then it names nobody's columns, and may name somebody. */
const isData = (header: ReadonlyArray<string>): boolean =>
  header.some((cell) => /@|^[-+($]*\d[\d.,:/\s-]*[)\p{Sc}A-Z]*$/u.test(cell.trim()))

const unknown = (
  matches: ReadonlyArray<Match>,
  header: ReadonlyArray<string>,
  takesMappings: boolean
): ConnectorError.ConnectorError => {
  const describe = takesMappings ? ", or describe it in a mapping file and pass it with the option map" : ""
  const nearest = matches.toSorted((a, b) => likeness(b) - likeness(a))[0]
  if (isData(header)) {
    return refuse(
      `The first line holds values, not the names of ${header.length} columns.`,
      "Choose the file as the provider exported it, with its header.",
      1
    )
  }
  const seen = `The header reads ${list(header)}.`
  if (nearest === undefined || nearest.known === 0) {
    return refuse(
      `${seen} No known format shares a column with it.`,
      `Choose the file as the provider exported it${describe}.`,
      1
    )
  }
  const { format, missing, layout } = nearest
  const differences = [
    ...(missing.length > 0 ? [`without ${list(missing)}`] : []),
    ...(layout.unknown.length > 0 ? [`with ${list(layout.unknown)} besides`] : [])
  ]
  return refuse(
    `${seen} The nearest known format is ${format.id} (${format.name}), but this file is ${differences.join(" and ")}.`,
    `Export it again with those columns${describe}.`,
    1
  )
}
