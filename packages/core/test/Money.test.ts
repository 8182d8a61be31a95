import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Money } from "../src/index.ts"

const amountOf = (text: string, currency: string): number | string =>
  Result.match(Money.parse(text, currency), { onFailure: (why) => why, onSuccess: ({ amount }) => amount })

const within = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

describe("an amount that is read", () => {
  it("is exact for every two-decimal amount from 0.00 to 10,000.00", () => {
    let wrong = 0
    for (let cents = 0; cents <= 1_000_000; cents++) {
      const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`
      const money = Result.getOrThrow(Money.parse(text, "USD"))
      if (money.amount !== cents || Money.formatAmount(money) !== text) wrong += 1
    }
    assert.strictEqual(wrong, 0)
  })

  it("is exact in currencies without decimals and with three", () => {
    for (let amount = 0; amount <= 20_000; amount++) {
      assert.strictEqual(amountOf(String(amount), "JPY"), amount)
      const thousandths = `${Math.floor(amount / 1000)}.${String(amount % 1000).padStart(3, "0")}`
      assert.strictEqual(amountOf(thousandths, "KWD"), amount)
      assert.strictEqual(Money.formatAmount(Money.make(amount, "KWD")), thousandths)
    }
    assert.strictEqual(amountOf("1.2345", "CLF"), 12_345)
  })

  it("is exact up to 2^53 - 1 minor units and refused from 2^53 on", () => {
    for (const [currency, exact, above] of [
      ["USD", "90071992547409.91", "90071992547409.92"],
      ["JPY", "9007199254740991", "9007199254740992"],
      ["KWD", "9007199254740.991", "9007199254740.993"]
    ] as const) {
      assert.strictEqual(amountOf(exact, currency), Number.MAX_SAFE_INTEGER)
      assert.strictEqual(amountOf(`-${exact}`, currency), Number.MIN_SAFE_INTEGER)
      assert.match(String(amountOf(above, currency)), /too large/)
    }
    assert.match(String(amountOf("9".repeat(400), "JPY")), /too large/)
  })

  it("takes fewer decimals and trailing zeros, and never rounds", () => {
    assert.strictEqual(amountOf("12", "USD"), 1200)
    assert.strictEqual(amountOf("-12.5", "USD"), -1250)
    assert.strictEqual(amountOf("+12.5000", "USD"), 1250)
    assert.strictEqual(amountOf("007.10", "USD"), 710)
    assert.strictEqual(amountOf("100.00", "JPY"), 100)
    assert.match(String(amountOf("12.505", "USD")), /more decimals/)
    assert.match(String(amountOf("100.5", "JPY")), /more decimals/)
  })

  it("has no negative zero", () => {
    assert.isTrue(Object.is(amountOf("-0.00", "USD"), 0))
    assert.isTrue(Object.is(Money.negate(Money.zero("USD")).amount, 0))
    assert.isTrue(Object.is(Money.make(-0, "USD").amount, 0))
    assert.isTrue(Object.is(Money.split(Money.make(-1, "USD"), 3)[2]?.amount, 0))
  })

  it("is refused where it is no plain decimal", () => {
    for (const text of [
      "",
      " 1",
      "1 ",
      "1,50",
      "1.250,50",
      "1,250.50",
      ".5",
      "1.",
      "1e3",
      "0x10",
      "--1",
      "−1",
      "NaN",
      "١"
    ]) {
      assert.match(String(amountOf(text, "USD")), /not a decimal number/, text)
    }
  })

  it("is refused in a currency outside the table: two decimals are never guessed", () => {
    assert.match(String(amountOf("1.00", "XXX")), /not an ISO 4217/)
    assert.match(String(amountOf("1.00", "usd")), /not an ISO 4217/)
    assert.throws(() => Money.make(1, "constructor"), Money.MoneyError)
    assert.throws(() => Schema.decodeUnknownSync(Money.Money)({ amount: 1, currency: "XXX" }))
    assert.throws(() => Schema.decodeUnknownSync(Money.Money)({ amount: 1.5, currency: "USD" }))
    assert.throws(() => Schema.decodeUnknownSync(Money.Money)({ amount: 2 ** 53, currency: "USD" }))
  })

  it("knows the decimals that are not two, Iraq's and Madagascar's as the standard has them", () => {
    const decimals = (codes: string): ReadonlyArray<number> => codes.split(" ").map(Money.exponent)
    assert.deepStrictEqual(new Set(decimals("JPY KRW ISK CLP VND XOF XAF UGX PYG")), new Set([0]))
    assert.deepStrictEqual(new Set(decimals("BHD IQD JOD KWD LYD OMR TND")), new Set([3]))
    assert.deepStrictEqual(new Set(decimals("CLF UYW")), new Set([4]))
    assert.deepStrictEqual(new Set(decimals("USD EUR GBP SEK MGA MRU HUF TWD")), new Set([2]))
  })
})

describe("arithmetic", () => {
  it("never lets two currencies meet", () => {
    const [usd, eur] = [Money.make(1, "USD"), Money.make(1, "EUR")]
    for (const meet of [Money.add, Money.subtract, Money.min]) {
      assert.throws(() => meet(usd, eur), Money.MoneyError)
    }
    assert.throws(() => Money.sum([usd], "EUR"), Money.MoneyError)
    assert.isFalse(Money.equals(usd, eur))
  })

  it("never leaves the safe integers", () => {
    const most = Money.make(Number.MAX_SAFE_INTEGER, "USD")
    assert.throws(() => Money.add(most, Money.make(1, "USD")), Money.MoneyError)
    assert.throws(() => Money.subtract(Money.negate(most), Money.make(1, "USD")), Money.MoneyError)
    for (const amount of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      assert.throws(() => Money.make(amount, "USD"), Money.MoneyError)
    }
  })

  it.prop(
    "splits into parts that make the whole and differ by a minor unit at most, larger ones first",
    { amount: within(-1e12, 1e12), parts: within(1, 48), currency: Schema.Literals(["USD", "JPY", "KWD"]) },
    ({ amount, currency, parts }) => {
      const split = Money.split(Money.make(amount, currency), parts)
      const sizes = split.map((part) => Math.abs(part.amount))
      assert.lengthOf(split, parts)
      assert.strictEqual(Money.sum(split, currency).amount, amount)
      assert.isAtMost(Math.max(...sizes) - Math.min(...sizes), 1)
      assert.deepStrictEqual(
        sizes,
        sizes.toSorted((a, b) => b - a)
      )
    },
    { arbitrary: { runs: 2000, seed: 1 } }
  )

  it("splits the largest amounts exactly", () => {
    for (let parts = 1; parts <= 48; parts++) {
      for (const amount of [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, Number.MIN_SAFE_INTEGER]) {
        const split = Money.split(Money.make(amount, "USD"), parts)
        assert.strictEqual(Money.sum(split, "USD").amount, amount)
        assert.isAtMost(Math.abs((split[0]?.amount ?? 0) - (split.at(-1)?.amount ?? 0)), 1)
      }
    }
    for (const parts of [0, -1, 1.5, Number.NaN]) {
      assert.throws(() => Money.split(Money.make(1, "USD"), parts), Money.MoneyError)
    }
  })

  it.prop(
    "reads back what it writes",
    {
      amount: within(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      currency: Schema.Literals(["USD", "JPY", "KWD", "CLF"])
    },
    ({ amount, currency }) => {
      const money = Money.make(amount, currency)
      assert.deepStrictEqual(Money.parse(Money.formatAmount(money), currency), Result.succeed(money))
      assert.strictEqual(Money.format(money), `${Money.formatAmount(money)} ${currency}`)
    },
    { arbitrary: { runs: 1000, seed: 1 } }
  )
})
