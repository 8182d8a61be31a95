/** How a Berlin Group 1.3 bank frames what it says: the request id given back, `tppMessages` where it declines. */
import { randomUUID } from "node:crypto"
import { answeringIn } from "../answering.ts"
import type { Answer, Asked } from "../BankServer.ts"
import type { Declined } from "../Declined.ts"

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

/** Lets what answers a path throw what it declines. */
export const answering = answeringIn({ framed, refusal })
