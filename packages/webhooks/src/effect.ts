/**
 * The receiver for a program of Effect: verification and decoding as effects, the handler as an effect over the request or
 * as a route, the queue as a function. Secrets are `Redacted`, time is the `Clock`.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Received from "./Received.ts"
import * as Secrets from "./Secrets.ts"
import * as Signature from "./Signature.ts"
import type { WebhookError } from "./WebhookError.ts"

export { persistedQueue } from "./persistedQueue.ts"
export { type Known, Message, type Received, type Unknown } from "./Received.ts"
export { type Options, receive, route } from "./Receiver.ts"
export * as Seen from "./Seen.ts"
export type { Delivery, Verified } from "./Signature.ts"
export { type Reason, WebhookError } from "./WebhookError.ts"

/** Whether the message is the sender's, unchanged and new. Throws `TypeError` where a secret is none. */
export const verify = (
  delivery: Signature.Delivery,
  secrets: Redacted.Redacted<string> | ReadonlyArray<Redacted.Redacted<string>>
): Effect.Effect<Signature.Verified, WebhookError> => {
  const signers = Secrets.signers(secrets)
  return Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.fromResult(Signature.verify(delivery, signers, now)))
}

/** The body of a verified message. */
export const decode = (body: string): Effect.Effect<Received.Received, WebhookError> =>
  Effect.fromResult(Received.decode(body))
