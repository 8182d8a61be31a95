/**
 * What must not be read from the database file alone (grants, raw rows in quarantine, account identifications) is
 * sealed with AES-256-GCM: a fresh random nonce, the full 16-byte tag, and the place it is stored as associated data, so
 * that a sealed value moved to another row does not open. The key never enters the database. Rotation of keys is not
 * done here.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Aead from "effect/crypto/Aead"
import * as Mac from "effect/crypto/Mac"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Base64Url from "effect/encoding/Base64Url"

/** A sealed value did not open: another key, another place, or changed bytes. */
export class SealError extends Schema.TaggedError<SealError>()("SealError", { detail: Schema.String }) {}

export class Seal extends Context.Service<
  Seal,
  {
    readonly seal: (place: string, secret: Redacted.Redacted<string>) => Effect.Effect<string>
    readonly open: (place: string, sealed: string) => Effect.Effect<Redacted.Redacted<string>, SealError>
    /** The same text gives the same mark, and the mark does not give the text back without the key. */
    readonly mark: (text: string) => Effect.Effect<string>
  }
>()("@paymirror/sync/Seal") {
  /** A seal under one 32-byte key. */
  static readonly layer = (key: Redacted.Redacted<Uint8Array>): Layer.Layer<Seal, SealError> => layer(key)
}

const prefix = "s1."
const nonceLength = 12
const encoder = new TextEncoder()
const decoder = new TextDecoder()

const layer = (key: Redacted.Redacted<Uint8Array>): Layer.Layer<Seal, SealError> =>
  Layer.effect(
    Seal,
    Effect.gen(function* () {
      const bytes = Redacted.value(key)
      if (bytes.length !== 32) return yield* new SealError({ detail: `a key has 32 bytes, this one ${bytes.length}` })
      const aead = yield* Aead.Aead
      const mac = yield* Mac.Mac
      const random = yield* SecureRandom.SecureRandom
      const sealKey = yield* Effect.orDie(Aead.key(Aead.aes256Gcm, bytes))
      const markKey = yield* Effect.orDie(
        mac.sign(yield* Effect.orDie(Mac.key(Mac.hmacSha256, bytes)), encoder.encode("paymirror mark"))
      ).pipe(Effect.flatMap((derived) => Effect.orDie(Mac.key(Mac.hmacSha256, derived))))
      return Seal.of({
        seal: (place, secret) =>
          Effect.gen(function* () {
            const nonce = yield* random.randomBytes(nonceLength)
            const sealed = yield* aead.encrypt(sealKey, encoder.encode(Redacted.value(secret)), {
              nonce,
              aad: encoder.encode(place)
            })
            const joined = new Uint8Array(nonceLength + sealed.length)
            joined.set(nonce)
            joined.set(sealed, nonceLength)
            return prefix + Base64Url.encode(joined)
          }).pipe(Effect.orDie),
        open: (place, sealed) =>
          Effect.gen(function* () {
            if (!sealed.startsWith(prefix)) return yield* new SealError({ detail: "not a sealed value" })
            const joined = yield* Effect.fromResult(Base64Url.decode(sealed.slice(prefix.length)))
            const plain = yield* aead.decrypt(sealKey, joined.slice(nonceLength), {
              nonce: joined.slice(0, nonceLength),
              aad: encoder.encode(place)
            })
            return Redacted.make(decoder.decode(plain))
          }).pipe(Effect.mapError(() => new SealError({ detail: "a stored secret does not open with this key" }))),
        mark: (text) =>
          mac.sign(markKey, encoder.encode(text)).pipe(
            Effect.map((bytes) => Base64Url.encode(bytes)),
            Effect.orDie
          )
      })
    })
  ).pipe(
    Layer.provide(Aead.layerWebCrypto),
    Layer.provide(Mac.layerWebCrypto),
    Layer.provide(SecureRandom.layerWebCrypto)
  )
