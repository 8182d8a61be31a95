/** How a Berlin Group 1.3 bank frames what it says: the request id given back, `tppMessages` where it declines. */
import { randomUUID } from "node:crypto"
import type { Answer, Asked } from "../BankServer.ts"
import { Declined } from "../Declined.ts"
import { attended } from "../Gate.ts"
import type { Quirks } from "../Quirks.ts"
import { Refused } from "../../Refused.ts"
import type { Answering } from "../Routes.ts"

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

const framed = (asked: Asked): Readonly<Record<string, string>> => {
  const given = asked.headers["x-request-id"] ?? ""
  return { "x-request-id": uuid.test(given) ? given : randomUUID() }
}

export const refusal = (asked: Asked, { code, headers, path, status, text }: Declined): Answer => ({
  status,
  headers: { ...framed(asked), ...headers },
  ...(code === undefined
    ? {}
    : {
        body: {
          tppMessages: [
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
      const json = typeof answer.body === "object"
      return {
        ...answer,
        attended: attended(asked),
        headers: {
          ...framed(asked),
          ...(json && quirks.wrongContentType ? { "content-type": "text/html; charset=utf-8" } : {}),
          ...answer.headers
        }
      }
    } catch (error) {
      if (error instanceof Declined) return { ...refusal(asked, error), attended: attended(asked) }
      if (error instanceof Refused) return refusal(asked, new Declined(409, { code: "STATUS_INVALID" }))
      throw error
    }
  }
