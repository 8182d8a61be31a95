/**
 * Which of a bank's ids can be believed. The institution says which field it is; a value that cannot be an id (a
 * placeholder, a position in a list, another length than its ids have) is none whatever it says. Whether an id is unique
 * is seen when all that was read is compared.
 */
import type { Entry } from "../Entry.ts"
import type { IdPolicy } from "../Institution.ts"

/** All blanks, zeros, nines or one other character; a debit or credit in the place of an id; a word for nothing. */
const placeholder =
  /^(?:(.)\1*|0+(?:debit|credit).*|0123456789|1234567890|null|none|undefined|n\/?a|notprovided|nonref)$/i

/** `2024-06-01-3`, `20240601-3`: the third of its day, until an entry lands before it. A bare small number is no better. */
const positional = /^(?:\d{4}-\d{2}-\d{2}[-_./]\d{1,4}|\d{8}[-_./]\d{1,4}|\d{1,4})$/

/** What this connector makes itself; a bank's id that looks like one would be mistaken for it. */
const ours = /^(?:e-[0-9a-z]+-\d+$|pending:|balance:)/

const unprintable = /[\p{Cc}\p{Zl}\p{Zp}]/u

const isPlausible = (id: string, pattern?: RegExp): boolean =>
  id.length > 0 &&
  id.length <= 200 &&
  !placeholder.test(id) &&
  !positional.test(id) &&
  !ours.test(id) &&
  !unprintable.test(id) &&
  (pattern === undefined || pattern.test(id))

/** The id of an entry that may be believed, before uniqueness is looked at. */
export const of = (entry: Entry, policy: IdPolicy, pattern?: RegExp): string | undefined => {
  if (policy === "none") return undefined
  const id = (policy === "transactionId" ? entry.transactionId : entry.entryReference)?.trim()
  return id !== undefined && isPlausible(id, pattern) ? id : undefined
}
