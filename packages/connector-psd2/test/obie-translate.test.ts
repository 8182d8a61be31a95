/** UK Open Banking's wire, read: what recorded and invented answers become. */
import { assert, describe, it } from "@effect/vitest"
import { existsSync, readFileSync } from "node:fs"
import * as Result from "effect/Result"
import { nextLink } from "../src/dialects/obie/nextLink.ts"
import { balances, transactions, type Transactions } from "../src/translate/obie.ts"
import { accounts } from "../src/translate/obieAccount.ts"

const samples = new URL("../../../../shared/samples/revolut/", import.meta.url)
const absent = !existsSync(samples)
if (absent) console.warn("skipped: the recorded answers are not on this machine (../shared/samples)")
const sample = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`open-banking-${name}.json`, samples), "utf8"))

const row = (fields: object): object => ({
  AccountId: "1",
  TransactionId: "t-1",
  CreditDebitIndicator: "Debit",
  Status: "BOOK",
  BookingDateTime: "2026-03-01T10:00:00+00:00",
  Amount: { Amount: "12.50", Currency: "GBP" },
  ...fields
})

const page = (...rows: ReadonlyArray<unknown>): Transactions => {
  const read = transactions({ Data: { Transaction: rows }, Links: { Self: "https://bank.example/x" }, Meta: {} })
  assert(read !== undefined)
  return read
}

describe.skipIf(absent)("Revolut's recorded answers", () => {
  it("become entries, every one", () => {
    for (const [name, count] of [
      ["card-payment", 1],
      ["exchange", 1],
      ["transfer-in", 1],
      ["transfer-out", 2]
    ] as const) {
      const read = transactions(sample(`transactions-${name}`))
      assert(read !== undefined)
      assert.strictEqual(read.entries.length, count, name)
      assert.deepStrictEqual([read.unreadable.length, read.skipped.size, read.unknownFields.size], [0, 0, 0], name)
      assert.match(read.next ?? "", /fromBookingDateTime=2024-10-30/)
    }
  })

  it("keep sign, balance after, counterparty and words of a transfer", () => {
    const [entry] = transactions(sample("transactions-transfer-out"))?.entries ?? []
    assert(entry !== undefined)
    assert.deepStrictEqual(entry.amount, { amount: "20.54", currency: "GBP" })
    assert.strictEqual(entry.indicator, "debit")
    assert.deepStrictEqual(entry.balanceAfter, { amount: "2088.55", currency: "GBP", indicator: "credit" })
    assert.deepStrictEqual(entry.creditor, { name: "Receiver Co.", account: "LT111111111111111111" })
    assert.deepStrictEqual(entry.texts, ["To Receiver Co.", "test"])
    assert.strictEqual(entry.code, "TRANSFER")
    assert.deepStrictEqual([entry.bookingDate, entry.valueDate], ["2024-12-27", "2024-12-27"])
    assert.isUndefined(entry.foreign, "the exchange repeats the account's own amount")
  })

  it("keep when a pending card payment began, and its merchant", () => {
    const [entry] = transactions(sample("transactions-card-payment"))?.entries ?? []
    assert.strictEqual(entry?.status, "pending")
    assert.strictEqual(entry?.happenedAt, "2024-12-25T11:23:04.322739Z")
    assert.strictEqual(entry?.merchant, "John-Lewis Direct")
    assert.isUndefined(entry?.balanceAfter)
  })

  it("list accounts by IBAN, or by the bank's own id where that is all there is", () => {
    const [current] = accounts(sample("accounts-uk-accounts"))?.accounts ?? []
    assert.strictEqual(current?.identification, "GB95REVO00997053872360")
    const [savings] = accounts(sample("accounts-savings-account"))?.accounts ?? []
    assert.strictEqual(savings?.identification, savings?.resourceId)
  })

  it("state a balance in the Berlin Group's word for it", () => {
    assert.deepStrictEqual(balances(sample("balances")), [
      {
        amount: "970.49",
        currency: "GBP",
        type: "interimAvailable",
        indicator: "credit",
        creditLimitIncluded: false,
        at: "2022-09-22T08:32:02.775972Z"
      }
    ])
  })
})

describe("a row of UK Open Banking", () => {
  it("is told in or out by its indicator, in the words of either version (pitfall 13)", () => {
    const indicators = page(
      row({ CreditDebitIndicator: "Credit" }),
      row({ CreditDebitIndicator: "Debit" }),
      row({ CreditDebitIndicator: "CRDT" }),
      row({ CreditDebitIndicator: "DBIT" })
    ).entries.map(({ indicator }) => indicator)
    assert.deepStrictEqual(indicators, ["credit", "debit", "credit", "debit"])
  })

  it("without an indicator is set aside, never taken for income (pitfall 13)", () => {
    const read = page(row({ CreditDebitIndicator: undefined }), row({}))
    assert.strictEqual(read.entries.length, 1)
    assert.deepStrictEqual(
      read.unreadable.map(({ id, reason }) => [id, reason]),
      [["t-1", "cannot be read at CreditDebitIndicator"]]
    )
  })

  it("of a status that never counts is left out and counted by its word; of an unknown one it is set aside", () => {
    const read = page(
      ...["Booked", "BOOK", "Pending", "PDNG", "Rejected", "RJCT", "FUTR", "INFO", "NEWS"].map((Status) =>
        row({ Status })
      )
    )
    assert.deepStrictEqual(
      read.entries.map(({ status }) => status),
      ["booked", "booked", "pending", "pending"]
    )
    assert.deepStrictEqual(
      [...read.skipped],
      [
        ["Rejected", 1],
        ["RJCT", 1],
        ["FUTR", 1],
        ["INFO", 1]
      ]
    )
    assert.deepStrictEqual(
      read.unreadable.map(({ reason }) => reason),
      ["cannot be read at Status"]
    )
  })

  it("keeps the day as it is written, at midnight and over every offset (pitfall 16)", () => {
    const read = page(
      row({ BookingDateTime: "2026-03-29T00:00:00+00:00" }),
      row({ BookingDateTime: "2026-07-01T00:00:00+01:00" }),
      row({ BookingDateTime: "2026-07-01T23:59:59.999-11:00" }),
      row({ BookingDateTime: "2026-07-01" })
    )
    assert.deepStrictEqual(
      read.entries.map(({ bookingDate }) => bookingDate),
      ["2026-03-29", "2026-07-01", "2026-07-01", "2026-07-01"]
    )
    assert.deepStrictEqual(
      read.entries.map(({ happenedAt }) => happenedAt),
      [undefined, undefined, "2026-07-01T23:59:59.999-11:00", undefined],
      "a dummy midnight is no moment"
    )
  })

  it("that is hopeless does not cost the page (pitfall 15)", () => {
    const read = page(null, "text", row({ Amount: {} }), row({ BookingDateTime: "soon" }), row({}))
    assert.strictEqual(read.entries.length, 1)
    assert.deepStrictEqual(
      read.unreadable.map(({ reason }) => reason),
      ["the row is no object", "the row is no object", "cannot be read at Amount", "cannot be read at BookingDateTime"]
    )
  })

  it("keeps an exchange's other currency, and needs none of its parts (pitfall 22)", () => {
    const read = page(
      row({ CurrencyExchange: { SourceCurrency: "EUR", InstructedAmount: { Amount: "14.00", Currency: "EUR" } } }),
      row({ CurrencyExchange: {} })
    )
    assert.deepStrictEqual(
      read.entries.map(({ foreign }) => foreign),
      [{ amount: "14.00", currency: "EUR" }, undefined]
    )
  })

  it("counts the fields nobody knows, by path, and not what a bank adds of its own", () => {
    const read = page(
      row({ Amount: { Amount: "1.00", Currency: "GBP", Fancy: 1 }, Mood: "good", SupplementaryData: { Any: "thing" } })
    )
    assert.deepStrictEqual(
      [...read.unknownFields],
      [
        ["Amount.Fancy", 1],
        ["Mood", 1]
      ]
    )
  })
})

describe("a balance of UK Open Banking", () => {
  const balance = (fields: object): object => ({
    AccountId: "1",
    CreditDebitIndicator: "Debit",
    Type: "ITBD",
    DateTime: "2026-03-01T10:00:00+00:00",
    Amount: { Amount: "5.00", Currency: "GBP" },
    ...fields
  })

  it("says whether a credit line is in it (pitfall 14)", () => {
    const read = balances({
      Data: {
        Balance: [
          balance({ CreditLine: [{ Included: false }, { Included: true, Type: "Available" }] }),
          balance({ Type: "ClosingBooked", CreditLine: [{ Included: false }] }),
          balance({ Type: "CLAV" })
        ]
      }
    })
    assert.deepStrictEqual(
      read?.map(({ creditLimitIncluded, type }) => [type, creditLimitIncluded]),
      [
        ["interimBooked", true],
        ["closingBooked", false],
        ["closingAvailable", false]
      ]
    )
  })
})

describe("a next link of UK Open Banking", () => {
  const first = "https://bank.example/accounts/1/transactions?page=1"
  const window = { from: "2026-03-01" }

  it("may end its times with a quote, and is not held up by many of them (pitfall 20)", () => {
    const link = (quotes: string) =>
      nextLink(`/accounts/1/transactions?toBookingDateTime=2026-04-01T00:00:00${quotes}`, first, window)
    assert.isTrue(Result.isSuccess(link('"')))
    assert.notInclude(Result.getOrThrow(link('"')) ?? "", "%22")
    const began = performance.now()
    link(`${"'".repeat(200_000)}x`)
    assert.isBelow(performance.now() - began, 2000)
  })
})
