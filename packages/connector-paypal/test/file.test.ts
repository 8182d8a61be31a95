/** The files of real people, read where they lie beside the repository, and what is particular to this provider's. */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { folder, importFile, lines, link, refusal } from "@paymirror/connector-testing/files"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer } from "../src/file.ts"

const samples = resolve(import.meta.dirname, "../../../../shared/samples")
const live = Layer.provide(layer(), NodeFileSystem.layer)
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

  it.effect("a header without rows is recognised, and is no account", () =>
    Effect.gen(function* () {
      const linked = yield* link(`${samples}/paypal/oca-empty_activity.csv`)
      assert.deepStrictEqual(
        [linked.found?.["format"], linked.found?.["rows"], linked.accounts],
        ["paypal-activity-en", 0, []]
      )
    }).pipe(Effect.provide(live))
  )
})

describe("what is particular to PayPal's files", () => {
  const { write } = folder()

  it.effect("its own word for what moves the balance outranks the status", () =>
    Effect.gen(function* () {
      const header = "Date,Time,TimeZone,Type,Status,Currency,Gross,Fee,Net,Transaction ID,Balance,Balance Impact"
      const entry = (id: string, status: string, impact: string): string =>
        `03/14/2024,9:00:00,PDT,General Payment,${status},USD,1,0,1,${id},0,${impact}`
      const rows = [entry("a", "Pending", "Credit"), entry("b", "Completed", "Memo"), entry("c", "Pending", "Memo")]
      const { entries } = yield* importFile(write(lines(header, ...rows, entry("d", "Denied", ""))))
      assert.deepStrictEqual(
        entries.map(({ status }) => status),
        ["BOOKED", "REJECTED", "PENDING", "REJECTED"]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("a deposit that is pending has moved the balance; an authorization never has", () =>
    Effect.gen(function* () {
      const header = "Date,Time,TimeZone,Name,Type,Status,Currency,Amount,Fees,Total,Balance,Transaction ID"
      const entry = (id: string, type: string): string => `03/14/2024,9:00:00,PDT,A,${type},Pending,USD,5,0,5,5,${id}`
      const rows = [entry("a", "Bank Deposit to PP Account"), entry("b", "General Authorization")]
      const { entries } = yield* importFile(write(lines(header, ...rows)))
      assert.deepStrictEqual(
        entries.map(({ entryType, status }) => [entryType, status]),
        [
          ["top_up", "BOOKED"],
          ["payment", "PENDING"]
        ]
      )
    }).pipe(Effect.provide(live))
  )
})
