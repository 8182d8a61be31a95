/**
 * A day a person reads on a screen (a due date, a booking date): `YYYY-MM-DD` in the provider's own calendar. It never
 * passes through a time zone; whoever needs one from an instant says which zone they mean.
 */
import * as Schema from "effect/Schema"

const shape = /^(\d{4})-(\d{2})-(\d{2})$/

const daysInMonth = (year: number, month: number): number =>
  month === 2
    ? (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
    : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31

/** Whether the text is a day that exists. */
export const is = (text: string): boolean => {
  const match = shape.exec(text)
  if (match === null) return false
  const month = Number(match[2])
  const day = Number(match[3])
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(Number(match[1]), month)
}

export const CalendarDate = Schema.String.check(
  Schema.makeFilter(is, { expected: "a calendar date, YYYY-MM-DD" })
)
export type CalendarDate = string

const pad = (value: number, width: number): string => String(value).padStart(width, "0")

/** Days since 1970-01-01 (proleptic Gregorian). */
export const toEpochDay = (date: CalendarDate): number => {
  const match = shape.exec(date)
  if (match === null) throw new RangeError(`"${date}" is not a calendar date`)
  const year = Number(match[1])
  const month = Number(match[2])
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + Number(match[3]) - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

export const fromEpochDay = (days: number): CalendarDate => {
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

/** The same day of a later month, or that month's last day where it is shorter. */
export const addMonths = (date: CalendarDate, months: number): CalendarDate => {
  const match = shape.exec(date)
  if (match === null) throw new RangeError(`"${date}" is not a calendar date`)
  const index = Number(match[1]) * 12 + Number(match[2]) - 1 + months
  const year = Math.floor(index / 12)
  const month = index - year * 12 + 1
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(Math.min(Number(match[3]), daysInMonth(year, month)), 2)}`
}
