/**
 * A monthly statement of the simulated Chime, as a PDF (1.4, one font, text and nothing else). The captions, the types and the
 * shape of a row are those a public reader of real ones names; where they stand on the page is this sandbox's choice.
 */

export interface StatementRow {
  /** `YYYY-MM-DD`. */
  readonly date: string
  readonly settled: string
  readonly description: string
  readonly type: string
  /** Cents, negative where money leaves. */
  readonly amount: number
  readonly net?: number
}

const americanDay = (day: string): string => {
  const [year = "", month = "", date = ""] = day.split("-")
  return `${Number(month)}/${Number(date)}/${year}`
}

const dollars = (cents: number): string => {
  const [whole = "", fraction = ""] = (Math.abs(cents) / 100).toFixed(2).split(".")
  return `${cents < 0 ? "-" : ""}$${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction}`
}

const captions = ["TRANSACTION DATE", "DESCRIPTION", "TYPE", "AMOUNT", "NET AMOUNT", "SETTLEMENT DATE"]
/** Where each column begins, in points. */
const places = [40, 130, 300, 380, 440, 510]
const rowsOnAPage = 40

const escaped = (text: string): string => text.replaceAll(/[\\()]/g, String.raw`\$&`)

/** Text at a place: `Tm` sets the line's matrix, which is how most producers write a table. */
const drawn = (text: string, x: number, y: number): string => `1 0 0 1 ${x} ${y} Tm (${escaped(text)}) Tj`

const pageOf = (heading: string, lines: ReadonlyArray<ReadonlyArray<string>>, number: number): string => {
  const cells = lines.flatMap((line, index) =>
    line.map((text, column) => drawn(text, places[column] ?? 0, 690 - index * 15))
  )
  return ["BT /F 8 Tf", drawn(heading, 40, 740), ...cells, drawn(`Page ${number}`, 40, 30), "ET"].join("\n")
}

/** Objects, their offsets and the trailer: what makes pieces of text a file. */
const fileOf = (pages: ReadonlyArray<string>): Uint8Array => {
  const kids = pages.map((_, index) => `${4 + index * 2} 0 R`).join(" ")
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ...pages.flatMap((page, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`,
      `<< /Length ${page.length} >>\nstream\n${page}\nendstream`
    ])
  ]
  let text = "%PDF-1.4\n"
  const offsets = objects.map((object, index) => {
    const at = text.length
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return `${String(at).padStart(10, "0")} 00000 n \n`
  })
  const start = text.length
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join("")}`
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0xff)
}

/** `credit-builder`: without the column of net amounts. */
export const chimeStatement = (
  rows: ReadonlyArray<StatementRow>,
  account: "checking" | "credit-builder" = "checking"
): Uint8Array => {
  const isChecking = account === "checking"
  const shown = (cells: ReadonlyArray<string>): ReadonlyArray<string> =>
    cells.filter((_, index) => isChecking || index !== 4)
  const lines = rows.map(({ amount, date, description, net = amount, settled, type }) =>
    shown([americanDay(date), description, type, dollars(amount), dollars(net), americanDay(settled)])
  )
  const pages = Array.from({ length: Math.max(1, Math.ceil(lines.length / rowsOnAPage)) }, (_, index) =>
    pageOf(
      `Monthly statement, ${isChecking ? "Checking Account" : "Credit Builder"}`,
      [shown(captions), ...lines.slice(index * rowsOnAPage, (index + 1) * rowsOnAPage)],
      index + 1
    )
  )
  return fileOf(pages)
}
