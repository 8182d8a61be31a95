/**
 * Changing the key that everything sealed stands on. A new key is on the disk before anything stands on it, and an old one
 * is removed once nothing does; each step may be the last one of a process that dies, and is taken up by the next. It looks
 * at one database: another that shares the key file has to be rotated by itself.
 */
import { masterKeyId, Seal, type SealStatus } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import { codes, Refusal } from "./Exit.ts"
import * as KeyFile from "./KeyFile.ts"

/** A rotation was begun and is not through: a key in the ring is not retired yet, or something still stands on an older one. */
const isUnfinished = ({ direct, keys }: SealStatus): boolean => {
  const older = keys.filter(({ state }) => state === "standby" || state === "retired")
  return older.some(({ dataKeys, state }) => state === "standby" || dataKeys > 0) || (direct > 0 && older.length > 0)
}

/** Older keys that nothing stands on and that nothing new can come to stand on. */
export const unneeded = (status: SealStatus): ReadonlyArray<string> =>
  isUnfinished(status) ? [] : status.keys.flatMap(({ id, state }) => (state === "retired" ? [id] : []))

const byHand = new Refusal({
  message:
    "The key comes from PAYMIRROR_KEY, so a new one is made by hand: 32 random bytes in base64url. Set PAYMIRROR_KEY to NEW,OLD " +
    "(the new key, a comma, then the keys it holds now) for everything that uses this mirror, start all of it anew, and run this again.",
  code: codes.configuration
})

/** Puts everything on a new key, or goes on with a rotation that was begun. */
export const rotate = Effect.gen(function* () {
  const seal = yield* Seal
  if (!isUnfinished(yield* seal.status)) {
    const from = yield* KeyFile.source
    if (from._tag === "Environment") return yield* byHand
    const fresh = yield* KeyFile.fresh
    yield* KeyFile.change(from.path, (keys) => Effect.succeed([fresh, ...keys]))
  }
  const rotated = yield* seal.rotate
  return { ...rotated, unneeded: unneeded(yield* seal.status) }
})

/** Removes older keys from the file. Refuses where one of them is needed. */
export const drop = Effect.gen(function* () {
  const seal = yield* Seal
  const status = yield* seal.status
  if (isUnfinished(status)) {
    return yield* new Refusal({
      message: "The older keys are still needed. Put everything on the active one first: paymirror master-key rotate",
      code: codes.tryLater
    })
  }
  const dropped = unneeded(status)
  const from = yield* KeyFile.source
  if (dropped.length === 0) return { dropped, from }
  if (from._tag === "Environment") {
    return yield* new Refusal({
      message: `The keys come from PAYMIRROR_KEY. Nothing stands on ${dropped.join(", ")} any more: take it out there, behind the first comma.`,
      code: codes.configuration
    })
  }
  yield* KeyFile.change(from.path, (keys) =>
    Effect.filter(keys, (key) => Effect.map(Effect.orDie(masterKeyId(key)), (id) => !dropped.includes(id)))
  )
  return { dropped, from }
})
