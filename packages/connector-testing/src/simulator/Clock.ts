/**
 * A simulated provider's clock: an instant in milliseconds that stands still until somebody moves it, and never goes back.
 * Beside it, the few calculations on calendar days a provider needs. A day is the text `YYYY-MM-DD` and is counted in
 * UTC. The machine's own clock is never read here, so a run depends on nothing but its commands.
 */

/** A calendar day, `YYYY-MM-DD`. */
export type Day = string

export const second = 1000
export const minute = 60 * second
export const hour = 3600 * second
export const day = 24 * hour

export const defaultStart = "2026-06-01T09:00:00Z"

export class Clock {
  #now: number

  constructor(start: number | string = defaultStart) {
    this.#now = typeof start === "number" ? start : Date.parse(start)
  }

  get now(): number {
    return this.#now
  }

  get today(): Day {
    return dayOf(this.#now)
  }

  moveTo(instant: number): void {
    if (instant < this.#now) throw new RangeError("the clock never goes back")
    this.#now = instant
  }
}

/** The wire's spelling of an instant: whole seconds, ending in `Z`. */
export const iso = (instant: number): string => new Date(instant).toISOString().replace(/\.\d{3}Z$/, "Z")

export const dayOf = (instant: number): Day => new Date(instant).toISOString().slice(0, 10)

/** The instant at which the clock on the wall of that day shows `hours` o'clock. */
export const atHour = (of: Day, hours: number): number => Date.parse(`${of}T00:00:00Z`) + hours * hour

export const addDays = (to: Day, days: number): Day => dayOf(atHour(to, 0) + days * day)

export const daysBetween = (from: Day, to: Day): number => Math.round((atHour(to, 0) - atHour(from, 0)) / day)

/** The same day of a later month, or that month's last day where it is shorter. */
export const addMonths = (to: Day, months: number): Day => {
  const date = new Date(atHour(to, 0))
  const wanted = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(wanted, last))
  return dayOf(date.getTime())
}
