/**
 * The secret of an address somebody was given: 256 random bits, found again by their hash alone, so that the database does
 * not give one away.
 */
import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Base64Url from "effect/encoding/Base64Url"

export const fresh = Effect.gen(function* () {
  const random = yield* SecureRandom.SecureRandom
  return Base64Url.encode(yield* random.randomBytes(32))
})

// So many random bits make a plain hash as good as a slow one.
export const hashOf = (token: string): string => createHash("sha256").update(token).digest("base64url")
