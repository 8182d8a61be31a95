/**
 * Whether a text is a day that exists. Due dates and the days of moments repeat from row to row, so a day that was checked
 * once is not taken apart again; what is remembered is bounded and is only ever a calendar day.
 */
import { CalendarDate } from "@paymirror/core"

const days = new Set<string>()

export const isDay = (text: string): boolean => {
  if (days.has(text)) return true
  if (!CalendarDate.is(text)) return false
  if (days.size >= 4096) days.clear()
  days.add(text)
  return true
}
