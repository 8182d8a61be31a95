/**
 * What becomes of a delivery after an attempt: 2xx and nothing else is success, 410 ends the endpoint, some answers ask
 * for patience and are given it. Pure; the times are those of the Standard Webhooks specification.
 */

/** What came of an attempt: a status, or in fixed words why there was none. */
export type Answer =
  | { readonly status: number; readonly retryAfter?: string | undefined }
  | { readonly trouble: string }

export type Verdict =
  | { readonly _tag: "Delivered"; readonly status: number }
  | {
      readonly _tag: "Failed"
      readonly status: number | undefined
      readonly error: string
      /** When to try again; never, once all attempts are spent. */
      readonly nextAt: number | undefined
      /** Until when nothing is sent to the endpoint. */
      readonly throttledUntil: number | undefined
      /** The receiver wants no more of anything. */
      readonly gone: boolean
    }

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Before each attempt, after the one before: ten in 75 hours and 35 minutes. */
export const pauses = [
  0,
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour
] as const

/** A pause is up to a tenth shorter or longer. */
export const jitter = 0.1

/** An endpoint all of whose attempts have failed for so long is disabled. */
export const patience = 120 * hour

const longestThrottle = 24 * hour
const throttling = new Set([429, 502, 503, 504])

/** A date as HTTP has it (RFC 9110). */
const date = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/** Milliseconds from `now`, of a number of seconds or a date; bounded. */
const retryAfterOf = (text: string | undefined, now: number): number | undefined => {
  if (text === undefined) return undefined
  const millis = /^\d{1,9}$/.test(text) ? Number(text) * second : date.test(text) ? Date.parse(text) - now : Number.NaN
  return Number.isNaN(millis) ? undefined : Math.min(Math.max(millis, 0), longestThrottle)
}

/** `attempt` counts from 1; `chance` is from 0 to 1. */
export const verdictOf = (answer: Answer, attempt: number, now: number, chance: number): Verdict => {
  const status = "status" in answer ? answer.status : undefined
  if (status !== undefined && status >= 200 && status < 300) return { _tag: "Delivered", status }
  const error = "status" in answer ? `The receiver answered ${answer.status}.` : answer.trouble
  const failed = { _tag: "Failed", status, error } as const
  if (status === 410) return { ...failed, nextAt: undefined, throttledUntil: undefined, gone: true }
  const pause = pauses[attempt]
  const isThrottled = status !== undefined && throttling.has(status)
  const asked = isThrottled && "status" in answer ? retryAfterOf(answer.retryAfter, now) : undefined
  const throttle = isThrottled ? (asked ?? Math.min(pause ?? 5 * minute, 5 * minute)) : undefined
  return {
    ...failed,
    nextAt:
      pause === undefined
        ? undefined
        : now + Math.max(Math.round(pause * (1 + jitter * (2 * chance - 1))), throttle ?? 0),
    throttledUntil: throttle === undefined ? undefined : now + throttle,
    gone: false
  }
}
