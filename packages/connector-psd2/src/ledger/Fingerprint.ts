/**
 * What is kept of an entry to know it again: short hashes, never its words. A text is normalised before, so that case,
 * spacing and a date that a bank puts in front of it one day and takes away the next do not make another entry of it.
 */
import type { Entry } from "../Entry.ts"

const leadingDate = /^(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}(?:[./-](?:\d{4}|\d{2}))?)(?=[^\d]|$)[\s:,;-]*/

/** All but the single blank, which most texts have and which can stay as it is. */
const irregularSpace = /\s{2,}|[^\S ]/g

export const normalise = (text: string): string => {
  const flat = text.normalize("NFKC").toLowerCase().replace(irregularSpace, " ").trim()
  const first = flat.charCodeAt(0)
  return first >= 48 && first <= 57 ? flat.replace(leadingDate, "") : flat
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
const pairs = Array.from({ length: 4096 }, (_, index) => `${digits[index >> 6]}${digits[index & 63]}`)

/** 54 bits in nine characters: enough to tell apart what falls into one group, and not a way back to the text. */
export const hash = (text: string): string => {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return `${pairs[a & 4095]}${pairs[(a >>> 12) & 4095]}${pairs[b & 4095]}${pairs[(b >>> 12) & 4095]}${digits[(a >>> 24) & 63]}`
}

/** The hash of an entry's words; of its merchant or parties only where it has no other. Empty for one without any. */
export const ofTexts = ({ creditor, debtor, merchant, texts }: Entry): string => {
  const said = texts.length > 0 ? texts.join(" ") : (merchant ?? creditor?.name ?? debtor?.name ?? "")
  const text = normalise(said)
  return text === "" ? "" : hash(text)
}
