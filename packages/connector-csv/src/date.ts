/**
 * Reads the day, time and zone of a row as they are written, and collects over a whole file what its dates prove about
 * their order. `03/04/2024` proves nothing; one `13/04/2024` anywhere in the file does.
 */
import { CalendarDate } from "@paymirror/core"
import type { DateOrder } from "./Format.ts"

const yearFirst = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/
const yearLast = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/

/** Splits `2023-10-06 23:59:59 EDT` or `2024-01-05T10:00` into day, time and zone. */
export const split = (cell: string): readonly [day: string, time: string, zone: string] => {
  if (isIsoMoment(cell)) return [cell.slice(0, 10), cell.slice(11), ""]
  const text = cell.trim()
  const gap = text.search(/[\sT]/)
  if (gap === -1) return [text, "", ""]
  const rest = text.slice(gap + 1).trim()
  const next = rest.search(/\s(?![AaPp][Mm]\b)/)
  if (next === -1) {
    const zoned = /^(\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?)(Z|[+-]\d{2}:?\d{2})$/i.exec(rest)
    return zoned === null ? [text.slice(0, gap), rest, ""] : [text.slice(0, gap), zoned[1] ?? "", zoned[2] ?? ""]
  }
  return [text.slice(0, gap), rest.slice(0, next), rest.slice(next + 1).trim()]
}

/** Whether a text has the outline of `2023-10-06 23:59:59`, which most cells have. */
const isIsoMoment = (text: string): boolean =>
  text.length === 19 &&
  text.charCodeAt(4) === 45 &&
  text.charCodeAt(7) === 45 &&
  text.charCodeAt(10) === 32 &&
  text.charCodeAt(13) === 58 &&
  text.charCodeAt(16) === 58 &&
  text.charCodeAt(18) > 47

/** The day of a cell, without its time. */
export const dayOf = (cell: string): string => (isIsoMoment(cell) ? cell.slice(0, 10) : split(cell)[0])

const pad = (digits: string): string => (digits.length === 1 ? `0${digits}` : digits)

/** A calendar date, or why it is none. */
export const parseDay = (
  text: string,
  order: DateOrder | undefined
): { readonly date: CalendarDate.CalendarDate } | { readonly reason: string } => {
  if (text.length === 10 && text.charCodeAt(4) === 45 && CalendarDate.is(text)) return { date: text }
  const first = yearFirst.exec(text)
  if (first !== null) return exists(`${first[1]}-${pad(first[3] ?? "")}-${pad(first[4] ?? "")}`)
  const last = yearLast.exec(text)
  if (last === null) return { reason: "not a date" }
  const [, a = "", , b = "", year = ""] = last
  if (order === "dmy") return exists(`${year}-${pad(b)}-${pad(a)}`)
  if (order === "mdy" || a === b) return exists(`${year}-${pad(a)}-${pad(b)}`)
  return { reason: order === "ymd" ? "not a date with the year first" : "the order of day and month is not known" }
}

const exists = (date: string): { readonly date: string } | { readonly reason: string } =>
  CalendarDate.is(date) ? { date } : { reason: "no such day in that order" }

const clockTime = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s?([AaPp])[Mm])?$/

const digit = (text: string, at: number): number => text.charCodeAt(at) - 48

/** Seconds since midnight, or nothing where it is not a time of day. */
export const parseTime = (text: string): number | undefined => {
  if (text.length === 8 && text.charCodeAt(2) === 58 && text.charCodeAt(5) === 58) {
    const [h1, h2, m1, m2, s1, s2] = [
      digit(text, 0),
      digit(text, 1),
      digit(text, 3),
      digit(text, 4),
      digit(text, 6),
      digit(text, 7)
    ]
    const plain =
      h1 >= 0 &&
      h1 <= 2 &&
      h2 >= 0 &&
      h2 <= 9 &&
      h1 * 10 + h2 <= 23 &&
      m1 >= 0 &&
      m1 <= 5 &&
      m2 >= 0 &&
      m2 <= 9 &&
      s1 >= 0 &&
      s1 <= 5 &&
      s2 >= 0 &&
      s2 <= 9
    if (plain) return (h1 * 10 + h2) * 3600 + (m1 * 10 + m2) * 60 + s1 * 10 + s2
  }
  const match = clockTime.exec(text)
  if (match === null) return undefined
  let hour = Number(match[1])
  const minute = Number(match[2])
  const second = Number(match[3] ?? "0")
  if (match[4] !== undefined) {
    if (hour < 1 || hour > 12) return undefined
    hour = (hour % 12) + (match[4].toLowerCase() === "p" ? 12 : 0)
  }
  return hour > 23 || minute > 59 || second > 59 ? undefined : hour * 3600 + minute * 60 + second
}

/** Where a file proved an order, and with what. */
export interface Seen {
  readonly line: number
  readonly text: string
}

/** What the dates of a file have shown so far. */
export interface OrderEvidence {
  dmy?: Seen
  mdy?: Seen
  ambiguous?: Seen
}

/** Adds one date to the evidence. Dates with the year first, and those that are the same either way, prove nothing. */
export const observe = (evidence: OrderEvidence, text: string, line: number): void => {
  if (evidence.dmy !== undefined && evidence.mdy !== undefined) return
  const match = yearLast.exec(text)
  if (match === null) return
  const a = Number(match[1])
  const b = Number(match[3])
  if (a === b || a === 0 || b === 0 || a > 31 || b > 31) return
  if (a > 12 && b <= 12) evidence.dmy ??= { line, text }
  else if (b > 12 && a <= 12) evidence.mdy ??= { line, text }
  else if (a <= 12 && b <= 12) evidence.ambiguous ??= { line, text }
}
