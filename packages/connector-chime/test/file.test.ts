/** Statements as PDF: a real file with real text in it, read by the library that reads them. */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { folder, importFile, link, refusal } from "@paymirror/connector-testing/files"
import { chimeStatement, type StatementRow } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer } from "../src/file.ts"
import { tableOf } from "../src/statementTable.ts"

const live = Layer.provide(layer(), NodeFileSystem.layer)
const { write } = folder()

const row = (day: number, parts: Partial<StatementRow> = {}): StatementRow => ({
  date: `2026-03-${String(day).padStart(2, "0")}`,
  settled: `2026-03-${String(day + 1).padStart(2, "0")}`,
  description: `Larder Lane #${day}`,
  type: "Purchase",
  amount: -1_250,
  ...parts
})

describe("a statement of Chime's", () => {
  it.effect("is read over all of its pages: each row once, with both of its days", () =>
    Effect.gen(function* () {
      const rows = Array.from({ length: 3 }, () => Array.from({ length: 27 }, (_, index) => row(index + 1))).flat()
      const path = write(
        chimeStatement([row(1, { type: "Direct Debit", description: "Rent (March)", amount: -123_456 }), ...rows])
      )
      assert.deepStrictEqual((yield* link(path)).found, {
        format: "chime-statement",
        rows: 82,
        encoding: "utf-8",
        columns: 6
      })
      const { accounts, entries, ids, only } = yield* Effect.map(importFile(path), (file) => ({
        accounts: file.accounts,
        entries: file.entries,
        ids: file.ids,
        only: file.only("Quarantined")
      }))
      assert.deepStrictEqual(
        accounts.map(({ currency, market, provider }) => [provider, market, currency]),
        [["chime", "US", "USD"]]
      )
      assert.deepStrictEqual([entries.length, new Set(ids).size, only.length], [82, 82, 0])
      assert.deepInclude(entries[0], {
        entryType: "payment",
        status: "BOOKED",
        amount: { amount: -123_456, currency: "USD" },
        description: "Rent (March)",
        entryDate: "2026-03-01",
        bookedDate: "2026-03-02"
      })
    }).pipe(Effect.provide(live))
  )

  it.effect("of Credit Builder has no net amounts, and a description may hold a type's word", () =>
    Effect.gen(function* () {
      const rows = [row(3, { description: "Transfer from Fee Street", type: "Transfer", amount: 5_000 }), row(4)]
      const { entries } = yield* importFile(write(chimeStatement(rows, "credit-builder")))
      assert.deepStrictEqual(
        entries.map(({ amount, description, entryType }) => [entryType, description, amount.amount]),
        [
          ["transfer", "Transfer from Fee Street", 5_000],
          ["payment", "Larder Lane #4", -1_250]
        ]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("sets a row aside whose type nobody has documented, and reads the rest", () =>
    Effect.gen(function* () {
      const file = yield* importFile(write(chimeStatement([row(3), row(4, { type: "Boost" }), row(5)])))
      assert.strictEqual(file.entries.length, 2)
      assert.deepStrictEqual(
        file.only("Quarantined").map(({ locator }) => locator.line),
        [3]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("is refused where it is another PDF, or a damaged one", () =>
    Effect.gen(function* () {
      const whole = chimeStatement([row(3)])
      const other = new TextDecoder("latin1").decode(whole).replace("TRANSACTION DATE", "TRANSACTION TIME")
      for (const content of [other, "%PDF-1.7 and nothing of one", whole.subarray(0, 200)])
        assert.include((yield* refusal(write(content))).detail, "This is a PDF")
    }).pipe(Effect.provide(live))
  )

  it("takes no line for a row that does not begin with a day, and none that does for a heading", () => {
    const captions = "TRANSACTION DATE DESCRIPTION TYPE AMOUNT SETTLEMENT DATE"
    const table = tableOf(["Payments", captions, "3/4/2026 A Purchase -$1.00 3/5/2026", "Fees", "3/4/2026 torn off"])
    assert.strictEqual(
      table,
      [
        '"TRANSACTION DATE","DESCRIPTION","TYPE","AMOUNT","SETTLEMENT DATE"',
        '"3/4/2026","A","Purchase","-$1.00","3/5/2026"',
        '"3/4/2026 torn off"'
      ].join("\n")
    )
    assert.isUndefined(tableOf(["Summary", "3/4/2026 A Purchase -$1.00 3/5/2026"]))
  })
})
