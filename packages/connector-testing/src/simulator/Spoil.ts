/**
 * What a fault does to an answer that is already there, or says in its place, the same at every simulated provider. What
 * a fault does to rows and pages is the route's business; what it does to the connection, the carrier's.
 */
import type { Answer } from "./Exchange.ts"
import type { Fault } from "./Faults.ts"

const botPage =
  "<!doctype html><html><head><title>Just a moment</title></head><body><h1>Are you a person?</h1></body></html>"

/** The answer a fault gives in the place of the provider; `refuse` is how the provider spells a refusal. */
export const instead = (
  fault: Fault | undefined,
  refuse: (status: number, error: string) => Answer = (status, error) => ({ status, body: { error } })
): Answer | undefined => {
  switch (fault?.kind) {
    case "fail":
      return refuse(fault.status, fault.error ?? "unavailable")
    case "throttle":
      return { ...refuse(429, "rate_limited"), headers: { "retry-after": String(fault.retryAfter) } }
    case "bot-page":
      return { status: fault.status ?? 200, body: botPage, headers: { "content-type": "text/html; charset=utf-8" } }
    default:
      return undefined
  }
}

/** What a fault does to the provider's own answer on its way out. */
export const spoilt = <A extends Answer>(answer: A, fault: Fault | undefined): A => {
  const headers = { "content-type": "application/json; charset=utf-8", ...answer.headers }
  if (fault?.kind === "empty-body") return { ...answer, body: "", headers }
  if (fault?.kind !== "truncate") return answer
  const text = JSON.stringify(answer.body ?? {})
  return { ...answer, body: text.slice(0, Math.ceil(text.length / 2)), headers }
}
