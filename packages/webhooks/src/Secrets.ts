/**
 * The secrets of one endpoint, as what can be done with them: sign. While a secret is rotated there are two. A secret that
 * cannot be one (empty, an API key, cut off while copying) is refused when the program starts, not at the first delivery.
 * None of its characters is in the refusal.
 */
import * as Base64 from "effect/encoding/Base64"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { Webhook } from "standardwebhooks"

/**
 * Of a caller without Effect: one secret, or several with spaces between. `undefined` is a variable of the environment that
 * is not set.
 */
export type Secret = string | ReadonlyArray<string> | undefined

export const redacted = (secrets: Secret): ReadonlyArray<Redacted.Redacted<string>> =>
  (typeof secrets === "string" ? [secrets] : (secrets ?? [])).map((secret) => Redacted.make(secret))

/** The signature of a message as it stands in `webhook-signature`: `v1,` and base64. */
export type Signer = (id: string, timestamp: number, body: string) => string

const prefix = "whsec_"

const isSecret = (text: string): boolean => {
  if (!text.startsWith(prefix)) return false
  const key = Result.getOrUndefined(Base64.decode(text.slice(prefix.length)))
  return key !== undefined && key.length >= 24 && key.length <= 64
}

const signer = (secret: string): Signer => {
  const webhook = new Webhook(secret)
  return (id, timestamp, body) => webhook.sign(id, new Date(timestamp * 1000), body)
}

/** Each text holds one secret, or several with spaces between. Throws `TypeError` where there is none, or where one is none. */
export const signers = (
  secrets: Redacted.Redacted<string> | ReadonlyArray<Redacted.Redacted<string>>
): ReadonlyArray<Signer> => {
  const texts = (Redacted.isRedacted(secrets) ? [secrets] : secrets)
    .flatMap((secret) => Redacted.value(secret).split(/\s+/))
    .filter((text) => text !== "")
  if (texts.length === 0) {
    throw new TypeError("No webhook secret was given: pass the one that was shown when the endpoint was created.")
  }
  return texts.map((text, index) => {
    if (isSecret(text)) return signer(text)
    throw new TypeError(
      `Webhook secret ${index + 1} of ${texts.length} is none: it has to be "whsec_" and the base64 of 24 to 64 bytes. ` +
        "Copy it again from where the endpoint was created."
    )
  })
}
