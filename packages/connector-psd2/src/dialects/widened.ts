/**
 * Windows of days at banks that filter by a time in a zone of their own: a day more is asked for at either end, and what
 * was booked outside the days that were wanted is left to the window it belongs to. A window that begins where the ninety
 * days begin that may be read at any time begins there all the same: a day more would be one too many.
 */
import { CalendarDate, Instant } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Entry, Window } from "../Entry.ts"
import { regularDays } from "../ledger/Window.ts"

export const today: Effect.Effect<CalendarDate.CalendarDate> = Effect.map(Clock.currentTimeMillis, (now) =>
  Instant.utcDate(Instant.fromEpochMillis(now))
)

export const widened = ({ from, to }: Window, on: CalendarDate.CalendarDate): Window => ({
  from: from === CalendarDate.addDays(on, -regularDays) ? from : CalendarDate.addDays(from, -1),
  ...(to !== undefined && { to: CalendarDate.addDays(to, 1) })
})

export const isWithin = ({ bookingDate }: Entry, { from, to }: Window): boolean =>
  bookingDate === undefined || (bookingDate >= from && (to === undefined || bookingDate <= to))
