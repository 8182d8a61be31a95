/**
 * What the first version sealed, directly under a master key (`s1.`). It still opens, and a rotation seals it anew; none is
 * made any more.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Aead from "effect/crypto/Aead"
import * as Mac from "effect/crypto/Mac"
import type { Secret } from "./Envelope.ts"
import type { MasterKey } from "./MasterKeys.ts"
import type { Place } from "./Place.ts"
import { fromText } from "./sealedText.ts"
import { refused, type SealError } from "./SealError.ts"

export const prefix = "s1."

export interface FirstSeal {
  /** What one of the keys opens, and which one that was. */
  readonly open: (
    keys: ReadonlyArray<MasterKey>,
    place: Place,
    sealed: string
  ) => Effect.Effect<{ readonly by: MasterKey; readonly plain: Uint8Array }, SealError>
  /** The key of marks, which the first version derived from its only key. */
  readonly markKey: (key: MasterKey) => Effect.Effect<Secret>
}

const nonceLength = 12
const encoder = new TextEncoder()

export const make: Effect.Effect<FirstSeal, never, Aead.Aead | Mac.Mac> = Effect.gen(function* () {
  const aead = yield* Aead.Aead
  const mac = yield* Mac.Mac
  return {
    open: (keys, { first }, sealed) =>
      Effect.gen(function* () {
        const bytes = fromText(prefix, sealed)
        if (bytes === undefined || first === undefined) return yield* refused
        for (const by of keys) {
          const plain = yield* Aead.key(Aead.aes256Gcm, Redacted.value(by.secret)).pipe(
            Effect.flatMap((key) =>
              aead.decrypt(key, bytes.slice(nonceLength), {
                nonce: bytes.slice(0, nonceLength),
                aad: encoder.encode(first)
              })
            ),
            Effect.catchTag("CryptoError", () => Effect.undefined)
          )
          if (plain !== undefined) return { by, plain }
        }
        return yield* refused
      }),
    markKey: ({ secret }) =>
      Mac.key(Mac.hmacSha256, Redacted.value(secret)).pipe(
        Effect.flatMap((key) => mac.sign(key, encoder.encode("paymirror mark"))),
        Effect.map((derived) => Redacted.make(derived, { label: "key" })),
        Effect.orDie
      )
  }
})
