/**
 * The sender's side of these tests: one secret, one event, one moment, and a receiver that writes down what it was handed.
 */
import { handler, type HandlerOptions, type Message, type WebhookEvent } from "@paymirror/webhooks"
import { sign, type SignOptions } from "@paymirror/webhooks/testing"

/** The key of the interop vector of Standard Webhooks. */
export const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
export const newer = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
export const stranger = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"

export const now = Date.UTC(2026, 5, 8, 12, 4, 12)

export const due: WebhookEvent = {
  type: "installment.due",
  timestamp: "2026-06-08T12:04:11.000Z",
  data: { holderId: "h_1", accountId: "a_1", stream: "plans", id: "pl_1", installmentNumber: 2, seq: 41 }
}

export const signed = (event: WebhookEvent | string = due, options: Partial<SignOptions> = {}): Request =>
  sign(event, { secrets: secret, now, ...options })

/** The same request with something else about it. */
export const changed = (
  request: Request,
  change: {
    readonly headers?: Readonly<Record<string, string | undefined>>
    readonly body?: BodyInit
    readonly method?: string
  }
): Request => {
  const headers = new Headers(request.headers)
  for (const [name, value] of Object.entries(change.headers ?? {})) {
    if (value === undefined) headers.delete(name)
    else headers.set(name, value)
  }
  return new Request(request.url, {
    method: change.method ?? request.method,
    headers,
    ...(change.method === "GET" ? {} : { body: change.body ?? request.body, duplex: "half" })
  })
}

export const receiver = (options: Partial<HandlerOptions> = {}) => {
  const queue: Array<Message> = []
  const receive = handler({
    secrets: secret,
    now: () => now,
    enqueue: async (message) => {
      queue.push(message)
    },
    onError: () => undefined,
    ...options
  })
  return { queue, receive }
}
