/**
 * The envelope against Node's own cryptography, which is written down here a second time from its description: what ours
 * seals opens there and the other way round, and nothing that was tampered with opens at all.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Aead from "effect/crypto/Aead"
import * as Mac from "effect/crypto/Mac"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Envelope from "../src/Envelope.ts"
import { opensUnderTwo } from "./twoKeys.ts"

const rootOf = (fill: number) => Effect.runSync(Mac.key(Mac.hmacSha512, new Uint8Array(32).fill(fill)))
const root = rootOf(5)
const other = rootOf(6)
const context = `["paymirror","connection:c","connection","sealed_grant","c"]`
const text = "a refresh token"
const plain = new TextEncoder().encode(text)

const envelope = Effect.provide(
  Envelope.make,
  Layer.mergeAll(Aead.layerWebCrypto, Mac.layerWebCrypto).pipe(Layer.provideMerge(SecureRandom.layerWebCrypto))
)

const derive = (from: Envelope.Root, salt: Uint8Array) => {
  const bytes = Effect.runSync(Mac.toBytes(from))
  const derived = createHmac("sha512", bytes).update("paymirror envelope 2").update(salt).update("\x01").digest()
  return { key: derived.subarray(0, 32), commitment: derived.subarray(32) }
}

const gcm = (key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): string => {
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: 16 })
  decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString()
}

const refusal = (from: Envelope.Root, where: string, sealed: Uint8Array) =>
  Effect.flatMap(envelope, ({ open }) =>
    Effect.map(Effect.flip(open(from, where, sealed)), ({ _tag, detail }) => ({ _tag, detail }))
  )

const changed = (bytes: Uint8Array, bit: number): Uint8Array => {
  const copy = bytes.slice()
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

describe("an envelope", () => {
  it.effect("is AES-256-GCM under a key that HKDF-Expand makes, as its description says", () =>
    Effect.gen(function* () {
      const { open, seal } = yield* envelope
      const ours = yield* seal(root, context, plain)
      const { commitment, key } = derive(root, ours.slice(0, 16))
      assert.deepEqual(Buffer.from(ours.slice(16, 48)), commitment)
      assert.strictEqual(gcm(key, ours.slice(48, 60), ours.slice(60)), text)

      const salt = randomBytes(16)
      const nonce = randomBytes(12)
      const theirs = derive(root, salt)
      const cipher = createCipheriv("aes-256-gcm", theirs.key, nonce).setAAD(Buffer.from(context))
      const sealed = Buffer.concat([salt, theirs.commitment, nonce, cipher.update(text), cipher.final()])
      const whole = Buffer.concat([sealed, cipher.getAuthTag()])
      assert.strictEqual(new TextDecoder().decode(yield* open(root, context, whole)), text)
    })
  )

  it.effect("in which any bit was flipped is refused, each with the same error", () =>
    Effect.gen(function* () {
      const { seal } = yield* envelope
      const sealed = yield* seal(root, context, plain)
      const wanted = yield* refusal(other, context, sealed)
      for (let bit = 0; bit < sealed.length * 8; bit += 1)
        assert.deepEqual(yield* refusal(root, context, changed(sealed, bit)), wanted)
    })
  )

  it.effect("whose tag was cut to 4 to 15 bytes is refused, and so is every other beginning of it", () =>
    Effect.gen(function* () {
      const { open, seal } = yield* envelope
      for (const secret of [plain, new Uint8Array()]) {
        const sealed = yield* seal(root, context, secret)
        assert.deepEqual([...(yield* open(root, context, sealed))], [...secret])
        for (let length = 0; length < sealed.length; length += 1)
          assert.strictEqual((yield* refusal(root, context, sealed.slice(0, length)))._tag, "SealError")
      }
    })
  )

  it.effect("does not open in another context", () =>
    Effect.gen(function* () {
      const { seal } = yield* envelope
      const sealed = yield* seal(root, context, plain)
      assert.deepEqual(yield* refusal(root, `${context} `, sealed), yield* refusal(other, context, sealed))
    })
  )

  it.effect("that was built to open under two keys opens under the one it commits to", () =>
    Effect.gen(function* () {
      const { open } = yield* envelope
      const salt = randomBytes(16)
      const nonce = randomBytes(12)
      const [one, two] = [derive(root, salt), derive(other, salt)]
      const sealed = opensUnderTwo(one.key, two.key, nonce, Buffer.from(context))
      // Without a commitment both would take it.
      const [asOne, asTwo] = [gcm(one.key, nonce, sealed), gcm(two.key, nonce, sealed)]
      assert.notStrictEqual(asOne, asTwo)
      const committedTo = ({ commitment }: typeof one) => Buffer.concat([salt, commitment, nonce, sealed])
      assert.strictEqual(Buffer.from(yield* open(root, context, committedTo(one))).toString(), asOne)
      assert.strictEqual(Buffer.from(yield* open(other, context, committedTo(two))).toString(), asTwo)
      assert.strictEqual((yield* refusal(other, context, committedTo(one)))._tag, "SealError")
      assert.strictEqual((yield* refusal(root, context, committedTo(two)))._tag, "SealError")
    })
  )

  /** `SEALS=100000` for the whole figure. */
  const seals = Number(process.env["SEALS"] ?? 3000)
  it.effect(
    `has a key and a nonce no other has (${seals} of the same text)`,
    () =>
      Effect.gen(function* () {
        const { seal } = yield* envelope
        const seen = new Set<string>()
        const one = Effect.map(seal(root, context, plain), (bytes) => {
          const sealed = Buffer.from(bytes)
          // The salt makes the key.
          seen.add(`${sealed.toString("hex", 0, 16)} ${sealed.toString("hex", 48, 60)}`)
        })
        yield* Effect.replicateEffect(one, seals, { concurrency: 32, discard: true })
        assert.strictEqual(seen.size, seals)
      }),
    600_000
  )
})
