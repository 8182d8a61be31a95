/**
 * An amount of one currency: an integer of minor units (cents) and an ISO 4217 code. The number of decimals comes from
 * a pinned table, never from `Intl` (whose data differ from the standard), and no amount is ever a fraction: what does
 * not fit a whole minor unit, or a safe integer, is refused instead of rounded. Amounts of two currencies never meet.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** ISO 4217 codes whose minor unit is not a hundredth. Every other code in {@link currencies} has two decimals. */
const exponents: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4
}

const twoDecimals =
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP " +
  "COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR " +
  "JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN " +
  "NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL " +
  "THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"

const table: ReadonlyMap<string, number> = new Map([
  ...twoDecimals.split(" ").map((code): [string, number] => [code, 2]),
  ...Object.entries(exponents)
])

/** The ISO 4217 codes the model knows. */
export const currencies: ReadonlySet<string> = new Set(table.keys())

/** An ISO 4217 code from the pinned table. */
export const Currency = Schema.String.check(
  Schema.makeFilter((code: string) => table.has(code), { expected: "an ISO 4217 currency code" })
)
export type Currency = string

/** `amount` is a safe integer of minor units of `currency`; `{ amount: 1250, currency: "USD" }` is $12.50. */
export const Money = Schema.Struct({ amount: Schema.Int, currency: Currency })
export type Money = typeof Money.Type

/** Two currencies met, or a result left the range of safe integers: a bug in the caller, so it is thrown. */
export class MoneyError extends Error {
  override readonly name = "MoneyError"
}

const safe = (amount: number): number => {
  if (!Number.isSafeInteger(amount)) throw new MoneyError(`${amount} is not a whole number of minor units`)
  return amount
}

/** Decimals of a currency's minor unit. Throws for a code outside the table: two is never guessed. */
export const exponent = (currency: Currency): number => {
  const digits = table.get(currency)
  if (digits === undefined) throw new MoneyError(`"${currency}" is not an ISO 4217 currency code`)
  return digits
}

export const make = (amount: number, currency: Currency): Money => {
  exponent(currency)
  return { amount: amount === 0 ? 0 : safe(amount), currency }
}

export const zero = (currency: Currency): Money => make(0, currency)

const together = (a: Money, b: Money): void => {
  if (a.currency !== b.currency) throw new MoneyError(`${a.currency} and ${b.currency} do not add up`)
}

export const add = (a: Money, b: Money): Money => {
  together(a, b)
  return { amount: safe(a.amount + b.amount), currency: a.currency }
}

export const subtract = (a: Money, b: Money): Money => {
  together(a, b)
  return { amount: safe(a.amount - b.amount), currency: a.currency }
}

export const negate = (a: Money): Money => ({ amount: a.amount === 0 ? 0 : -a.amount, currency: a.currency })

export const sum = (amounts: ReadonlyArray<Money>, currency: Currency): Money => amounts.reduce(add, zero(currency))

export const equals = (a: Money, b: Money): boolean => a.amount === b.amount && a.currency === b.currency

export const isZero = (a: Money): boolean => a.amount === 0

export const min = (a: Money, b: Money): Money => {
  together(a, b)
  return a.amount <= b.amount ? a : b
}

/** Splits into `parts` whole amounts that sum to the whole and differ by at most one minor unit, larger ones first. */
export const split = (whole: Money, parts: number): ReadonlyArray<Money> => {
  if (!Number.isInteger(parts) || parts < 1) throw new MoneyError(`cannot split into ${parts} parts`)
  const base = Math.trunc(whole.amount / parts)
  const rest = whole.amount - base * parts
  const unit = Math.sign(rest)
  return Array.from({ length: parts }, (_, index) => make(base + (index < Math.abs(rest) ? unit : 0), whole.currency))
}

const decimal = /^([+-]?)(\d+)(?:\.(\d+))?$/

/** Reads a plain decimal (`-1250.5`, no grouping, point as separator) by its digits, never through a float. */
export const parse = (text: string, currency: Currency): Result.Result<Money, string> => {
  const digits = table.get(currency)
  if (digits === undefined) return Result.fail(`"${currency}" is not an ISO 4217 currency code`)
  const match = decimal.exec(text)
  if (match === null) return Result.fail(`"${text}" is not a decimal number`)
  const [, sign, whole = "", fraction = ""] = match
  if (/[1-9]/.test(fraction.slice(digits)))
    return Result.fail(`"${text}" has more decimals than ${currency} (${digits})`)
  const amount = Number(whole + fraction.slice(0, digits).padEnd(digits, "0"))
  if (!Number.isSafeInteger(amount)) return Result.fail(`"${text}" is too large`)
  return Result.succeed({ amount: sign === "-" && amount !== 0 ? -amount : amount, currency })
}

/** `-12.50 USD`: exact, locale-free, and readable back with {@link parse}. */
export const format = (money: Money): string => `${formatAmount(money)} ${money.currency}`

/** The decimal part of {@link format}. */
export const formatAmount = ({ amount, currency }: Money): string => {
  const digits = exponent(currency)
  const text = String(Math.abs(amount)).padStart(digits + 1, "0")
  const whole = text.slice(0, text.length - digits)
  return `${amount < 0 ? "-" : ""}${whole}${digits === 0 ? "" : `.${text.slice(-digits)}`}`
}
