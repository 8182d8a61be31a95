/** How Klarna's v2 frames what it says: the request id given back, `apiClientMessages` where it declines, bare at 429. */
import type { Answer, Asked } from "../BankServer.ts"
import { Declined } from "../Declined.ts"
import { attended } from "../Gate.ts"
import type { Quirks } from "../Quirks.ts"
import { Refused } from "../../Refused.ts"
import type { Answering } from "../Routes.ts"

const framed = ({ headers }: Asked): Readonly<Record<string, string>> => {
  const id = headers["x-request-id"]
  return id === undefined ? {} : { "x-request-id": id }
}

export const refusal = (asked: Asked, { code, headers, path, status, text }: Declined): Answer => ({
  status,
  headers: { ...framed(asked), ...headers },
  ...(code === undefined || status === 429
    ? {}
    : {
        body: {
          apiClientMessages: [
            {
              category: "ERROR",
              code,
              ...(path === undefined ? {} : { path }),
              ...(text === undefined ? {} : { text })
            }
          ]
        }
      })
})

/** Wraps what answers a path, so that it may throw what it declines. */
export const answering =
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
