/**
 * One prepared statement for many rows, without an Effect per row: what makes a page a handful of calls. A database
 * driver provides it beside `SqlClient`.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"

export type Value = string | number | null

/** Runs one statement for many rows of parameters, or one query for many keys. Call it inside a transaction. */
export class Bulk extends Context.Service<
  Bulk,
  {
    readonly write: (sql: string, rows: ReadonlyArray<ReadonlyArray<Value>>) => Effect.Effect<void, SqlError>
    /** For each key the first row found, as an array of columns, or `undefined`; in the order of the keys. */
    readonly lookup: (
      sql: string,
      keys: ReadonlyArray<ReadonlyArray<Value>>
    ) => Effect.Effect<ReadonlyArray<ReadonlyArray<unknown> | undefined>, SqlError>
  }
>()("@paymirror/sync/Bulk") {}
