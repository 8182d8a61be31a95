/**
 * A database as the first version left it: everything sealed directly under the only key, marks under what was derived from
 * it, its schema, and nothing counted yet. Written with Node's own cryptography, so that the engine's is held against something else.
 */
import { createCipheriv, createHmac, randomBytes } from "node:crypto"
import { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Sync from "../src/index.ts"
import { foundation } from "../src/migrations/0001_foundation.ts"
import { firstColumns } from "../src/Place.ts"

type Key = Redacted.Redacted<Uint8Array>

const sealed = (key: Key, place: string, text: string): string => {
  const nonce = randomBytes(12)
  const cipher = createCipheriv("aes-256-gcm", Redacted.value(key), nonce).setAAD(Buffer.from(place))
  const bytes = Buffer.concat([nonce, cipher.update(text), cipher.final()])
  return `s1.${Buffer.concat([bytes, cipher.getAuthTag()]).toString("base64url")}`
}

export const mark = (key: Key, text: string): string => {
  const derived = createHmac("sha256", Redacted.value(key)).update("paymirror mark").digest()
  return createHmac("sha256", derived).update(text).digest("base64url")
}

/**
 * Turns a database back: what is sealed, the marks, and the schema, where it was another. It must be the seal that sealed
 * it, and nobody may use the database afterwards but who opens it anew.
 */
export const turnBack = (filename: string, key: Key, identification: string) =>
  Effect.gen(function* () {
    const seal = yield* Sync.Seal
    const database = new DatabaseSync(filename)
    for (const { column, placeOf, table } of firstColumns) {
      const rows = database.prepare(`SELECT *, rowid AS at FROM ${table}`).all()
      for (const row of rows as Array<Record<string, string | number>>) {
        const place = placeOf(row)
        const text = Redacted.value(yield* seal.open(place, String(row[column])))
        if (table !== "quarantine") {
          const value = sealed(key, place.first ?? "", text)
          database.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`).run(value, row["at"] ?? 0)
          continue
        }
        const { id, line } = JSON.parse(String(row["locator"])) as { readonly id?: string; readonly line?: number }
        const marked = mark(key, `${id ?? `line ${line ?? "?"}`}\n${text}`)
        database
          .prepare("UPDATE quarantine SET key = ?, sealed_raw = ? WHERE n = ?")
          .run(marked, sealed(key, `quarantine:${row["account"]}:${marked}`, text), row["n"] ?? 0)
      }
    }
    database.prepare("UPDATE account SET identification_hash = ?").run(mark(key, identification))
    const later = database
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'effect%'"
      )
      .all()
      .map(({ name }) => String(name))
      .filter((name) => !foundation.some((statement) => statement.startsWith(`CREATE TABLE ${name} `)))
    database.exec("PRAGMA foreign_keys = OFF")
    for (const table of later) database.exec(`DROP TABLE ${table}`)
    database.exec(`DROP TABLE spend;
      ALTER TABLE anchor DROP COLUMN fixed_on; ALTER TABLE anchor DROP COLUMN last_row;
      CREATE TABLE spend (connection_id TEXT NOT NULL, account INTEGER NOT NULL, stream TEXT NOT NULL, at INTEGER NOT NULL);
      CREATE INDEX spend_of ON spend (connection_id, account, stream, at);
      DELETE FROM effect_sql_migrations WHERE migration_id > 1`)
    database.close()
  })
