/**
 * What a bank wrote as an amount, read by its digits: how much, and which sign stood before it. Text and JSON numbers are
 * read alike; nothing is rounded, and what does not fit the currency is refused. Refusals never repeat the amount.
 */
import { Money } from "@paymirror/core"
import * as Result from "effect/Result"
import type { Written } from "../Entry.ts"

export interface Amount {
  /** Never negative. */
  readonly money: Money.Money
  readonly sign: "minus" | "plus" | "none"
}

const minus = 45
const plus = 43

const plain = /^[+-]?\d+(?:\.\d+)?$/

const why = (text: string, currency: string): string => {
  if (!Money.currencies.has(currency)) return "the currency is not an ISO 4217 code"
  if (!plain.test(text)) return "the amount is not a decimal number"
  return /[1-9]/.test(text.split(".")[1]?.slice(Money.exponent(currency)) ?? "")
    ? `the amount has more decimals than ${currency}`
    : "the amount is too large"
}

export const read = (written: Written): Result.Result<Amount, string> => {
  const text = typeof written.amount === "number" ? String(written.amount) : written.amount.trim()
  const currency = written.currency.trim()
  const money = Money.parse(text, currency)
  if (Result.isFailure(money)) return Result.fail(why(text, currency))
  const first = text.charCodeAt(0)
  const { amount } = money.success
  return Result.succeed({
    money: amount < 0 ? { amount: -amount, currency } : money.success,
    sign: first === minus ? "minus" : first === plus ? "plus" : "none"
  })
}
