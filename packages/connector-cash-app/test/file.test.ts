/** The files of real people, read where they lie beside the repository, and what is particular to this provider's. */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { folder, importFile, lines, link } from "@paymirror/connector-testing/files"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer } from "../src/file.ts"

const samples = resolve(import.meta.dirname, "../../../../shared/samples")
const live = Layer.provide(layer(), NodeFileSystem.layer)

describe.skipIf(!existsSync(samples))("real exports (skipped where ../shared/samples is absent)", () => {
  it.effect("Cash App's card rows and balance rows go to their own ledgers", () =>
    Effect.gen(function* () {
      const report = yield* importFile(`${samples}/cashapp/v1-cash_app_report_sample.csv`)
      assert.deepStrictEqual(
        report.cards.map(({ transactionId, amount }) => [transactionId, amount.amount]),
        [["cash-app:rmgsrz", -290]]
      )
      assert.strictEqual(report.cards[0]?.transactionTimestamp, "2023-10-07T03:59:59.000Z")
      assert.strictEqual(report.cards[0]?.transactionDate, "2023-10-06")
      assert.strictEqual(report.entries.length, 1)
      assert.strictEqual(report.entries[0]?.fundingSource, "Visa Debit 1230")
      const resaved = yield* importFile(`${samples}/cashapp/v1-resaved-minance.redacted.csv`)
      assert.strictEqual(resaved.cards.length, 5)
      assert.strictEqual(resaved.entries.length, 3)
      assert.deepStrictEqual(
        resaved.entries.map(({ entryDate }) => entryDate),
        ["2023-06-07", "2023-05-28", "2023-04-30"]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("a header without rows is recognised, and is no account", () =>
    Effect.gen(function* () {
      const linked = yield* link(`${samples}/cashapp/v1-just_title.csv`)
      assert.deepStrictEqual(
        [linked.found?.["format"], linked.found?.["rows"], linked.accounts],
        ["cash-app-v1", 0, []]
      )
    }).pipe(Effect.provide(live))
  )
})

describe("what is particular to Cash App's files", () => {
  const { write } = folder()
  const rest =
    "Transaction Type,Currency,Amount,Fee,Net Amount,Asset Type,Asset Price,Asset Amount,Status,Notes,Name of sender/receiver,Account"

  it.effect("two generations are told apart by their first column, and give one row one id", () =>
    Effect.gen(function* () {
      const row = "P2P,USD,$1,$0,$1,,,,COMPLETE,,A,Your Cash"
      const old = yield* link(write(lines(`Transaction ID,Date,${rest}`, `a1,2024-01-02 03:04:05 EST,${row}`)))
      const path = write(lines(`Date,Transaction ID,${rest}`, `2024-01-02 03:04:05 EST,a1,${row}`))
      const current = yield* link(path)
      assert.deepStrictEqual(
        [old, current].map(({ found }) => found?.["format"]),
        ["cash-app-v1", "cash-app-v2"]
      )
      const { entries, ids } = yield* importFile(path)
      assert.deepStrictEqual(ids, ["cash-app:a1"])
      assert.strictEqual(entries[0]?.createdAt, "2024-01-02T08:04:05.000Z")
    }).pipe(Effect.provide(live))
  )

  it.effect("a notification is no movement; of bitcoin only the dollars are read, and what paid for them", () =>
    Effect.gen(function* () {
      const file = yield* importFile(
        write(
          lines(
            `Date,Transaction ID,${rest}`,
            "2024-01-02 03:04:05 EST,a,Account Notifications,USD,$0,$0,$0,,,,COMPLETE,,,Your Cash",
            '2024-01-02 03:04:05 EST,b,Bitcoin Buy,USD,-$25,-$0.50,-$25.50,BTC,"$40,000.00",0.000625,COMPLETE,,,Visa Debit 1234',
            "2024-01-02 03:04:05 EST,c,Savings Interest,USD,$0.07,$0,$0.07,,,,COMPLETE,,,Your Cash"
          )
        )
      )
      assert.strictEqual(file.skipped, 1)
      assert.deepStrictEqual(
        file.entries.map(({ amount, entryType, fee, fundingSource }) => [
          entryType,
          amount.amount,
          fee?.amount,
          fundingSource
        ]),
        [
          ["exchange", -2550, 50, "Visa Debit 1234"],
          ["other", 7, undefined, undefined]
        ]
      )
    }).pipe(Effect.provide(live))
  )
})
