/**
 * The key of marks, under which accounts are found again. It is a data key as others are, except that it never changes:
 * where the first version has marked already it is the one that was derived from its key, whichever of the ring that was.
 */
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Secret } from "./Envelope.ts"
import * as FirstSeal from "./FirstSeal.ts"
import type { MasterKeys } from "./MasterKeys.ts"
import { firstColumns } from "./Place.ts"
import type { SealError } from "./SealError.ts"

export const markOwner = "mark"

/** Its bytes, where it does not stand in the database yet. */
export const makeMarkKey = (
  sql: SqlClient.SqlClient,
  masters: MasterKeys,
  first: FirstSeal.FirstSeal,
  fresh: Effect.Effect<Secret>
): Effect.Effect<Secret, SqlError | SealError> =>
  Effect.gen(function* () {
    const keys = yield* masters.held
    for (const { column, placeOf, table } of firstColumns) {
      const [row] = yield* sql<Record<string, string>>`SELECT * FROM ${sql(table)}
        WHERE ${sql(column)} LIKE ${`${FirstSeal.prefix}%`} LIMIT 1`
      if (row === undefined) continue
      const { by } = yield* first.open(keys, placeOf(row), row[column] ?? "")
      return yield* first.markKey(by)
    }
    const [marked] = yield* sql`SELECT 1 FROM account LIMIT 1`
    const oldest = keys.at(-1)
    return marked === undefined || oldest === undefined ? yield* fresh : yield* first.markKey(oldest)
  })
