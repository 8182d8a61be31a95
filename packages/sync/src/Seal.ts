/**
 * What must not be read from the database file alone (grants, accounts as the provider names them, rows in quarantine) is
 * sealed for the place it is stored in, under a data key of its owner. Data keys stand beside the rows, wrapped by master
 * keys that never enter the database; so keys are rotated without touching what is sealed, and what an owner has sealed is
 * destroyed with one row. It keeps no key: where they come from is the host's.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Aead from "effect/crypto/Aead"
import * as Mac from "effect/crypto/Mac"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Base64Url from "effect/encoding/Base64Url"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as DataKeys from "./DataKeys.ts"
import * as Envelope from "./Envelope.ts"
import * as FirstSeal from "./FirstSeal.ts"
import * as KeyRotation from "./KeyRotation.ts"
import { makeMarkKey, markOwner } from "./markKey.ts"
import * as MasterKeys from "./MasterKeys.ts"
import { contextOf, type Place } from "./Place.ts"
import { fromText, toText } from "./sealedText.ts"
import { refused, type SealError } from "./SealError.ts"

type Trouble = SealError | SqlError

export class Seal extends Context.Service<
  Seal,
  {
    /** Call it in the transaction that stores what it gives: the owner's data key is made there, and may be destroyed by others. */
    readonly seal: (place: Place, secret: Redacted.Redacted<string>) => Effect.Effect<string, Trouble>
    readonly open: (place: Place, sealed: string) => Effect.Effect<Redacted.Redacted<string>, Trouble>
    /** The same text gives the same mark, whatever keys are rotated; and the mark does not give the text back without the key. */
    readonly mark: (text: string) => Effect.Effect<string, Trouble>
    /**
     * Puts every data key under the first master key of the ring and seals anew what the first version had sealed, batch by
     * batch, while others read and write. Killed in between it is called again. From its beginning on no process makes a data
     * key on any of the other master keys; when it is through they are not needed any more.
     */
    readonly rotate: Effect.Effect<KeyRotation.Rotated, Trouble>
    /** Destroys an owner's data key: nothing that was sealed for them opens ever again. */
    readonly shred: (owner: string) => Effect.Effect<void, SqlError>
    readonly status: Effect.Effect<KeyRotation.Status, SqlError>
  }
>()("@paymirror/sync/Seal") {
  /** A seal under a ring of master keys, or under one. */
  static readonly layer = (ring: MasterKeys.Ring): Layer.Layer<Seal, SealError, SqlClient.SqlClient> => layer(ring)
}

const prefix = "s2."
const encoder = new TextEncoder()
const decoder = new TextDecoder()

const layer = (ring: MasterKeys.Ring): Layer.Layer<Seal, SealError, SqlClient.SqlClient> =>
  Layer.effect(
    Seal,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const mac = yield* Mac.Mac
      const random = yield* SecureRandom.SecureRandom
      const envelope = yield* Envelope.make
      const masters = yield* MasterKeys.make(ring)
      const dataKeys = yield* DataKeys.make(envelope, masters)
      const first = yield* FirstSeal.make

      const freshKey = Effect.map(random.randomBytes(32), (bytes) => Redacted.make(bytes, { label: "key" }))
      const markKey = dataKeys.need(markOwner, makeMarkKey(sql, masters, first, freshKey))
      const macKeys = new WeakMap<Envelope.Root, Mac.Key>()
      /** The root of marks is used for them alone, under the hash the first version marked with. */
      const macKeyOf = (root: Envelope.Root) =>
        Effect.suspend(() => {
          const known = macKeys.get(root)
          if (known !== undefined) return Effect.succeed(known)
          return Mac.toBytes(root).pipe(
            Effect.flatMap((bytes) => Mac.key(Mac.hmacSha256, bytes)),
            Effect.tap((key) => Effect.sync(() => macKeys.set(root, key))),
            Effect.orDie
          )
        })

      const seal = (place: Place, plain: Uint8Array) =>
        Effect.gen(function* () {
          const key = yield* dataKeys.need(place.owner, freshKey)
          return toText(prefix, yield* envelope.seal(key, contextOf(place), plain))
        })

      const rotation = KeyRotation.make({ sql, masters, dataKeys, first, markKey, seal })

      return Seal.of({
        ...rotation,
        seal: (place, secret) => seal(place, encoder.encode(Redacted.value(secret))),
        open: (place, sealed) =>
          Effect.gen(function* () {
            if (sealed.startsWith(FirstSeal.prefix)) {
              const { plain } = yield* first.open(yield* masters.held, place, sealed)
              return Redacted.make(decoder.decode(plain))
            }
            const bytes = fromText(prefix, sealed)
            const key = bytes === undefined ? undefined : yield* dataKeys.find(place.owner)
            if (bytes === undefined || key === undefined) return yield* refused
            return Redacted.make(decoder.decode(yield* envelope.open(key, contextOf(place), bytes)))
          }),
        mark: (text) =>
          Effect.gen(function* () {
            const key = yield* macKeyOf(yield* markKey)
            return Base64Url.encode(yield* Effect.orDie(mac.sign(key, encoder.encode(text))))
          })
      })
    })
  ).pipe(Layer.provide([Aead.layerWebCrypto, Mac.layerWebCrypto]), Layer.provide(SecureRandom.layerWebCrypto))
