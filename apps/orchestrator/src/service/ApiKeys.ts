/**
 * API keys: 256 random bits behind the key's own id, shown once and kept as a hash. Every request looks at the store, so
 * that what is revoked is refused with the next one.
 */
import { Instant } from "@paymirror/core"
import { type Caller, type Scope, scopes } from "@paymirror/api"
import { createHash, timingSafeEqual } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Base64Url from "effect/encoding/Base64Url"
import * as SqlClient from "effect/sql/SqlClient"

export interface ApiKey {
  readonly keyId: string
  readonly tenantId: string
  /** The tenant's name. */
  readonly tenant: string
  readonly holderId: string | null
  readonly name: string
  readonly scopes: ReadonlyArray<Scope>
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly revokedAt: string | null
}

export interface NewKey {
  readonly tenantId: string
  readonly name: string
  readonly scopes: ReadonlyArray<Scope>
  /** The only person it may see. */
  readonly holderId?: string | undefined
  readonly expiresAt?: string | undefined
}

const prefix = "pmk_"

/** The id in a key, or the text as it is where it is an id already. */
export const idIn = (text: string): string =>
  (text.startsWith(prefix) ? text.slice(prefix.length) : text).split("_")[0] ?? ""

// The secret has 256 random bits, so a plain hash of it is as good as a slow one.
const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("base64url")

const now = Effect.map(Clock.currentTimeMillis, Instant.fromEpochMillis)

/** Makes a key. The secret is given this once. */
export const create = (key: NewKey) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const random = yield* SecureRandom.SecureRandom
    const keyId = (yield* random.uuidV7()).replaceAll("-", "")
    const secret = Base64Url.encode(yield* random.randomBytes(32))
    yield* sql`INSERT INTO api_key (key_id, tenant_id, holder_id, name, scopes, hash, created_at, expires_at)
      VALUES (${keyId}, ${key.tenantId}, ${key.holderId ?? null}, ${key.name}, ${JSON.stringify(key.scopes)},
        ${hashOf(secret)}, ${yield* now}, ${key.expiresAt ?? null})`
    return { keyId, key: Redacted.make(`${prefix}${keyId}_${secret}`, { label: "API key" }) }
  })

interface Row {
  readonly key_id: string
  readonly tenant_id: string
  readonly holder_id: string | null
  readonly name: string
  readonly scopes: string
  readonly hash: string
  readonly created_at: string
  readonly expires_at: string | null
  readonly revoked_at: string | null
}

const known = new Set<string>(scopes)
const scopesOf = (text: string): ReadonlyArray<Scope> =>
  (JSON.parse(text) as ReadonlyArray<string>).filter((one): one is Scope => known.has(one))

export const list = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<Row & { readonly tenant: string }>`SELECT api_key.*, tenant.name AS tenant
    FROM api_key JOIN tenant USING (tenant_id) ORDER BY api_key.created_at, key_id`
  return rows.map((row): ApiKey => ({
    keyId: row.key_id,
    tenantId: row.tenant_id,
    tenant: row.tenant,
    holderId: row.holder_id,
    name: row.name,
    scopes: scopesOf(row.scopes),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at
  }))
})

/** Ends a key with the next request. Says whether there was one that was not over. */
export const revoke = (keyId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const ended = yield* sql`UPDATE api_key SET revoked_at = ${yield* now}
      WHERE key_id = ${keyId} AND revoked_at IS NULL RETURNING key_id`
    return ended.length === 1
  })

/**
 * A new key that may do what an old one may, until when it may. The old one is over at once, or after so many hours.
 * Nothing where there is no such key that is good.
 */
export const rotate = (keyId: string, overlapHours: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* sql.withTransaction(
      Effect.gen(function* () {
        const at = yield* Clock.currentTimeMillis
        const rows = yield* sql<Row>`SELECT * FROM api_key WHERE key_id = ${keyId} AND revoked_at IS NULL
          AND (expires_at IS NULL OR expires_at > ${Instant.fromEpochMillis(at)})`
        const old = rows[0]
        if (old === undefined) return undefined
        const made = yield* create({
          tenantId: old.tenant_id,
          name: old.name,
          scopes: scopesOf(old.scopes),
          holderId: old.holder_id ?? undefined,
          expiresAt: old.expires_at ?? undefined
        })
        if (overlapHours === 0) yield* revoke(keyId)
        else {
          const until = Instant.fromEpochMillis(at + overlapHours * 3_600_000)
          yield* sql`UPDATE api_key SET expires_at = min(coalesce(expires_at, ${until}), ${until}) WHERE key_id = ${keyId}`
        }
        return made
      })
    )
  })

/** Whose key it is; nothing where it is none, is over, or was revoked. */
export const callerOf = (presented: Redacted.Redacted<string>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [keyId = "", ...secret] = Redacted.value(presented).slice(prefix.length).split("_")
    const rows = yield* sql<Row>`SELECT * FROM api_key
      WHERE key_id = ${keyId} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ${yield* now})`
    const row = rows[0]
    if (row === undefined || !same(hashOf(secret.join("_")), row.hash)) return undefined
    const caller: Caller = {
      keyId,
      tenantId: row.tenant_id,
      holderId: row.holder_id ?? undefined,
      scopes: new Set(scopesOf(row.scopes))
    }
    return caller
  })

const same = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
