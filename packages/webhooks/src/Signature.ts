/**
 * Whether a message is from the one who holds the secret, is as it was sent, and was sent just now (Standard Webhooks,
 * `v1`). The standard's own library makes the signature that is expected; the headers are read more strictly than it does,
 * so that a message has one spelling, and the clock is the caller's. Asymmetric signatures (`v1a`) are passed over.
 */
import * as Mac from "effect/crypto/Mac"
import * as Result from "effect/Result"
import type { Signer } from "./Secrets.ts"
import { WebhookError } from "./WebhookError.ts"

/** What arrived. The body as it came, not parsed and written again. */
export interface Delivery {
  readonly headers: Headers | Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: string | Uint8Array
}

/** A message somebody vouches for. */
export interface Verified {
  /** The same at every attempt. */
  readonly id: string
  readonly body: string
}

export interface Claim {
  readonly id: string
  /** Seconds since 1970, of this attempt. */
  readonly timestamp: number
  readonly signatures: ReadonlyArray<string>
}

/** Seconds a message may be older or newer than the receiver's clock. */
const tolerance = 300

const encoder = new TextEncoder()
/** Two bodies that differ must not read the same: no replacement characters, and a byte order mark stays. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const header = ({ headers }: Pick<Delivery, "headers">, name: string): string | undefined => {
  if (headers instanceof Headers) return headers.get(name) ?? undefined
  const found = Object.entries(headers).find(([key, value]) => key.toLowerCase() === name && value !== undefined)?.[1]
  return typeof found === "string" ? found : found?.join(", ")
}

const invalid = (message: string) => Result.fail(new WebhookError("InvalidHeaders", message))

/** What the headers claim, before the body is read. `now` in milliseconds. */
export const claim = (delivery: Pick<Delivery, "headers">, now: number): Result.Result<Claim, WebhookError> => {
  const id = header(delivery, "webhook-id")
  const timestamp = header(delivery, "webhook-timestamp")
  const signature = header(delivery, "webhook-signature")
  if (id === undefined) return invalid("The header webhook-id is missing.")
  if (timestamp === undefined) return invalid("The header webhook-timestamp is missing.")
  if (signature === undefined) return invalid("The header webhook-signature is missing.")
  if (!/^[\x21-\x2d\x2f-\x7e]{1,255}$/.test(id)) {
    return invalid("The header webhook-id is not 1 to 255 printable characters without a space or a full stop.")
  }
  if (!/^(?:0|[1-9]\d{0,11})$/.test(timestamp)) {
    return invalid("The header webhook-timestamp is not a number of seconds since 1970.")
  }
  if (Math.abs(Math.floor(now / 1000) - Number(timestamp)) > tolerance) {
    const message = `webhook-timestamp is more than ${tolerance} seconds away from the receiver's clock.`
    return Result.fail(new WebhookError("TimestampOutOfTolerance", message))
  }
  return Result.succeed({ id, timestamp: Number(timestamp), signatures: signature.split(" ") })
}

const read = (body: string | Uint8Array): string | undefined => {
  if (typeof body === "string") return body
  try {
    return decoder.decode(body)
  } catch {
    return undefined
  }
}

/** Whether one of the signatures is one of the secrets'. Every pair is compared, in time that does not depend on the bytes. */
export const vouch = (
  { id, signatures, timestamp }: Claim,
  body: string | Uint8Array,
  signers: ReadonlyArray<Signer>
): Result.Result<Verified, WebhookError> => {
  const text = read(body)
  if (text === undefined) return Result.fail(new WebhookError("MalformedBody", "The body is not UTF-8."))
  const given = signatures.map((signature) => encoder.encode(signature))
  let matches = 0
  for (const sign of signers) {
    const expected = encoder.encode(sign(id, timestamp, text))
    for (const signature of given) if (Mac.timingSafeEqual(signature, expected)) matches += 1
  }
  return matches > 0
    ? Result.succeed({ id, body: text })
    : Result.fail(
        new WebhookError(
          "NoMatchingSignature",
          "No signature in webhook-signature is that of this body under one of the receiver's secrets."
        )
      )
}

/** Both. `now` in milliseconds. */
export const verify = (
  delivery: Delivery,
  signers: ReadonlyArray<Signer>,
  now: number
): Result.Result<Verified, WebhookError> =>
  Result.flatMap(claim(delivery, now), (claimed) => vouch(claimed, delivery.body, signers))
