/** How a run ended, in a line. What to do about it depends on where it is said, at a terminal or over the service. */
import type { Outcome } from "@paymirror/sync"

/** The next step of each kind, as a sentence without its full stop. */
export interface NextSteps {
  /** The reads that are allowed without the person are used up. */
  readonly budget: string
  readonly presence: string
  readonly confirmation: string
  readonly consent: string
}

export const say = (outcome: Outcome, next: NextSteps): string => {
  switch (outcome._tag) {
    case "CaughtUp":
      return "up to date"
    case "Busy":
      return "another process is reading this account; it will finish by itself"
    case "Throttled":
      return outcome.by === "budget"
        ? `the reads without the person are used up until ${outcome.until}. ${next.budget}`
        : `the provider asks to wait until ${outcome.until}`
    case "NotPermitted":
      return `not read: ${outcome.why}. ${next[outcome.needs ?? "consent"]}`
    case "Stopped":
      return "detail" in outcome.reason ? `stopped: ${outcome.reason.detail}` : `stopped: ${outcome.reason._tag}`
  }
}
