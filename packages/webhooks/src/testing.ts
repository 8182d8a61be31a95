/**
 * For the tests of a receiver: signed messages, as the sender makes them. Not for sending to others: it retries nothing and
 * looks at no address.
 */
import type { Event } from "@paymirror/core"
import { redacted, type Secret, signers } from "./Secrets.ts"

export interface SignOptions {
  /** Where there are several, as while one is rotated, the message is signed with each. */
  readonly secrets: Secret
  /** Default `msg_test`; the same id is the same message. */
  readonly id?: string
  /** Milliseconds since 1970. Default now. */
  readonly now?: number
  /** Default `http://localhost/webhooks`. */
  readonly url?: string
}

/** A secret like those the sender makes: 32 random bytes. */
export const secret = (): string => `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`

/** The signed request of an event. A string is taken as the body itself, so that one that is no event can be sent too. */
export const sign = (event: Event.Event | string, options: SignOptions): Request => {
  const { id = "msg_test", now = Date.now(), secrets, url = "http://localhost/webhooks" } = options
  const timestamp = Math.floor(now / 1000)
  const body = typeof event === "string" ? event : JSON.stringify(event)
  return new Request(url, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signers(redacted(secrets))
        .map((sign) => sign(id, timestamp, body))
        .join(" ")
    }
  })
}
