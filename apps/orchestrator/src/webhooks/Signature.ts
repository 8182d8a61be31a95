/**
 * Standard Webhooks: the headers of one attempt, signed with every secret that stands, by the standard's own library. The
 * timestamp is the attempt's, the id is the event's.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Base64 from "effect/encoding/Base64"
import { Webhook } from "standardwebhooks"

export type Secret = Redacted.Redacted<string>

/** A new secret: `whsec_` and 256 random bits. */
export const newSecret = Effect.map(
  Effect.flatMap(SecureRandom.SecureRandom, (random) => random.randomBytes(32)),
  (bytes): Secret => Redacted.make(`whsec_${Base64.encode(bytes)}`, { label: "webhook secret" })
)

export const headers = (
  secrets: ReadonlyArray<Secret>,
  message: { readonly id: string; readonly at: number; readonly body: string }
): Readonly<Record<string, string>> => ({
  "content-type": "application/json",
  "user-agent": "paymirror-webhooks/1",
  "webhook-id": message.id,
  "webhook-timestamp": String(Math.floor(message.at / 1000)),
  "webhook-signature": secrets
    .map((secret) => new Webhook(Redacted.value(secret)).sign(message.id, new Date(message.at), message.body))
    .join(" ")
})
