/**
 * Reads an amount as people and spreadsheets write it (`$1,049.99`, `4.626,81`, `($370)`, `−12,00 €`) by its digits.
 * Whether a comma or a point splits off the fraction is never guessed: `1.234` alone says nothing, and stays unread
 * until the file or its format has said which it is.
 */
import { Money } from "@paymirror/core"
import * as Result from "effect/Result"
import type { Decimal } from "./Format.ts"

/** What an amount's own shape says of the decimal sign. */
export type Evidence = Decimal | "ambiguous" | "none"

/** Minor units of a plain decimal (`-1049.9`), or nothing where it is not one or does not fit. */
const plain = (text: string, digits: number): number | undefined => {
  const start = text.charCodeAt(0) === 45 ? 1 : 0
  const length = text.length
  if (length === start || length > 15) return undefined
  let value = 0
  let decimals = -1
  for (let i = start; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 48 && code <= 57) {
      value = value * 10 + code - 48
      if (decimals >= 0) decimals += 1
    } else if (code === 46 && decimals < 0 && i > start && i < length - 1) decimals = 0
    else return undefined
  }
  if (decimals > digits) return undefined
  for (let i = Math.max(decimals, 0); i < digits; i++) value *= 10
  return !Number.isSafeInteger(value) ? undefined : start === 1 && value !== 0 ? -value : value
}

const mark = "(?:\\p{Sc}|[A-Z]{1,3}\\p{Sc}|[A-Z]{3}|kr|zł)"
const shape = new RegExp(
  `^(\\()?\\s*([+\\-−]?)\\s*${mark}?\\s*([+\\-−]?)\\s*(\\d(?:[\\d.,'’\\s]*\\d)?)\\s*${mark}?\\s*([\\-−]?)\\s*(\\))?$`,
  "u"
)

interface Parts {
  readonly negative: boolean
  readonly body: string
}

const parts = (text: string): Parts | undefined => {
  const match = shape.exec(text)
  if (match === null) return undefined
  const [, open, before = "", after = "", body = "", trailing = "", close] = match
  if ((open === undefined) !== (close === undefined)) return undefined
  const signs = before + after + trailing
  if (signs.length > 1 || (open !== undefined && signs !== "")) return undefined
  return { negative: open !== undefined || (signs !== "" && signs !== "+"), body }
}

/** What the shape of an amount says, for the proof over a whole file. */
export const evidence = (text: string): Evidence => {
  const body = parts(text.trim())?.body
  if (body === undefined) return "none"
  const point = body.lastIndexOf(".")
  const comma = body.lastIndexOf(",")
  if (point === -1 && comma === -1) return "none"
  if (point !== -1 && comma !== -1) return point > comma ? "point" : "comma"
  const at = Math.max(point, comma)
  const sign: Decimal = point === -1 ? "comma" : "point"
  if (body.indexOf(sign === "point" ? "." : ",") !== at) return sign === "point" ? "comma" : "point"
  const whole = body.slice(0, at).replace(/[\s'’]/g, "")
  const grouped = body.length - at - 1 === 3 && whole.length <= 3 && whole !== "0"
  return grouped && whole.length === at ? "ambiguous" : sign
}

const grouped: Readonly<Record<Decimal, RegExp>> = {
  point: /^(\d{1,3}(?:([,'’\s])\d{3})(?:\2\d{3})*|\d+)(?:\.(\d+))?$/u,
  comma: /^(\d{1,3}(?:([.'’\s])\d{3})(?:\2\d{3})*|\d+)(?:,(\d+))?$/u
}

/** A plain decimal (`-1049.99`), or nothing where the text is not one amount in that notation. */
const normalise = (text: string, decimal: Decimal): string | undefined => {
  const found = parts(text)
  if (found === undefined) return undefined
  const match = grouped[decimal].exec(found.body)
  if (match === null) return undefined
  const [, whole = "", , fraction] = match
  return `${found.negative ? "-" : ""}${whole.replace(/\D/g, "")}${fraction === undefined ? "" : `.${fraction}`}`
}

/** An amount in minor units, or why it is none. The reason never repeats the text. */
export const parse = (raw: string, currency: Money.Currency, decimal: Decimal | undefined): number | string => {
  if (decimal === "point") {
    const quick = plain(raw, Money.exponent(currency))
    if (quick !== undefined) return quick
  }
  const text = raw.trim()
  const own = decimal ?? evidence(text)
  if (own === "ambiguous") return "its decimal sign cannot be told: the one separator may group thousands"
  const normal = normalise(text, own === "none" ? "point" : own)
  if (normal === undefined) return "not an amount"
  const money = Money.parse(normal, currency)
  if (Result.isSuccess(money)) return money.success.amount
  return normal.replace(/\D/g, "").length > 15 ? "too large" : `more decimals than ${currency} has`
}
