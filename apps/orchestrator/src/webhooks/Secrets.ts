/**
 * The secrets of an endpoint, sealed. The newest signs for good; one that was rotated out signs beside it until its
 * overlap is over, so that a receiver may change at any moment in between.
 */
import { Seal } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as SqlClient from "effect/sql/SqlClient"
import { newSecret } from "./Signature.ts"

const ownerOf = (endpoint: number): string => `webhook_endpoint:${endpoint}`

const place = (endpoint: number, secretId: string) => ({
  owner: ownerOf(endpoint),
  table: "webhook_secret",
  column: "sealed",
  row: secretId
})

/** Makes a secret, lets the others sign until an instant (in milliseconds), and gives it, this once. */
export const rotate = (endpoint: number, at: number, othersUntil: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const secretId = yield* (yield* SecureRandom.SecureRandom).uuidV7()
    const secret = yield* newSecret
    yield* sql`UPDATE webhook_secret SET until = ${othersUntil} WHERE endpoint = ${endpoint} AND until IS NULL`
    yield* sql`INSERT INTO webhook_secret (secret_id, endpoint, sealed, created_at, until)
      VALUES (${secretId}, ${endpoint}, ${yield* (yield* Seal).seal(place(endpoint, secretId), secret)}, ${at}, NULL)`
    return secret
  })

/** The secrets that sign at a moment, the newest first. */
export const of = (endpoint: number, at: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const seal = yield* Seal
    const rows = yield* sql<{ secret_id: string; sealed: string }>`SELECT secret_id, sealed FROM webhook_secret
      WHERE endpoint = ${endpoint} AND (until IS NULL OR until > ${at}) ORDER BY until IS NULL DESC, created_at DESC`
    return yield* Effect.forEach(rows, ({ sealed, secret_id }) => seal.open(place(endpoint, secret_id), sealed))
  })

/** Destroys the key they are sealed with: none of an endpoint opens ever again. */
export const shred = (endpoint: number) => Effect.flatMap(Seal, (seal) => seal.shred(ownerOf(endpoint)))

/** Destroys what signs no more. */
export const purge = (at: number) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM webhook_secret WHERE until <= ${at}`)
