/**
 * The ring of master keys, which wrap data keys and are never in the database: the first is for new data keys, the others
 * only open what stands on them. A ring that is an effect is run again when a key is named that it did not hold before, so
 * that a process goes on while another one rotates. What is told of a master key is its id, a short one-way fingerprint.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Kdf from "effect/crypto/Kdf"
import * as Hex from "effect/encoding/Hex"
import * as Mac from "effect/crypto/Mac"
import type { Root, Secret } from "./Envelope.ts"
import { SealError } from "./SealError.ts"

/** One key of 32 bytes, several of which the first is active, or where to read them from. */
export type Ring = Secret | ReadonlyArray<Secret> | Effect.Effect<ReadonlyArray<Secret>, SealError>

export interface MasterKey {
  /** 16 hexadecimal digits. */
  readonly id: string
  readonly secret: Secret
  readonly root: Root
}

export interface MasterKeys {
  /** The ring as it was read last, the active key first. */
  readonly held: Effect.Effect<ReadonlyArray<MasterKey>>
  /** The ring as it is now. */
  readonly read: Effect.Effect<ReadonlyArray<MasterKey>, SealError>
  /** The key of an id; the ring is read again where it is not known. */
  readonly find: (id: string) => Effect.Effect<MasterKey | undefined, SealError>
}

const encoder = new TextEncoder()
const fingerprint = { salt: new Uint8Array(), info: encoder.encode("paymirror master key"), length: 8 }

/** The id of a master key; fails where it has not 32 bytes. */
export const idOf = (key: Secret): Effect.Effect<string, SealError> =>
  Effect.gen(function* () {
    const { length } = Redacted.value(key)
    if (length !== 32) return yield* new SealError({ detail: `a key has 32 bytes, this one ${length}` })
    const kdf = yield* Kdf.Kdf
    return Hex.encode(yield* Effect.orDie(kdf.derive(Kdf.hkdfSha256, Redacted.value(key), fingerprint)))
  }).pipe(Effect.provide(Kdf.layerWebCrypto))

const isMany = (ring: Secret | ReadonlyArray<Secret>): ring is ReadonlyArray<Secret> => Array.isArray(ring)

const masterOf = (secret: Secret): Effect.Effect<MasterKey, SealError> =>
  Effect.gen(function* () {
    const id = yield* idOf(secret)
    return { id, secret, root: yield* Effect.orDie(Mac.key(Mac.hmacSha512, Redacted.value(secret))) }
  })

export const make = (ring: Ring): Effect.Effect<MasterKeys, SealError> =>
  Effect.gen(function* () {
    const source = Effect.isEffect(ring) ? ring : Effect.succeed(isMany(ring) ? ring : [ring])
    let held: ReadonlyArray<MasterKey> = []
    const read = Effect.gen(function* () {
      const keys = yield* Effect.forEach(yield* source, masterOf)
      if (keys.length === 0) return yield* new SealError({ detail: "there is no key to seal with" })
      held = keys.filter(({ id }, index) => keys.findIndex((key) => key.id === id) === index)
      return held
    })
    yield* read
    const among = (keys: ReadonlyArray<MasterKey>, id: string) => keys.find((key) => key.id === id)
    return {
      held: Effect.sync(() => held),
      read,
      find: (id) =>
        Effect.suspend(() => {
          const known = among(held, id)
          return known === undefined ? Effect.map(read, (keys) => among(keys, id)) : Effect.succeed(known)
        })
    }
  })
