/**
 * A data key for each owner of something sealed, wrapped by a master key and stored beside the rows. What is wrapped is
 * bound to its owner and to the master key. A data key is made inside the transaction that first needs it. Keys that were
 * opened are kept in memory, a bounded number of them, but used only while the very same row stands in the database: one
 * that was destroyed is gone at once, in every process.
 */
import * as Cache from "effect/Cache"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Mac from "effect/crypto/Mac"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { now } from "./clock.ts"
import type { Envelope, Root, Secret } from "./Envelope.ts"
import type { MasterKey, MasterKeys } from "./MasterKeys.ts"
import { fromText, toText } from "./sealedText.ts"
import { refused, SealError } from "./SealError.ts"

export interface DataKeyRow {
  readonly owner: string
  /** The id of the master key it stands on. */
  readonly kek: string
  readonly wrapped: string
}

type Trouble = SealError | SqlError

export interface DataKeys {
  /** The key of an owner, where there is one. */
  readonly find: (owner: string) => Effect.Effect<Root | undefined, Trouble>
  /** The key of an owner; where there is none, `make` gives its 32 bytes. */
  readonly need: <E>(owner: string, make: Effect.Effect<Secret, E>) => Effect.Effect<Root, Trouble | E>
  /** Puts an owner's key under another master key; gives `false` where it does not open. Call it in a transaction. */
  readonly rewrap: (row: DataKeyRow, onto: MasterKey) => Effect.Effect<boolean, SqlError>
  readonly destroy: (owner: string) => Effect.Effect<void, SqlError>
}

/** How many opened keys a process keeps. */
const capacity = 1000
const prefix = "k1."

const rootOf = (secret: Secret) => Effect.orDie(Mac.key(Mac.hmacSha512, Redacted.value(secret)))

const contextOf = ({ kek, owner }: Omit<DataKeyRow, "wrapped">): string =>
  JSON.stringify(["paymirror data key", owner, kek])

export const make = (envelope: Envelope, masters: MasterKeys): Effect.Effect<DataKeys, never, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient

    const unwrap = (row: DataKeyRow): Effect.Effect<Secret, SealError> =>
      Effect.gen(function* () {
        const master = yield* masters.find(row.kek)
        const bytes = fromText(prefix, row.wrapped)
        if (master === undefined || bytes === undefined) return yield* refused
        return Redacted.make(yield* envelope.open(master.root, contextOf(row), bytes), { label: "key" })
      })

    const opened = yield* Cache.makeWith(
      (row: string) => Effect.flatMap(unwrap(JSON.parse(row) as DataKeyRow), rootOf),
      {
        capacity,
        timeToLive: (exit) => (Exit.isSuccess(exit) ? Duration.infinity : Duration.zero)
      }
    )
    const open = ({ kek, owner, wrapped }: DataKeyRow) => Cache.get(opened, JSON.stringify({ owner, kek, wrapped }))

    const wrap = (owner: string, key: Secret, { id, root }: MasterKey) =>
      Effect.map(envelope.seal(root, contextOf({ owner, kek: id }), Redacted.value(key)), (sealed) => ({
        owner,
        kek: id,
        wrapped: toText(prefix, sealed)
      }))

    const find: DataKeys["find"] = (owner) =>
      Effect.gen(function* () {
        const rows = yield* sql<DataKeyRow>`SELECT owner, kek, wrapped FROM data_key WHERE owner = ${owner}`
        return rows[0] === undefined ? undefined : yield* open(rows[0])
      })

    /** The first of the ring that no rotation has retired; a process that was not told of a rotation looks again. */
    const active = Effect.gen(function* () {
      const rows = yield* sql<{ kek: string }>`SELECT kek FROM retired_key`
      const retired = new Set(rows.map(({ kek }) => kek))
      const standing = (keys: ReadonlyArray<MasterKey>) => keys.find(({ id }) => !retired.has(id))
      const found = standing(yield* masters.held) ?? standing(yield* masters.read)
      if (found !== undefined) return found
      const detail = "the keys were rotated, and this process does not have the new one: give it that, before the old"
      return yield* new SealError({ detail })
    })

    return {
      find,
      need: (owner, fresh) =>
        Effect.gen(function* () {
          const known = yield* find(owner)
          if (known !== undefined) return known
          return yield* sql.withTransaction(
            Effect.gen(function* () {
              const meanwhile = yield* find(owner)
              if (meanwhile !== undefined) return meanwhile
              const row = yield* wrap(owner, yield* fresh, yield* active)
              yield* sql`INSERT INTO data_key (owner, kek, wrapped, created_at)
                VALUES (${owner}, ${row.kek}, ${row.wrapped}, ${yield* now})`
              return yield* open(row)
            })
          )
        }),
      rewrap: (row, onto) =>
        Effect.gen(function* () {
          const key = yield* Effect.catchTag(unwrap(row), "SealError", () => Effect.undefined)
          if (key === undefined) return false
          const { kek, wrapped } = yield* wrap(row.owner, key, onto)
          yield* sql`UPDATE data_key SET kek = ${kek}, wrapped = ${wrapped} WHERE owner = ${row.owner}`
          return true
        }),
      destroy: (owner) => Effect.asVoid(sql`DELETE FROM data_key WHERE owner = ${owner}`)
    }
  })
