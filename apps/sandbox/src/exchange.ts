/**
 * One request and its answer on a socket of Node's own, as every server of the sandbox handles them: the body read within
 * a limit, the answer written, and what a fault does to it in between. Which requests meet a fault is not decided here.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Fault } from "./Faults.ts"

export interface Answer {
  readonly status: number
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const bodyLimit = 1_000_000

const botPage =
  "<!doctype html><html><head><title>Just a moment</title></head><body><h1>Are you a person?</h1></body></html>"

/** The whole body as text; nothing where it is too large. */
export const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Array<Buffer> = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > bodyLimit) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString()
}

export const send = (response: ServerResponse, { body, headers, status }: Answer): void => {
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body)
  const type: Record<string, string> = text === "" ? {} : { "content-type": "application/json; charset=utf-8" }
  const length: Record<string, number> = status === 204 ? {} : { "content-length": Buffer.byteLength(text) }
  response.writeHead(status, { "cache-control": "no-store", ...type, ...headers, ...length })
  response.end(text)
}

/** The answer a fault gives in the place of the provider. */
export const instead = (fault: Fault | undefined): Answer | undefined => {
  switch (fault?.kind) {
    case "fail":
      return { status: fault.status, body: { error: fault.error ?? "unavailable" } }
    case "throttle":
      return { status: 429, body: { error: "rate_limited" }, headers: { "retry-after": String(fault.retryAfter) } }
    case "bot-page":
      return { status: fault.status ?? 200, body: botPage, headers: { "content-type": "text/html; charset=utf-8" } }
    default:
      return undefined
  }
}

/** What a fault does to the provider's own answer on its way out. */
export const spoilt = (answer: Answer, fault: Fault | undefined): Answer => {
  const headers = { "content-type": "application/json; charset=utf-8", ...answer.headers }
  if (fault?.kind === "empty-body") return { ...answer, body: "", headers }
  if (fault?.kind !== "truncate") return answer
  const text = JSON.stringify(answer.body ?? {})
  return { ...answer, body: text.slice(0, Math.ceil(text.length / 2)), headers }
}
