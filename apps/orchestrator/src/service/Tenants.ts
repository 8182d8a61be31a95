/**
 * Tenants and the people they have. A tenant names a person by a reference of its own; here they get an id that says
 * nothing. Whoever the command line linked belongs to the tenant `local`.
 */
import { Instant } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as SqlClient from "effect/sql/SqlClient"

/** The tenant of the command line. */
export const local = "local"

/** What its people know a tenant by; the one of the command line has no name they would know. */
export const knownAs = ({ name, tenantId }: Pick<Tenant, "tenantId" | "name">): string =>
  tenantId === local ? "this paymirror" : name

export interface Tenant {
  readonly tenantId: string
  readonly name: string
  readonly createdAt: string
}

export interface Holder {
  readonly holderId: string
  readonly reference: string
  readonly createdAt: string
}

const now = Effect.map(Clock.currentTimeMillis, Instant.fromEpochMillis)

/** Finds a tenant by its name, and makes it where it is not there. */
export const named = (name: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const fresh = yield* (yield* SecureRandom.SecureRandom).uuidV7()
    yield* sql`INSERT INTO tenant (tenant_id, name, created_at) VALUES (${fresh}, ${name}, ${yield* now})
      ON CONFLICT (name) DO NOTHING`
    const found = yield* sql<Tenant>`SELECT tenant_id AS "tenantId", name, created_at AS "createdAt"
      FROM tenant WHERE name = ${name}`
    return found[0] as Tenant
  })

/** Every tenant, with how many people and accounts it has and how many of its keys are good. */
export const overview = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const at = yield* now
  return yield* sql<Tenant & { readonly holders: number; readonly accounts: number; readonly keys: number }>`
    SELECT tenant_id AS "tenantId", name, created_at AS "createdAt",
      (SELECT count(*) FROM holder WHERE holder.tenant_id = tenant.tenant_id) AS holders,
      (SELECT count(*) FROM tenant_account WHERE tenant_account.tenant_id = tenant.tenant_id) AS accounts,
      (SELECT count(*) FROM api_key WHERE api_key.tenant_id = tenant.tenant_id AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > ${at})) AS keys
    FROM tenant ORDER BY created_at, tenant_id`
})

/** A tenant's person, by its own reference or by id. */
export const find = (tenantId: string, named: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* sql<Holder>`SELECT holder_id AS "holderId", reference, created_at AS "createdAt" FROM holder
      WHERE tenant_id = ${tenantId} AND (reference = ${named} OR holder_id = ${named})`
    return found[0]
  })

/** The person a tenant means by a reference: the same reference is the same person. */
export const holderOf = (tenantId: string, reference: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const fresh = yield* (yield* SecureRandom.SecureRandom).uuidV7()
    yield* sql`INSERT INTO holder (holder_id, tenant_id, reference, created_at)
      VALUES (${fresh}, ${tenantId}, ${reference}, ${yield* now}) ON CONFLICT (tenant_id, reference) DO NOTHING`
    const found = yield* sql<Holder>`SELECT holder_id AS "holderId", reference, created_at AS "createdAt"
      FROM holder WHERE tenant_id = ${tenantId} AND reference = ${reference}`
    return found[0] as Holder
  })

/** Writes down people who were linked here, not over the service. */
export const adopt = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`INSERT INTO holder (holder_id, tenant_id, reference, created_at)
    SELECT holder_id, ${local}, holder_id, min(created_at) FROM account
    WHERE holder_id NOT IN (SELECT holder_id FROM holder) GROUP BY holder_id`
)
