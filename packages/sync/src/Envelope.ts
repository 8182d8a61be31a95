/**
 * Bytes sealed under a root key for one context: AES-256-GCM with a random nonce, the full 16-byte tag, and the context
 * as associated data. Each envelope has a key of its own, which HKDF-Expand (RFC 5869, SHA-512) makes of the root and a
 * random salt; the other half of what it makes stands in the envelope and commits to the root, so that nobody can make an
 * envelope that two keys open. Whatever is wrong with one, the answer is the same, and no byte of it comes out.
 *
 *     salt 16 | commitment 32 | nonce 12 | ciphertext | tag 16
 */
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Aead from "effect/crypto/Aead"
import type { CryptoError } from "effect/crypto/CryptoError"
import * as Mac from "effect/crypto/Mac"
import * as SecureRandom from "effect/crypto/SecureRandom"
import { refused, type SealError } from "./SealError.ts"

/** 32 random bytes. */
export type Secret = Redacted.Redacted<Uint8Array>

/** A secret that nothing but derivation uses. It shows nothing of itself. */
export type Root = Mac.Key<typeof Mac.hmacSha512>

export interface Envelope {
  readonly seal: (root: Root, context: string, plain: Uint8Array) => Effect.Effect<Uint8Array>
  readonly open: (root: Root, context: string, sealed: Uint8Array) => Effect.Effect<Uint8Array, SealError>
}

const salted = 16
const committed = salted + 32
const headed = committed + 12
const shortest = headed + 16

const encoder = new TextEncoder()
const label = encoder.encode("paymirror envelope 2")

export const make: Effect.Effect<Envelope, never, Aead.Aead | Mac.Mac | SecureRandom.SecureRandom> = Effect.gen(
  function* () {
    const aead = yield* Aead.Aead
    const mac = yield* Mac.Mac
    const random = yield* SecureRandom.SecureRandom

    const derive = (root: Root, salt: Uint8Array) =>
      Effect.gen(function* () {
        // 64 bytes are the first block of HKDF-Expand, whose info is label and salt.
        const derived = yield* mac.sign(root, new Uint8Array([...label, ...salt, 1]))
        return { key: yield* Aead.key(Aead.aes256Gcm, derived.slice(0, 32)), commitment: derived.slice(32) }
      })

    return {
      seal: (root, context, plain) =>
        Effect.gen(function* () {
          const drawn = yield* random.randomBytes(28)
          const salt = drawn.slice(0, 16)
          const nonce = drawn.slice(16)
          const { commitment, key } = yield* derive(root, salt)
          const sealed = yield* aead.encrypt(key, plain, { nonce, aad: encoder.encode(context) })
          const envelope = new Uint8Array(headed + sealed.length)
          envelope.set(salt)
          envelope.set(commitment, salted)
          envelope.set(nonce, committed)
          envelope.set(sealed, headed)
          return envelope
        }).pipe(Effect.orDie),
      open: (root, context, sealed) =>
        Effect.gen(function* () {
          if (sealed.length < shortest) return yield* refused
          const { commitment, key } = yield* derive(root, sealed.slice(0, salted))
          if (!Mac.timingSafeEqual(commitment, sealed.slice(salted, committed))) return yield* refused
          const nonce = sealed.slice(committed, headed)
          return yield* aead.decrypt(key, sealed.slice(headed), { nonce, aad: encoder.encode(context) })
        }).pipe(Effect.catchTag("CryptoError", (_: CryptoError) => refused))
    }
  }
)
