/** Real exports, read where they lie beside the repository. */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { importFile, link, live, refusal } from "./Files.ts"

const samples = resolve(import.meta.dirname, "../../../../shared/samples")
const sum = (amounts: ReadonlyArray<{ readonly amount: { readonly amount: number } }>): number =>
  amounts.reduce((total, { amount }) => total + amount.amount, 0)

describe.skipIf(!existsSync(samples))("real exports (skipped where ../shared/samples is absent)", () => {
  it.effect("PayPal's 55 personal rows chain, except for the one that was edited", () =>
    Effect.gen(function* () {
      const file = yield* importFile(`${samples}/paypal/personal-activity-15col-en-us.redacted.csv`)
      assert.strictEqual(file.entries.length, 55)
      assert.strictEqual(new Set(file.ids).size, 55)
      assert.deepStrictEqual(file.breaks("balance-chain"), [
        { locator: { line: 51 }, expected: "-752.71", actual: "247.29" }
      ])
      assert.deepStrictEqual(file.breaks("gross+fee=net"), [])
      assert.isTrue(file.entries.every(({ status }) => status === "BOOKED"))
      assert.strictEqual(sum(file.entries), 17_164 - 100_000)
      assert.strictEqual(file.entries[1]?.createdAt, "2024-02-24T10:51:26.000Z")
      assert.strictEqual(file.only("Drift").length, 0)
    }).pipe(Effect.provide(live))
  )

  it.effect("a PayPal authorization counts toward no balance, and an invoice is counted and left out", () =>
    Effect.gen(function* () {
      const file = yield* importFile(`${samples}/paypal/REFERENCE-ONLY.personal-activity-15col-auth-hold-invoice.csv`)
      const authorizations = file.entries.filter(({ providerType }) => providerType === "General Authorization")
      assert.deepStrictEqual(
        authorizations.map(({ status }) => status),
        ["PENDING", "REJECTED"]
      )
      assert.strictEqual(new Set(authorizations.map(({ entryId }) => entryId)).size, 2)
      assert.strictEqual(file.entries.length, 7)
      assert.strictEqual(file.skipped, 1)
    }).pipe(Effect.provide(live))
  )

  it.effect("PayPal's British dates are asked for, since every day is below 13", () =>
    Effect.gen(function* () {
      const path = `${samples}/paypal/REFERENCE-ONLY.personal-activity-15col-fx-gb.csv`
      const { detail, hint, line } = yield* refusal(path)
      assert.include(detail, "05/03/2026")
      assert.include(hint, "dateOrder")
      assert.strictEqual(line, 2)
      const file = yield* importFile(path, { dateOrder: "dmy", market: "GB" })
      assert.deepStrictEqual(
        file.accounts.map(({ currency }) => currency),
        ["EUR", "GBP"]
      )
      assert.strictEqual(file.entries.length, 6)
      assert.include(
        file.entries.map(({ entryDate }) => entryDate),
        "2026-03-05"
      )
      assert.strictEqual(
        file.entries.find(({ description }) => description === "Monthly plan")?.createdAt,
        "2026-03-05T10:00:00.000Z"
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("PayPal's business activity with 19 chosen columns keeps its fee apart and chains", () =>
    Effect.gen(function* () {
      const file = yield* importFile(`${samples}/paypal/custom-activity-19col-en-us.redacted.csv`)
      assert.strictEqual(file.entries.length, 7)
      assert.deepStrictEqual(file.breaks("balance-chain"), [])
      assert.deepStrictEqual(file.entries[6]?.fee, { amount: 59, currency: "USD" })
      assert.deepStrictEqual(file.entries[6]?.amount, { amount: 941, currency: "USD" })
    }).pipe(Effect.provide(live))
  )

  it.effect("PayPal's statement splits into an account per currency and knows its time zones", () =>
    Effect.gen(function* () {
      const file = yield* importFile(`${samples}/paypal/oca-statement_en.csv`)
      assert.deepStrictEqual(
        file.accounts.map(({ currency }) => currency),
        ["EUR", "USD"]
      )
      assert.strictEqual(file.entries.length, 19)
      assert.strictEqual(sum(file.entries.filter(({ amount }) => amount.currency === "EUR")), 0)
      assert.deepStrictEqual(file.breaks("balance-chain"), [])
      const created = (id: string) => file.entries.find(({ entryId }) => entryId.startsWith(`paypal:${id}:`))?.createdAt
      assert.strictEqual(created("TID1"), "2018-09-05T04:15:11.000Z")
      assert.strictEqual(created("TID16"), "2018-09-27T17:16:12.000Z")
    }).pipe(Effect.provide(live))
  )

  it.effect("Revolut's seven rows chain, fees and unpadded hours included", () =>
    Effect.gen(function* () {
      const file = yield* importFile(`${samples}/revolut/en-2021-october.csv`)
      assert.strictEqual(file.entries.length, 7)
      assert.deepStrictEqual(file.breaks("balance-chain"), [])
      assert.strictEqual(file.entries[2]?.bookedDate, "2021-09-06")
      assert.strictEqual(file.entries[1]?.description, "company äöå")
      assert.strictEqual(sum(file.entries), 58_083 - 16_552 - 25_000)
    }).pipe(Effect.provide(live))
  )

  it.effect("a reverted Revolut row counts toward nothing and a charge is all fee", () =>
    Effect.gen(function* () {
      const file = yield* importFile(`${samples}/revolut/REFERENCE-ONLY.en-titlecase-sek-reverted-fee-cashback.csv`)
      assert.strictEqual(file.entries.length, 8)
      const reverted = file.entries.find(({ entryDate }) => entryDate === "2026-02-01")
      assert.strictEqual(reverted?.status, "REJECTED")
      const charge = file.entries.find(({ entryType }) => entryType === "fee")
      assert.deepStrictEqual(charge?.amount, { amount: -10_499, currency: "SEK" })
      assert.deepStrictEqual(charge?.fee, { amount: 10_499, currency: "SEK" })
    }).pipe(Effect.provide(live))
  )

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

  it.effect("N26 reads in German and English, foreign amounts beside the euros", () =>
    Effect.gen(function* () {
      const german = yield* importFile(`${samples}/n26/de-2017-10col.csv`)
      assert.deepStrictEqual(
        german.entries.map(({ amount, entryType }) => [amount.amount, entryType]),
        [[-5999, "payment"]]
      )
      const english = yield* importFile(`${samples}/n26/en-10col-with-category-and-fx.csv`)
      assert.strictEqual(english.entries.length, 4)
      assert.deepStrictEqual(english.entries[2]?.foreignAmount, { amount: 913, currency: "CHF" })
    }).pipe(Effect.provide(live))
  )

  it.effect("a header without rows is recognised, and is no account", () =>
    Effect.gen(function* () {
      for (const [path, format] of [
        ["paypal/oca-empty_activity.csv", "paypal-activity-en"],
        ["cashapp/v1-just_title.csv", "cash-app-v1"],
        ["n26/de-10col-header-only.csv", "n26-de"]
      ] as const) {
        const linked = yield* link(`${samples}/${path}`)
        assert.deepStrictEqual([linked.found?.["format"], linked.found?.["rows"], linked.accounts], [format, 0, []])
      }
    }).pipe(Effect.provide(live))
  )

  it.effect("an export nobody documents is refused, never guessed at", () =>
    Effect.gen(function* () {
      const { detail, hint } = yield* refusal(`${samples}/klarna/REFERENCE-ONLY.unofficial-purchases-export-se.csv`)
      assert.include(detail, '"merchant"')
      assert.include(hint, "mapping file")
    }).pipe(Effect.provide(live))
  )
})
