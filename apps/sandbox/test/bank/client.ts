/** How the bank tests ask: Node's own https with a client's certificate, and forms as a browser would send them. */
import { Agent, request } from "node:https"
import { randomUUID } from "node:crypto"
import type { Identity } from "../../src/bank/Certificates.ts"

export interface Heard {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  readonly json: unknown
}

export interface Asking {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export type Client = (url: string, asking?: Asking) => Promise<Heard>

/** JSON unless the body is text; a request id with every request. */
export const client = (ca: string, identity?: Identity): Client => {
  const agent = new Agent({
    ca,
    keepAlive: true,
    ...(identity === undefined ? {} : { cert: identity.cert, key: identity.key })
  })
  return (url, asking = {}) =>
    new Promise((resolve, reject) => {
      const body =
        typeof asking.body === "string" ? asking.body : asking.body === undefined ? "" : JSON.stringify(asking.body)
      const type = typeof asking.body === "string" ? "application/x-www-form-urlencoded" : "application/json"
      const sent = request(
        url,
        {
          agent,
          method: asking.method ?? "GET",
          headers: {
            "accept": "application/json",
            "x-request-id": randomUUID(),
            ...(body === "" ? {} : { "content-type": type, "content-length": Buffer.byteLength(body) }),
            ...asking.headers
          }
        },
        (response) => {
          const chunks: Array<Buffer> = []
          response.on("data", (chunk: Buffer) => chunks.push(chunk))
          response.on("error", reject)
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString()
            const headers = Object.fromEntries(
              Object.entries(response.headers).map(([name, value]) => [
                name,
                Array.isArray(value) ? value.join(", ") : value
              ])
            )
            resolve({ status: response.statusCode ?? 0, headers, text, json: parsed(text) })
          })
        }
      )
      sent.on("error", reject)
      sent.end(body)
    })
}
