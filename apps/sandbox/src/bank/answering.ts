/**
 * What the Berlin Group dialects share in answering: whatever answers a path may throw what it declines, reads are marked
 * attended or not, and a body may go out under a wrong type. How a refusal reads is each dialect's own.
 */
import { Refused } from "../Refused.ts"
import type { Answer, Asked } from "./BankServer.ts"
import { Declined } from "./Declined.ts"
import { attended } from "./Gate.ts"
import type { Quirks } from "./Quirks.ts"
import type { Answering } from "./Routes.ts"

export interface Wording {
  /** Headers of every answer. */
  readonly framed: (asked: Asked) => Readonly<Record<string, string>>
  readonly refusal: (asked: Asked, declined: Declined) => Answer
}

export const answeringIn =
  ({ framed, refusal }: Wording) =>
  (quirks: Quirks, one: Answering): Answering =>
  async (asked, parameters) => {
    try {
      const answer = await one(asked, parameters)
      const mistyped = quirks.wrongContentType && typeof answer.body === "object"
      const type: Record<string, string> = mistyped ? { "content-type": "text/html; charset=utf-8" } : {}
      return { ...answer, attended: attended(asked), headers: { ...framed(asked), ...type, ...answer.headers } }
    } catch (error) {
      if (error instanceof Declined) return { ...refusal(asked, error), attended: attended(asked) }
      if (error instanceof Refused) return refusal(asked, new Declined(409, { code: "STATUS_INVALID" }))
      throw error
    }
  }
