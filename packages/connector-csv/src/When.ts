/** When a row happened, as far as its file says: the local day, the time, and the instant where the zone resolves. */
import { type CalendarDate, Instant } from "@paymirror/core"
import { dayOf, parseDay, parseTime, split } from "./date.ts"
import type { DateOrder, Field } from "./Format.ts"
import type { Layout } from "./recognise.ts"
import * as Zone from "./Zone.ts"

export interface When {
  readonly date: CalendarDate.CalendarDate | undefined
  /** Seconds since midnight. */
  readonly seconds: number | undefined
  readonly instant: Instant.Instant | undefined
  readonly completed: CalendarDate.CalendarDate | undefined
}

export interface Unread {
  readonly field: Field
  readonly reason: string
}

const padded: ReadonlyArray<string> = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"))

const two = (value: number): string => padded[value] ?? ""

/** `06:11:59`, however the file pads it. */
export const clock = (seconds: number): string =>
  `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`

/** A reader of one file's date columns. It remembers the last day it read, since neighbours share it. */
export const reader = (
  layout: Layout,
  order: DateOrder | undefined
): ((cells: ReadonlyArray<string>) => When | Unread) => {
  const resolve = Zone.resolver()
  const { date: dateAt, time: timeAt, zone: zoneAt, completed: completedAt } = layout.at
  let lastText = ""
  let last = ""

  const day = (text: string): string | { readonly reason: string } => {
    if (text === lastText) return last
    const parsed = parseDay(text, order)
    if ("reason" in parsed) return parsed
    lastText = text
    last = parsed.date
    return last
  }

  return (cells) => {
    const [dayText, timeInDate, zoneInDate] = split(cells[dateAt] ?? "")
    const date = dayText === "" ? undefined : day(dayText)
    if (typeof date === "object") return { field: "date", reason: date.reason }
    const timeText = timeAt < 0 ? timeInDate : (cells[timeAt] ?? "").trim()
    const seconds = timeText === "" ? undefined : parseTime(timeText)
    if (timeText !== "" && seconds === undefined)
      return { field: timeAt < 0 ? "date" : "time", reason: "not a time of day" }
    const completedText = completedAt < 0 ? "" : dayOf(cells[completedAt] ?? "")
    const completed = completedText === "" ? undefined : day(completedText)
    if (typeof completed === "object") return { field: "completed", reason: completed.reason }
    const zone = zoneAt < 0 ? zoneInDate : (cells[zoneAt] ?? "").trim()
    const millis = zone === "" || date === undefined || seconds === undefined ? undefined : resolve(zone, date, seconds)
    return { date, seconds, instant: millis === undefined ? undefined : Instant.fromEpochMillis(millis), completed }
  }
}
