/**
 * Makes what was deleted leave the files of the database too. The driver overwrites what is deleted where it stood
 * (`secure_delete`), and the log is copied back and cut off here. Copies that SQLite's own moving of rows left between the
 * rows of other pages go only when the file is rebuilt, which takes time in proportion to it. Another process that is
 * reading keeps the log for as long; then the next call does it.
 */
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** Cuts the log off. Says whether it could. Never inside a transaction. */
export const forget = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return yield* sql.onDialectOrElse({
    sqlite: () =>
      sql<{ busy: number }>`PRAGMA wal_checkpoint(TRUNCATE)`.pipe(
        Effect.map((rows) => rows.every(({ busy }) => busy === 0)),
        Effect.catch(() => Effect.succeed(false))
      ),
    orElse: () => Effect.succeed(true)
  })
})

/** Writes the file anew without what was deleted, and cuts the log off. Says whether it could. Never inside a transaction. */
export const rebuild = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return yield* sql.onDialectOrElse({
    sqlite: () =>
      Effect.gen(function* () {
        // The copy it makes on the way goes through a temporary file, which memory need not hold.
        yield* sql`PRAGMA temp_store = FILE`
        yield* sql`VACUUM`
        return yield* forget
      }).pipe(
        Effect.catch(() => Effect.succeed(false)),
        Effect.ensuring(Effect.ignore(sql`PRAGMA temp_store = MEMORY`))
      ),
    orElse: () => Effect.succeed(true)
  })
})
