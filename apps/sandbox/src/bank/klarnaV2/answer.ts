/** How Klarna's v2 frames what it says: the request id given back, `apiClientMessages` where it declines, bare at 429. */
import { answeringIn } from "../answering.ts"
import type { Answer, Asked } from "../BankServer.ts"
import type { Declined } from "../Declined.ts"

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

/** Lets what answers a path throw what it declines. */
export const answering = answeringIn({ framed, refusal })
