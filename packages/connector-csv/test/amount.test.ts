import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { evidence, parse } from "../src/amount.ts"
import { importFile, lines, live, refusal, write } from "./Files.ts"

describe("amounts", () => {
  it("are read by their digits, however they are written", () => {
    for (const [text, decimal, minor] of [
      ["-8", "point", -800],
      ["7.9", "point", 790],
      ["0", "point", 0],
      ["-0.00", "point", 0],
      ["+1.50", "point", 150],
      ["1,234.56", "point", 123_456],
      ["-1,099.56", "point", -109_956],
      ["1'234.56", "point", 123_456],
      ["4.626,81", "comma", 462_681],
      ["1 234,56", "comma", 123_456],
      ["1\u00a0234,56", "comma", 123_456],
      ["1\u202f234,56", "comma", 123_456],
      ["1.234", "comma", 123_400],
      ["1,234", "point", 123_400],
      ["-$2.90", "point", -290],
      ["$-2.90", "point", -290],
      ["$1", "point", 100],
      ["($370)", "point", -37_000],
      ["($1,049.99)", "point", -104_999],
      ["\u221212,00 €", "comma", -1200],
      ["12,00- €", "comma", undefined],
      ["12,00-", "comma", -1200],
      ["12,00 €-", "comma", -1200],
      ["EUR 5.00", "point", 500],
      ["5.00 EUR", "point", 500],
      ["kr 5,00", "comma", 500],
      ["US$5.00", "point", 500],
      ["999999999999.99", "point", 99_999_999_999_999]
    ] as const) {
      const read = parse(text, "USD", decimal)
      if (minor === undefined) assert.isString(read, text)
      else assert.strictEqual(read, minor, text)
    }
    assert.strictEqual(parse("1500", "JPY", "point"), 1500)
    assert.strictEqual(parse("1.5", "KWD", "point"), 1500)
  })

  it("that are not one amount in that notation are not read", () => {
    for (const text of [
      "",
      "abc",
      "1.2.3",
      "1,23,456.00",
      "12,34",
      "--1",
      "(-1)",
      "(1",
      "1)",
      "-1-",
      "1e5",
      "0x10",
      "١٢",
      "NaN",
      "Infinity",
      "1.234",
      "99999999999999999",
      "5 apples",
      ".",
      "-",
      "$",
      "1,2345.00",
      "1 2"
    ])
      assert.isString(parse(text, "USD", "point"), text)
    assert.isString(parse("1.5", "JPY", "point"))
  })

  it("without a proven decimal sign are read only where their own shape tells", () => {
    assert.strictEqual(parse("12.34", "USD", undefined), 1234)
    assert.strictEqual(parse("12,34", "USD", undefined), 1234)
    assert.strictEqual(parse("1.234,56", "USD", undefined), 123_456)
    assert.strictEqual(parse("77", "USD", undefined), 7700)
    assert.include(parse("1.234", "USD", undefined), "decimal sign")
  })

  it("say what they prove", () => {
    for (const [text, proof] of [
      ["1.234", "ambiguous"],
      ["1,234", "ambiguous"],
      ["-$1,234", "ambiguous"],
      ["1.234.567", "comma"],
      ["1,234,567", "point"],
      ["0.123", "point"],
      ["1234.567", "point"],
      ["1,5", "comma"],
      ["1.5", "point"],
      ["1.234,5", "comma"],
      ["12", "none"],
      ["x", "none"]
    ] as const)
      assert.strictEqual(evidence(text), proof, text)
  })

  const statement = (...amounts: ReadonlyArray<string>): string =>
    write(
      lines(
        "Datum;Uhrzeit;Zeitzone;Beschreibung;Währung;Brutto;Entgelt;Netto;Guthaben;Transaktionscode;Name",
        ...amounts.map(
          (amount, index) => `17.05.2024;9:00:00;CEST;Allgemeine Zahlung;EUR;${amount};0;${amount};;T${index};A`
        )
      )
    )

  it.effect("one amount proves the decimal sign of the whole file", () =>
    Effect.gen(function* () {
      const file = yield* importFile(statement("4.626", "-1.234,50"), { market: "DE" })
      assert.deepStrictEqual(
        file.entries.map(({ amount }) => amount.amount),
        [462_600, -123_450]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("amounts that prove nothing are set aside, not guessed at", () =>
    Effect.gen(function* () {
      const file = yield* importFile(statement("4.626", "12"), { market: "DE" })
      assert.deepStrictEqual(
        file.entries.map(({ amount }) => amount.amount),
        [1200]
      )
      assert.deepStrictEqual(
        file.only("Quarantined").map(({ locator }) => locator),
        [{ line: 2, column: "Brutto" }]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("amounts that contradict each other refuse the file with both lines", () =>
    Effect.gen(function* () {
      const { detail } = yield* refusal(statement("4,50", "4.50"), { market: "DE" })
      assert.include(detail, "line 3")
      assert.include(detail, "line 2")
    }).pipe(Effect.provide(live))
  )
})
