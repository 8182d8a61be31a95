/**
 * A day a person reads on a screen (a due date, a booking date): `YYYY-MM-DD` in the provider's own calendar. It never
 * passes through a time zone; whoever needs one from an instant says which zone they mean.
 */
import * as Schema from "effect/Schema"

const shape = /^\d{4}-\d{2}-\d{2}$/

const daysInMonth = (year: number, month: number): number =>
  month === 2
    ? (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31

const read = (text: string): { readonly year: number; readonly month: number; readonly day: number } | undefined => {
  if (!shape.test(text)) return undefined
  const year = Number(text.slice(0, 4))
  const month = Number(text.slice(5, 7))
  const day = Number(text.slice(8))
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month) ? { year, month, day } : undefined
}

const fields = (date: CalendarDate): { readonly year: number; readonly month: number; readonly day: number } => {
  const found = read(date)
  if (found === undefined) throw new RangeError("not a calendar date")
  return found
}

/** Whether the text is a day that exists. */
export const is = (text: string): boolean => read(text) !== undefined

export const CalendarDate = Schema.String.check(Schema.makeFilter(is, { expected: "a calendar date, YYYY-MM-DD" }))
export type CalendarDate = string

const pad = (value: number, width: number): string => String(value).padStart(width, "0")

/** Days since 1970-01-01 (proleptic Gregorian). Throws `RangeError` for a day that does not exist. */
export const toEpochDay = (date: CalendarDate): number => {
  const { day, month, year } = fields(date)
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

/** Days from 1970-01-01 to 0000-01-01 and to 9999-12-31: what four digits of a year can write. */
const first = -719_528
const last = 2_932_896

/** The day so many days after 1970-01-01. Throws `RangeError` outside the years 0000 to 9999. */
export const fromEpochDay = (days: number): CalendarDate => {
  if (!Number.isInteger(days) || days < first || days > last) throw new RangeError("outside the calendar")
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1, 2)}`
}

export const addDays = (date: CalendarDate, days: number): CalendarDate => fromEpochDay(toEpochDay(date) + days)

/** Whole days from `a` to `b`; negative when `b` is earlier. */
export const daysBetween = (a: CalendarDate, b: CalendarDate): number => toEpochDay(b) - toEpochDay(a)

/** The same day of a later month, or that month's last day where it is shorter. Throws `RangeError` as above. */
export const addMonths = (date: CalendarDate, months: number): CalendarDate => {
  const { day, month: from, year: fromYear } = fields(date)
  const index = fromYear * 12 + from - 1 + months
  const year = Math.floor(index / 12)
  const month = index - year * 12 + 1
  if (!Number.isInteger(months) || year < 0 || year > 9999) throw new RangeError("outside the calendar")
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(Math.min(day, daysInMonth(year, month)), 2)}`
}
