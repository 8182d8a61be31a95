import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { importFile, lines, live, refusal, write } from "./Files.ts"

const german =
  "Art,Produkt,Datum des Beginns,Datum des Abschlusses,Beschreibung,Betrag,Gebühr,Währung,Status,Kontostand"
const row = "Umtausch,Giro,2024-03-01 9:00:00,2024-03-01 9:00:01,Bäckerei Œuf €,-3.50,0.00,EUR,ABGESCHLOSSEN,6.50"
const text = lines(german, row)

const windows1252 = (content: string): Uint8Array => {
  const special: Readonly<Record<string, number>> = { "€": 0x80, "Œ": 0x8c }
  return Uint8Array.from(content, (letter) => special[letter] ?? letter.charCodeAt(0))
}

const utf16 = (content: string, littleEndian: boolean): Uint8Array => {
  const bytes = new Uint8Array((content.length + 1) * 2)
  const view = new DataView(bytes.buffer)
  Array.from(`\ufeff${content}`, (letter, index) => view.setUint16(index * 2, letter.charCodeAt(0), littleEndian))
  return bytes
}

describe("the text of a file", () => {
  for (const [name, content] of [
    ["UTF-8", text],
    ["UTF-8 with a byte order mark", `\ufeff${text}`],
    ["Windows-1252", windows1252(text)],
    ["UTF-16, little end first", utf16(text, true)],
    ["UTF-16, big end first", utf16(text, false)],
    ["CRLF line ends", text.replaceAll("\n", "\r\n")],
    ["CR line ends", text.replaceAll("\n", "\r")],
    ["semicolons", text.replaceAll(",", ";")],
    ["tabs", text.replaceAll(",", "\t")],
    ["quotes around everything", text.replaceAll(/[^,\n]+/g, '"$&"')],
    ["no line end after the last row", text.trimEnd()],
    ["empty lines before, between and after", `\n\n${german}\n\n${row}\n\n\n`],
    ["trailing spaces in header cells and values", lines(german.replaceAll(",", " , "), row.replaceAll(",", " ,"))],
    ["empty header cells at the end", lines(`${german},,,,,,`, row)],
    ["empty header cells at the end, and as many empty values", lines(`${german},,`, `${row},,`)]
  ] as const) {
    it.effect(`reads ${name}`, () =>
      Effect.gen(function* () {
        const file = yield* importFile(write(content))
        assert.deepStrictEqual(
          file.entries.map(({ description, amount }) => [description, amount.amount]),
          [["Bäckerei Œuf €", -350]]
        )
        assert.strictEqual(file.only("Quarantined").length, 0)
      }).pipe(Effect.provide(live))
    )
  }

  it.effect("decides the encoding from the whole file, not from its beginning", () =>
    Effect.gen(function* () {
      const plain = "TRANSFER,Current,2024-03-01 9:00:00,2024-03-01 9:00:01,plain,-3.50,0.00,EUR,COMPLETED,6.50\n"
      const header = "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"
      const file = yield* importFile(write(windows1252(header + plain.repeat(5000) + plain.replace("plain", "Café"))))
      assert.strictEqual(file.entries.at(-1)?.description, "Café")
      assert.strictEqual(file.entries.length, 5001)
    }).pipe(Effect.provide(live))
  )

  it.effect("refuses UTF-8 with a damaged letter, instead of taking every letter for another", () =>
    Effect.gen(function* () {
      const bytes = new TextEncoder().encode(text)
      const { detail } = yield* refusal(write(bytes.with(bytes.lastIndexOf(0xc5), 0xff)))
      assert.include(detail, "damaged")
      const marked = new TextEncoder().encode(`\ufeff${lines(german, row)}`)
      assert.include((yield* refusal(write(marked.with(marked.length - 20, 0xff)))).detail, "damaged")
    }).pipe(Effect.provide(live))
  )

  it.effect("keeps a line break inside quotes, and still names the right line after it", () =>
    Effect.gen(function* () {
      const file = yield* importFile(
        write(lines(german, row.replace("Bäckerei Œuf €", '"two\r\nlines, ""quoted"""'), row.replace("-3.50", "abc")))
      )
      assert.strictEqual(file.entries[0]?.description, 'two\r\nlines, "quoted"')
      assert.deepStrictEqual(
        file.only("Quarantined").map(({ locator }) => locator),
        [{ line: 4, column: "Betrag" }]
      )
    }).pipe(Effect.provide(live))
  )

  for (const [name, content, detail] of [
    ["an unterminated quote", lines(german, row, row.replace("Bäckerei", '"Bäckerei')), "line 3"],
    ["a quote inside an unquoted cell", lines(german, row.replace("Bäckerei", 'Bäck"erei')), "line 2"],
    ["text after a closing quote", lines(german, row.replace("Bäckerei", '"Bäck"erei')), "line 2"],
    ["a file that was cut off in the middle of a row", lines(german, row) + row.slice(0, 60), "breaks off in line 3"],
    ["a file without its header", lines(row), "holds values"],
    ["a file that is empty", "", "empty"],
    ["a file of empty lines", "\n\n\n", "header"],
    ["a record that never ends", `${lines(german)}"${"x".repeat(3_000_000)}`, "line 2"],
    ["a workbook", new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), "workbook"],
    ["a PDF", "%PDF-1.7 ...", "PDF"],
    ["a binary file", new Uint8Array([1, 2, 0, 3, 4]), "not a text file"],
    ["UTF-16 that breaks off in the middle of a letter", utf16(text, true).subarray(0, -3), "utf-16le"]
  ] as const) {
    it.effect(`refuses ${name}`, () =>
      Effect.gen(function* () {
        assert.include((yield* refusal(write(content))).detail, detail)
      }).pipe(Effect.provide(live))
    )
  }

  it.effect("refuses a file that is not there without naming it", () =>
    Effect.gen(function* () {
      const { detail } = yield* refusal("no/such/anna-exports.csv")
      assert.notInclude(detail, "anna")
      assert.include(detail, "NotFound")
    }).pipe(Effect.provide(live))
  )
})
