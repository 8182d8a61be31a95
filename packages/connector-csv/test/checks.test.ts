import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { importFile, lines, live, write } from "./Files.ts"

const bank = "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance"
const row = (day: number, amount: string, balance: string, product = "Current", fee = "0"): string => {
  const at = `2024-03-${String(day).padStart(2, "0")} 10:00:00`
  return `Transfer,${product},${at},${at},x,${amount},${fee},EUR,COMPLETED,${balance}`
}

const wallet =
  "Date,Time,TimeZone,Name,Type,Status,Currency,Amount,Fees,Total,Exchange Rate,Receipt ID,Balance,Transaction ID,Item Title"
const app = "Moment,Reference,Kind,Currency,Gross,Fee,Net,Asset,Outcome,Notes,Account"

describe("checks", () => {
  it.effect("a chain that holds says how many rows it compared", () =>
    Effect.gen(function* () {
      const file = yield* importFile(
        write(lines(bank, row(1, "10", "10"), row(2, "-3", "6.50", "Current", "0.50"), row(3, "1", "7.5")))
      )
      const [check] = file.only("Check").filter(({ name }) => name === "balance-chain")
      assert.strictEqual(check?.rows, 2)
      assert.deepStrictEqual(check?.breaks, [])
    }).pipe(Effect.provide(live))
  )

  it.effect("a break names the line, what was expected and what stands there, and the chain goes on from there", () =>
    Effect.gen(function* () {
      const file = yield* importFile(
        write(lines(bank, row(1, "10", "10"), row(2, "-3", "8"), row(3, "1", "9"), row(4, "1", "10")))
      )
      assert.deepStrictEqual(file.breaks("balance-chain"), [{ locator: { line: 3 }, expected: "7.00", actual: "8.00" }])
      assert.strictEqual(file.entries.length, 4)
    }).pipe(Effect.provide(live))
  )

  it.effect("a file that lists the newest row first is held against the same chain", () =>
    Effect.gen(function* () {
      const rows = [row(4, "1", "10"), row(3, "1", "9"), row(2, "-3", "8"), row(1, "10", "10")]
      const file = yield* importFile(write(lines(bank, ...rows)))
      assert.deepStrictEqual(file.breaks("balance-chain"), [{ locator: { line: 4 }, expected: "7.00", actual: "8.00" }])
    }).pipe(Effect.provide(live))
  )

  it.effect("products and currencies have chains of their own, and rows that do not count are passed over", () =>
    Effect.gen(function* () {
      const file = yield* importFile(
        write(
          lines(
            bank,
            row(1, "10", "10"),
            row(1, "100", "100", "Savings"),
            row(2, "-3", "7"),
            row(2, "-1", "99", "Savings"),
            row(2, "-7", "7").replace("COMPLETED,7", "REVERTED,"),
            row(3, "5", "50").replace("EUR", "SEK"),
            row(4, "1", "8"),
            row(4, "1", "51").replace("EUR", "SEK")
          )
        )
      )
      assert.deepStrictEqual(file.breaks("balance-chain"), [])
      assert.deepStrictEqual(
        file
          .only("Check")
          .filter(({ name }) => name === "balance-chain")
          .map(({ rows }) => rows),
        [3, 1]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("a row that was set aside is no break of the chain", () =>
    Effect.gen(function* () {
      const file = yield* importFile(write(lines(bank, row(1, "10", "10"), row(2, "oops", "7"), row(3, "1", "8"))))
      assert.deepStrictEqual(file.breaks("balance-chain"), [])
      assert.strictEqual(file.only("Quarantined").length, 1)
    }).pipe(Effect.provide(live))
  )

  it.effect("gross and fee that do not make net are named, and the row is kept as the file states it", () =>
    Effect.gen(function* () {
      const file = yield* importFile(
        write(
          lines(
            wallet,
            "03/14/2024,9:00:00,PDT,A,General Payment,Completed,USD,10.00,-0.59,9.41,,,9.41,T1,",
            "03/14/2024,9:00:01,PDT,A,General Payment,Completed,USD,10.00,-0.59,9.00,,,18.41,T2,"
          )
        )
      )
      assert.deepStrictEqual(file.breaks("gross+fee=net"), [{ locator: { line: 3 }, expected: "9.41", actual: "9.00" }])
      assert.deepStrictEqual(file.entries[1]?.amount, { amount: 900, currency: "USD" })
    }).pipe(Effect.provide(live))
  )

  it.effect("a file that is wrong throughout names its first breaks and counts the rest", () =>
    Effect.gen(function* () {
      const file = yield* importFile(
        write(lines(bank, ...Array.from({ length: 1000 }, (_, index) => row(1, "1", String((index % 7) * 100)))))
      )
      const breaks = file.breaks("balance-chain")
      assert.strictEqual(breaks.length, 201)
      assert.strictEqual(breaks.at(-1)?.actual, "799 more")
    }).pipe(Effect.provide(live))
  )

  it.effect("what is left out is counted: notifications without money, and blank lines", () =>
    Effect.gen(function* () {
      const file = yield* importFile(
        write(
          lines(
            app,
            "2024-01-02 03:04:05 EST,a,Notice,USD,$0,$0,$0,,DONE,,Own",
            ",,,,,,,,,,",
            "",
            '2024-01-02 03:04:05 EST,b,Sent,USD,-$25,-$0.50,-$25.50,"BTC 1,000",DONE,,Visa Debit 1234',
            "2024-01-02 03:04:05 EST,c,Interest,USD,$0.07,$0,$0.07,,DONE,,Own"
          )
        )
      )
      assert.deepStrictEqual(
        file
          .only("Check")
          .filter(({ name }) => name.startsWith("skipped"))
          .map(({ name, rows }) => [name, rows]),
        [
          ["skipped: Notice", 1],
          ["skipped: blank line", 2]
        ]
      )
      assert.deepStrictEqual(
        file.entries.map(({ entryType, amount, fee }) => [entryType, amount.amount, fee?.amount]),
        [
          ["transfer", -2550, 50],
          ["other", 7, undefined]
        ]
      )
      assert.deepStrictEqual(
        file.entries.map(({ fundingSource }) => fundingSource),
        ["Visa Debit 1234", undefined]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("words and columns the provider has added are counted as drift, without repeating a value", () =>
    Effect.gen(function* () {
      const file = yield* importFile(
        write(
          lines(
            `${bank},Category`,
            ...[1, 2].map((day) => `${row(day, "1", String(day)).replace("Transfer", "Pet Insurance")},Pets`)
          )
        )
      )
      assert.deepStrictEqual(
        file.only("Drift").map(({ kind, path, count }) => [kind, path, count]),
        [
          ["unknown_value", "Type", 2],
          ["unknown_field", "Category", 1]
        ]
      )
      assert.deepStrictEqual(
        file.entries.map(({ entryType, providerType }) => [entryType, providerType]),
        [
          ["other", "Pet Insurance"],
          ["other", "Pet Insurance"]
        ]
      )
    }).pipe(Effect.provide(live))
  )
})

describe("rows that cannot be read", () => {
  it.effect("are set aside with line, column, reason and the row as it stood; the rest is read", () =>
    Effect.gen(function* () {
      const file = yield* importFile(
        write(
          lines(
            bank,
            row(1, "10", "10"),
            row(2, "ten", "20"),
            row(3, "1.005", "21"),
            "Transfer,Current,2024-03-04 10:00:00",
            `${row(5, "1", "22")},,surplus`,
            row(6, "1", "x"),
            row(7, "1", "23").replace("2024-03-07 10:00:00", "2024-03-07 25:00:00"),
            row(8, "1", "24").replace("COMPLETED,24", "VERMUTLICH,"),
            row(9, "1", "25").replace("EUR", "EURO"),
            row(10, "", "26"),
            row(11, "9", "35")
          )
        )
      )
      assert.deepStrictEqual(
        file.only("Quarantined").map(({ locator: { line, column }, reason }) => [line, column, reason]),
        [
          [3, "Amount", "not an amount"],
          [4, "Amount", "more decimals than EUR has"],
          [5, undefined, "3 cells under a header of 10"],
          [6, undefined, "a value in cell 12, beyond the header of 10"],
          [7, "Balance", "not an amount"],
          [8, "Started Date", "not a time of day"],
          [9, "State", "a status this connector does not know"],
          [10, "Currency", "not an ISO 4217 currency code"],
          [11, "Amount", "no amount"]
        ]
      )
      assert.strictEqual(file.entries.length, 2)
      assert.include(file.only("Quarantined")[0]?.raw, "Transfer,Current,2024-03-02 10:00:00")
    }).pipe(Effect.provide(live))
  )

  it.effect("a status nobody knows is booked where the stated balance proves it, and counted as drift", () =>
    Effect.gen(function* () {
      const file = yield* importFile(write(lines(bank, row(1, "1", "24").replace("COMPLETED", "AFGEROND"))))
      assert.strictEqual(file.entries[0]?.status, "BOOKED")
      assert.deepStrictEqual(
        file.only("Drift").map(({ path }) => path),
        ["State"]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("the provider's own word for what moves the balance outranks the status", () =>
    Effect.gen(function* () {
      const header = "Date,Time,TimeZone,Type,Status,Currency,Gross,Fee,Net,Transaction ID,Balance,Balance Impact"
      const entry = (id: string, status: string, impact: string): string =>
        `03/14/2024,9:00:00,PDT,General Payment,${status},USD,1,0,1,${id},0,${impact}`
      const file = yield* importFile(
        write(
          lines(
            header,
            entry("a", "Pending", "Credit"),
            entry("b", "Completed", "Memo"),
            entry("c", "Pending", "Memo"),
            entry("d", "Denied", "")
          )
        )
      )
      assert.deepStrictEqual(
        file.entries.map(({ status }) => status),
        ["BOOKED", "REJECTED", "PENDING", "REJECTED"]
      )
    }).pipe(Effect.provide(live))
  )
})
