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

/** Seconds since midnight, or nothing where it is not a time of day. */
export const parseTime = (text: string): number | undefined => {
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
