/**
 * Time zones as files name them: abbreviations whose offset is fixed, offsets written out, and IANA names. A local time
 * that a clock change makes ambiguous, or skips, has no instant.
 */
import { CalendarDate } from "@paymirror/core"

/** Minutes east of UTC. */
const abbreviations: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  WET: 0,
  BST: 60,
  WEST: 60,
  CET: 60,
  CEST: 120,
  MEZ: 60,
  MESZ: 120,
  EET: 120,
  EEST: 180,
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  AKST: -540,
  AKDT: -480,
  HST: -600,
  AEST: 600,
  AEDT: 660,
  ACST: 570,
  ACDT: 630,
  AWST: 480
}

const written = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$/

const clocks = new Map<string, Intl.DateTimeFormat | undefined>()

const clock = (zone: string): Intl.DateTimeFormat | undefined => {
  if (clocks.has(zone)) return clocks.get(zone)
  let made: Intl.DateTimeFormat | undefined
  try {
    made = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric"
    })
  } catch {
    made = undefined
  }
  clocks.set(zone, made)
  return made
}

/** Minutes east of UTC at a moment. */
const offsetAt = (format: Intl.DateTimeFormat, millis: number): number => {
  const at: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(millis)) at[type] = Number(value)
  const local = Date.UTC(
    at["year"] ?? 0,
    (at["month"] ?? 1) - 1,
    at["day"] ?? 1,
    at["hour"] ?? 0,
    at["minute"] ?? 0,
    at["second"] ?? 0
  )
  return Math.round((local - millis) / 60_000)
}

const dayMillis = 86_400_000

/** Finds the instant of a local time, remembering what it found for the zone and day it was asked last. */
export const resolver = (): ((
  zone: string,
  date: CalendarDate.CalendarDate,
  seconds: number
) => number | undefined) => {
  let knownZone = ""
  let knownDate = ""
  let known: number | undefined
  return (zone, date, seconds) => {
    const start = CalendarDate.toEpochDay(date) * dayMillis
    const local = start + seconds * 1000
    if (zone === knownZone && date === knownDate && known !== undefined) return local - known * 60_000
    const fixed = fixedOffset(zone)
    if (fixed !== undefined) {
      knownZone = zone
      knownDate = date
      known = fixed
      return local - fixed * 60_000
    }
    const format = zone.includes("/") ? clock(zone) : undefined
    if (format === undefined) return undefined
    const before = offsetAt(format, start - dayMillis)
    const after = offsetAt(format, start + 2 * dayMillis)
    if (before === after) {
      knownZone = zone
      knownDate = date
      known = before
      return local - before * 60_000
    }
    const moments = [before, after]
      .map((offset) => ({ offset, at: local - offset * 60_000 }))
      .filter(({ offset, at }) => offsetAt(format, at) === offset)
    return moments.length === 1 ? moments[0]?.at : undefined
  }
}

const fixedOffset = (zone: string): number | undefined => {
  const upper = zone.toUpperCase()
  const known = abbreviations[upper]
  if (known !== undefined) return known
  const match = written.exec(upper)
  if (match === null) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? "0")
  return minutes > 14 * 60 ? undefined : match[1] === "-" ? -minutes : minutes
}
