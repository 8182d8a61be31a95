/**
 * What is remembered of the entries of some hundred days, so that they are known again whatever the bank does to their
 * ids, texts and order: for each its row, day, amount and a few hashes. It travels in the checkpoint as one line per
 * entry. No word of an entry is in it.
 */
import { CalendarDate } from "@paymirror/core"

export interface Known {
  /** The mirror's id of the row. Never given to another entry. */
  readonly row: string
  /** Days since 1970-01-01. */
  day: number
  readonly minor: number
  readonly currency: string
  /** Hashes; empty where the entry has none. */
  text: string
  id: string
  after: number | undefined
}

/** Days after which an entry is forgotten: no regular read reaches back as far. */
const rememberedDays = 100

const escape = (text: string): string => (/[\s%]/.test(text) ? encodeURIComponent(text) : text)

const unescape = (text: string): string => (text.includes("%") ? decodeURIComponent(text) : text)

export const encode = (known: Iterable<Known>, since: number): string => {
  const lines: Array<string> = []
  for (const { after, currency, day, id, minor, row, text } of known) {
    if (day < since) continue
    lines.push(
      `${escape(row)} ${day.toString(36)} ${minor.toString(36)} ${currency} ${text} ${id} ${after === undefined ? "" : after.toString(36)}`
    )
  }
  return lines.join("\n")
}

/** Lines that cannot be read are left out: what they spoke of is then new again, under the id it had. */
export const decode = (text: string): Array<Known> => {
  const known: Array<Known> = []
  for (const line of text === "" ? [] : text.split("\n")) {
    const [row = "", day = "", minor = "", currency = "", words = "", id = "", after = ""] = line.split(" ")
    const one: Known = {
      row: unescape(row),
      day: Number.parseInt(day, 36),
      minor: Number.parseInt(minor, 36),
      currency,
      text: words,
      id,
      after: after === "" ? undefined : Number.parseInt(after, 36)
    }
    if (row !== "" && Number.isSafeInteger(one.day) && Number.isSafeInteger(one.minor)) known.push(one)
  }
  return known
}

/** Since which day entries are remembered, seen from a day. */
export const since = (today: CalendarDate.CalendarDate): number => CalendarDate.toEpochDay(today) - rememberedDays
