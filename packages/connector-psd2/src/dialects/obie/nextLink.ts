/**
 * Where the next page of a UK bank may lead: to the same origin and the same path as the first, or nowhere. Some banks
 * leave a quote at the end of a time; some slide their window on past what was asked for, which is the end.
 */
import { CalendarDate } from "@paymirror/core"
import * as Result from "effect/Result"
import type { Window } from "../../Entry.ts"
import { Refusal } from "../../Refusal.ts"

const times = ["fromBookingDateTime", "toBookingDateTime"] as const

const isBefore = (time: string | null, day: string): boolean =>
  time !== null && /^\d{4}-\d{2}-\d{2}/.test(time) && time.slice(0, 10) < day

/** The address of the next page, nothing at the end, or the refusal to go there. */
export const nextLink = (
  written: string | undefined,
  first: string,
  window: Window
): Result.Result<string | undefined, Refusal> => {
  if (written === undefined) return Result.succeed(undefined)
  const start = new URL(first)
  const next = URL.parse(written, first)
  if (next === null || next.origin !== start.origin || next.pathname !== start.pathname) {
    return Result.fail(new Refusal("paging", "the next page is said to be somewhere else"))
  }
  for (const name of times) {
    const time = next.searchParams.get(name)
    if (time !== null) next.searchParams.set(name, time.replace(/["']{1,2}$/, ""))
  }
  const slid =
    next.searchParams.has("fromBookingDateTime") &&
    isBefore(next.searchParams.get("toBookingDateTime"), CalendarDate.addDays(window.from, -1))
  return Result.succeed(slid ? undefined : next.href)
}
