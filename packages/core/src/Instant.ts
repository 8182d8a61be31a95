/**
 * A moment in UTC, kept as text in one canonical form (`2026-06-08T12:04:11.000Z`), so that text order is time order.
 * Nothing here reads a clock.
 */
import * as Schema from "effect/Schema"
import * as CalendarDate from "./CalendarDate.ts"

const canonical = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

const lenient =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/i

const offsets = /^(?:Z|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?)$/i

const reads = (text: string): boolean => {
  if (!canonical.test(text)) return false
  return (
    CalendarDate.is(text.slice(0, 10)) &&
    Number(text.slice(11, 13)) < 24 &&
    Number(text.slice(14, 16)) < 60 &&
    Number(text.slice(17, 19)) < 60
  )
}

export const Instant = Schema.String.check(
  Schema.makeFilter(reads, { expected: "an instant in UTC with milliseconds" })
)
export type Instant = string

/**
 * Reads RFC 3339 and its common relatives (space for `T`, missing seconds, `+0200`) into the canonical form; a leap
 * second is read as the second before it. `offset` (`Z`, `-04:00`) is what to assume where the text carries none;
 * without it such a text is not an instant. Nor is a moment outside the years 0000 to 9999.
 */
export const parse = (text: string, offset?: string): Instant | undefined => {
  if (reads(text)) return text
  const match = lenient.exec(text)
  if (match === null) return undefined
  const [, date = "", hour = "", minute = "", second = "00", fraction = "", zone = offset] = match
  const minutes = zone === undefined ? undefined : offsetMinutes(zone)
  if (minutes === undefined || !CalendarDate.is(date)) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  const day = CalendarDate.toEpochDay(date)
  const time = (Number(hour) * 60 + Number(minute)) * 60_000 + Math.min(Number(second), 59) * 1000
  const millis = Number(fraction.slice(0, 3).padEnd(3, "0"))
  const moment = day * 86_400_000 + time + millis - minutes * 60_000
  return moment < first || moment > last ? undefined : fromEpochMillis(moment)
}

const offsetMinutes = (zone: string): number | undefined => {
  const match = offsets.exec(zone)
  if (match === null) return undefined
  const [, sign, hours = "0", minutes = "0"] = match
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** The first and the last millisecond the canonical form can write. */
const first = -62_167_219_200_000
const last = 253_402_300_799_999

/** Throws `RangeError` for what is no whole millisecond of the years 0000 to 9999. */
export const fromEpochMillis = (millis: number): Instant => {
  if (!Number.isInteger(millis)) throw new RangeError("not a whole millisecond")
  const days = Math.floor(millis / 86_400_000)
  const rest = millis - days * 86_400_000
  const two = (value: number): string => String(value).padStart(2, "0")
  const seconds = Math.floor(rest / 1000)
  return `${CalendarDate.fromEpochDay(days)}T${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(
    seconds % 60
  )}.${String(rest % 1000).padStart(3, "0")}Z`
}

export const toEpochMillis = (instant: Instant): number =>
  CalendarDate.toEpochDay(instant.slice(0, 10)) * 86_400_000 +
  Number(instant.slice(11, 13)) * 3_600_000 +
  Number(instant.slice(14, 16)) * 60_000 +
  Number(instant.slice(17, 19)) * 1000 +
  Number(instant.slice(20, 23))

/** The day of an instant in UTC. For a day in a place, convert with that place's zone first. */
export const utcDate = (instant: Instant): CalendarDate.CalendarDate => instant.slice(0, 10)
