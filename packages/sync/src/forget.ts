/**
 * Makes what was deleted leave the files of the database too: the log is copied back and cut off. The driver overwrites
 * what is deleted where it stood (`secure_delete`); copies that SQLite's own moving of rows left between the lines of
 * other pages go only when the file is rebuilt, which takes time in proportion to it. Another process that is reading
 * keeps the log for as long; then the next call does it.
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
