/**
 * Reads single fields of parsed JSON as banks write them: absent, null, blank or of another shape all mean that the field
 * says nothing. It trims ids and judges none, keeps amounts as written, and never throws.
 */
import type { Party, Written } from "../Entry.ts"

export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const nothing: Fields = {}

/** The object in a field; an empty one where there is none. */
export const inside = (value: unknown): Fields => (isFields(value) ? value : nothing)

const empty: ReadonlyArray<unknown> = []

/** The list in a field; an empty one where there is none. */
export const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : empty)

/** Text that says something, as it was written. */
export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value : undefined

/** An id, a code or a date: trimmed, and some banks write numbers. */
export const word = (value: unknown): string | undefined =>
  typeof value === "string"
    ? value.trim() || undefined
    : typeof value === "number" && Number.isSafeInteger(value)
      ? String(value)
      : undefined

/** `{currency, amount}`, where both are there. */
export const written = (value: unknown): Written | undefined => {
  if (!isFields(value)) return undefined
  const { amount } = value
  const currency = word(value["currency"])
  if (currency === undefined) return undefined
  if (typeof amount === "string") return amount.trim() === "" ? undefined : { amount: amount.trim(), currency }
  return typeof amount === "number" ? { amount, currency } : undefined
}

/** What names an account in an account reference, the IBAN before anything else. */
export const accountOf = (value: unknown): string | undefined => {
  if (!isFields(value)) return word(value)
  return (
    word(value["iban"]) ??
    word(value["bban"]) ??
    word(value["pan"]) ??
    word(value["maskedPan"]) ??
    word(value["msisdn"]) ??
    word(inside(value["other"])["identification"])
  )
}

/** A party where anything of it is known. */
export const party = (name: string | undefined, account: string | undefined): Party | undefined =>
  name === undefined && account === undefined ? undefined : { name, account }

/** Each text once, in the order they came. */
export const distinct = (texts: Iterable<string | undefined>): ReadonlyArray<string> => {
  const found: Array<string> = []
  for (const each of texts) if (each !== undefined && !found.includes(each)) found.push(each)
  return found
}

/** What was paid in another currency. The standard's exchange rates do not name it; banks add it. */
export const foreignOf = (exchange: unknown, own: string): Written | undefined => {
  if (exchange === undefined || exchange === null) return undefined
  for (const each of Array.isArray(exchange) ? exchange : [exchange]) {
    const amount = written(inside(each)["instructedAmount"])
    if (amount !== undefined && amount.currency !== own) return amount
  }
  return undefined
}
