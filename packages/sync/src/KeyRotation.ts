/**
 * Rotation of the master key, in small transactions so that others read and write meanwhile: first it is written down that
 * the other master keys get no new data keys, then every data key is wrapped anew, then what the first version had sealed
 * is sealed anew. Each transaction leaves everything readable, and whatever was done is not done again.
 */
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { now } from "./clock.ts"
import type { DataKeyRow, DataKeys } from "./DataKeys.ts"
import type { Root } from "./Envelope.ts"
import * as FirstSeal from "./FirstSeal.ts"
import { markOwner } from "./markKey.ts"
import type { MasterKey, MasterKeys } from "./MasterKeys.ts"
import { type FirstColumn, firstColumns, type Place } from "./Place.ts"
import { SealError } from "./SealError.ts"

export interface Rotated {
  /** The id of the master key everything stands on now. */
  readonly active: string
  /** Data keys that were put under it. */
  readonly rewrapped: number
  /** Values of the first version that were sealed anew. */
  readonly resealed: number
  /** Data keys and values that no key of the ring opens; they are left as they are. */
  readonly unopened: number
}

export interface Status {
  readonly keys: ReadonlyArray<{
    readonly id: string
    /** `active` is for new data keys; `retired` and `standby` open only, and a `standby` one is not retired yet; `missing` is not in the ring. */
    readonly state: "active" | "standby" | "retired" | "missing"
    readonly dataKeys: number
  }>
  /** Values of the first version, which stand on a master key directly. */
  readonly direct: number
}

interface Parts {
  readonly sql: SqlClient.SqlClient
  readonly masters: MasterKeys
  readonly dataKeys: DataKeys
  readonly first: FirstSeal.FirstSeal
  readonly markKey: Effect.Effect<Root, SealError | SqlError>
  readonly seal: (place: Place, plain: Uint8Array) => Effect.Effect<string, SealError | SqlError>
}

/** Rows of one transaction. */
const batch = 100

interface Tally {
  done: number
  unopened: number
}

export const make = ({ dataKeys, first, markKey, masters, seal, sql }: Parts) => {
  const firstOf = ({ column }: FirstColumn) => sql`${sql(column)} LIKE ${`${FirstSeal.prefix}%`}`

  const retire = (onto: MasterKey, others: ReadonlyArray<MasterKey>) =>
    sql.withTransaction(
      Effect.gen(function* () {
        const at = yield* now
        yield* sql`DELETE FROM retired_key WHERE kek = ${onto.id}`
        const standing = yield* sql<{ kek: string }>`SELECT DISTINCT kek FROM data_key WHERE kek <> ${onto.id}`
        for (const kek of new Set([...others.map(({ id }) => id), ...standing.map(({ kek }) => kek)]))
          yield* sql`INSERT INTO retired_key (kek, retired_at) VALUES (${kek}, ${at}) ON CONFLICT DO NOTHING`
      })
    )

  /** Two rotations at once would undo each other without end: the one that began last goes on. */
  const notOvertaken = (onto: MasterKey) =>
    Effect.gen(function* () {
      const [retired] = yield* sql`SELECT 1 FROM retired_key WHERE kek = ${onto.id}`
      if (retired !== undefined) return yield* new SealError({ detail: "another rotation has begun since and goes on" })
    })

  /** Goes through in batches until nothing is left: each gives where the next begins. */
  const through = <Key>(
    onto: MasterKey,
    begin: Key,
    next: (after: Key, tally: Tally) => Effect.Effect<Key | undefined, SealError | SqlError>
  ) =>
    Effect.gen(function* () {
      const tally: Tally = { done: 0, unopened: 0 }
      let after: Key | undefined = begin
      while (after !== undefined)
        after = yield* sql.withTransaction(Effect.andThen(notOvertaken(onto), next(after, tally)))
      return tally
    })

  const rewrap = (onto: MasterKey) =>
    through(onto, "", (after, tally) =>
      Effect.gen(function* () {
        const rows = yield* sql<DataKeyRow>`SELECT owner, kek, wrapped FROM data_key
          WHERE kek <> ${onto.id} AND owner > ${after} ORDER BY owner LIMIT ${batch}`
        for (const row of rows) {
          if (yield* dataKeys.rewrap(row, onto)) tally.done += 1
          else tally.unopened += 1
        }
        return rows.at(-1)?.owner
      })
    )

  const reseal = (onto: MasterKey, keys: ReadonlyArray<MasterKey>) => (column: FirstColumn) =>
    through(onto, 0, (after, tally) =>
      Effect.gen(function* () {
        const rows = yield* sql<Record<string, string | number>>`SELECT *, rowid AS place FROM ${sql(column.table)}
          WHERE ${firstOf(column)} AND rowid > ${after} ORDER BY rowid LIMIT ${batch}`
        for (const row of rows) {
          const place = column.placeOf(row)
          const opened = yield* first
            .open(keys, place, String(row[column.column]))
            .pipe(Effect.catchTag("SealError", () => Effect.undefined))
          if (opened === undefined) {
            tally.unopened += 1
            continue
          }
          const sealed = yield* seal(place, opened.plain)
          yield* sql`UPDATE ${sql(column.table)} SET ${sql(column.column)} = ${sealed} WHERE rowid = ${row["place"]}`
          tally.done += 1
        }
        return rows.at(-1)?.["place"] as number | undefined
      })
    )

  const rotate: Effect.Effect<Rotated, SealError | SqlError> = Effect.gen(function* () {
    const keys = yield* masters.read
    const [onto, ...others] = keys
    if (onto === undefined) return yield* new SealError({ detail: "there is no key to rotate to" })
    yield* retire(onto, others)
    const [marked] = yield* sql`SELECT 1 FROM data_key WHERE owner = ${markOwner}`
    // Before anything that tells which key the first version had is sealed anew.
    if (marked === undefined) yield* markKey
    const wrapped = yield* rewrap(onto)
    const sealed = yield* Effect.forEach(firstColumns, reseal(onto, keys))
    return {
      active: onto.id,
      rewrapped: wrapped.done,
      resealed: sealed.reduce((sum, { done }) => sum + done, 0),
      unopened: sealed.reduce((sum, { unopened }) => sum + unopened, wrapped.unopened)
    }
  })

  const shred = (owner: string): Effect.Effect<void, SqlError> =>
    owner === markOwner
      ? Effect.die("without the key of marks no account would be found again")
      : sql.withTransaction(
          Effect.gen(function* () {
            yield* dataKeys.destroy(owner)
            for (const column of firstColumns)
              yield* sql`UPDATE ${sql(column.table)} SET ${sql(column.column)} = ''
                WHERE ${sql.literal(column.owner)} = ${owner} AND ${firstOf(column)}`
          })
        )

  const status: Effect.Effect<Status, SqlError> = Effect.gen(function* () {
    const ring = yield* masters.held
    const counted = yield* sql<{ kek: string; n: number }>`SELECT kek, count(*) AS n FROM data_key GROUP BY kek`
    const retired = new Set((yield* sql<{ kek: string }>`SELECT kek FROM retired_key`).map(({ kek }) => kek))
    const dataKeysOf = new Map(counted.map(({ kek, n }) => [kek, n]))
    const active = ring.find(({ id }) => !retired.has(id))?.id
    const known = ring.map(({ id }) => ({
      id,
      state: id === active ? ("active" as const) : retired.has(id) ? ("retired" as const) : ("standby" as const),
      dataKeys: dataKeysOf.get(id) ?? 0
    }))
    const missing = counted
      .filter(({ kek }) => !ring.some(({ id }) => id === kek))
      .map(({ kek, n }) => ({ id: kek, state: "missing" as const, dataKeys: n }))
    const direct = yield* Effect.forEach(
      firstColumns,
      (column) => sql<{ n: number }>`SELECT count(*) AS n FROM ${sql(column.table)} WHERE ${firstOf(column)}`
    )
    return { keys: [...known, ...missing], direct: direct.reduce((sum, [row]) => sum + (row?.n ?? 0), 0) }
  })

  return { rotate, shred, status }
}
