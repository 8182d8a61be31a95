/**
 * The table of a statement, taken out of the PDF: its lines as they are printed, and of these the rows under the captions. A
 * line that begins with a day is a row, whole or not, so that none is passed over in silence; other lines are headings and
 * feet of pages. It decides nothing about what a row means.
 */
import type { Unpack } from "@paymirror/connector-csv/format"

/** A piece of text and where it stands: `transform` ends in x and y. */
interface Piece {
  readonly str: string
  readonly transform: ReadonlyArray<number>
}

const checking = ["TRANSACTION DATE", "DESCRIPTION", "TYPE", "AMOUNT", "NET AMOUNT", "SETTLEMENT DATE"]
const creditBuilder = checking.filter((caption) => caption !== "NET AMOUNT")

const types = "Transfer|Purchase|Direct Debit|ATM Withdrawal|Fee|Deposit|Round Up"
const day = String.raw`\d{1,2}/\d{1,2}/\d{4}`
const amount = String.raw`[-\u2212]?\$[\d,]+\.\d{2}`
const rowOf = (amounts: number): RegExp =>
  new RegExp(`^(${day}) (.+) (${types})${` (${amount})`.repeat(amounts)} (${day})$`)

const shapes = [
  { captions: checking, row: rowOf(2) },
  { captions: creditBuilder, row: rowOf(1) }
]

/** Pieces of one line stand at one height, give or take a rounding; a page is read from its top. */
const linesOf = (pieces: ReadonlyArray<Piece>): ReadonlyArray<string> => {
  const lines = Map.groupBy(
    pieces.filter(({ str }) => str.trim() !== ""),
    ({ transform }) => Math.round((transform[5] ?? 0) / 2)
  )
  return [...lines]
    .toSorted(([one], [two]) => two - one)
    .map(([, line]) =>
      line
        .toSorted((one, two) => (one.transform[4] ?? 0) - (two.transform[4] ?? 0))
        .map(({ str }) => str.trim())
        .join(" ")
        .replace(/\s+/g, " ")
    )
}

const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** Lines of text as CSV; nothing where no line has the captions. */
export const tableOf = (lines: ReadonlyArray<string>): string | undefined => {
  const shape = shapes.find(({ captions }) => lines.includes(captions.join(" ")))
  if (shape === undefined) return undefined
  const rows = lines.filter((line) => new RegExp(`^${day} `).test(line))
  const cells = rows.map((line) => shape.row.exec(line)?.slice(1) ?? [line])
  return [shape.captions, ...cells].map((row) => row.map(cell).join(",")).join("\n")
}

const table = async (bytes: Uint8Array): Promise<string | undefined> => {
  const { getDocumentProxy } = await import("unpdf")
  const pdf = await getDocumentProxy(Uint8Array.from(bytes))
  const lines: Array<string> = []
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const { items } = await (await pdf.getPage(number)).getTextContent()
    lines.push(...linesOf(items.filter((item) => "str" in item)))
  }
  await pdf.destroy()
  return tableOf(lines)
}

export const unpack: Unpack = { begins: "%PDF", table }
