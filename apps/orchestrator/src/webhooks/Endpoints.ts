/** Where a tenant wants events sent. Every question names the tenant, so that one never sees another's. */
import type { Event } from "@paymirror/core"
import { Instant } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as SqlClient from "effect/sql/SqlClient"
import * as EventLog from "../service/EventLog.ts"
import * as Secrets from "./Secrets.ts"

export interface Endpoint {
  readonly n: number
  readonly webhookEndpointId: string
  readonly tenantId: string
  readonly url: string
  /** Absent: every type. */
  readonly eventTypes: ReadonlyArray<Event.EventType> | undefined
  readonly status: "enabled" | "disabled"
  readonly detail: string | undefined
  readonly createdAt: string
}

/** A tenant has as many as it may have. */
class TooMany extends Schema.TaggedError<TooMany>()("TooMany", { detail: Schema.String }) {}

/** How many endpoints a tenant may have. */
const most = 20

interface Row {
  readonly n: number
  readonly endpoint_id: string
  readonly tenant_id: string
  readonly url: string
  readonly event_types: string | null
  readonly status: "enabled" | "disabled"
  readonly detail: string | null
  readonly created_at: string
}

const endpointOf = (row: Row): Endpoint => ({
  n: row.n,
  webhookEndpointId: row.endpoint_id,
  tenantId: row.tenant_id,
  url: row.url,
  eventTypes: row.event_types === null ? undefined : (JSON.parse(row.event_types) as ReadonlyArray<Event.EventType>),
  status: row.status,
  detail: row.detail ?? undefined,
  createdAt: row.created_at
})

const typesIn = (types: ReadonlyArray<Event.EventType> | null | undefined): string | null =>
  types === null || types === undefined ? null : JSON.stringify(types)

export const list = (tenantId: string, after: number, limit: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<Row>`SELECT * FROM webhook_endpoint WHERE tenant_id = ${tenantId} AND n > ${after}
      ORDER BY n LIMIT ${limit}`
    return rows.map(endpointOf)
  })

export const get = (tenantId: string, webhookEndpointId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<Row>`SELECT * FROM webhook_endpoint
      WHERE tenant_id = ${tenantId} AND endpoint_id = ${webhookEndpointId}`
    return rows.map(endpointOf)[0]
  })

export interface New {
  readonly tenantId: string
  readonly url: string
  readonly eventTypes?: ReadonlyArray<Event.EventType> | undefined
}

/** Registers an endpoint. It is told what happens from now on; its secret is given this once. */
export const create = ({ eventTypes, tenantId, url }: New) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const webhookEndpointId = yield* (yield* SecureRandom.SecureRandom).uuidV7()
    const at = yield* Clock.currentTimeMillis
    return yield* sql.withTransaction(
      Effect.gen(function* () {
        const since = yield* EventLog.latest
        const rows = yield* sql<Row>`INSERT INTO webhook_endpoint
            (endpoint_id, tenant_id, url, event_types, status, since_seq, since_occurrence, created_at)
          SELECT ${webhookEndpointId}, ${tenantId}, ${url}, ${typesIn(eventTypes)}, 'enabled', ${since.seq},
            ${since.occurrence}, ${Instant.fromEpochMillis(at)}
          WHERE (SELECT count(*) FROM webhook_endpoint WHERE tenant_id = ${tenantId}) < ${most}
          RETURNING *`
        const endpoint = rows.map(endpointOf)[0]
        if (endpoint === undefined)
          return yield* new TooMany({ detail: `There are ${most} endpoints already; remove one first.` })
        return { endpoint, secret: yield* Secrets.rotate(endpoint.n, at, at) }
      })
    )
  })

export interface Update {
  readonly url?: string | undefined
  /** `null`: every type. */
  readonly eventTypes?: ReadonlyArray<Event.EventType> | null | undefined
  readonly status?: "enabled" | "disabled" | undefined
}

/** Changes an endpoint. Another address, or enabling it, is a fresh start: what failed before no longer counts. */
export const update = ({ n }: Endpoint, { eventTypes, status, url }: Update) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const fresh = url !== undefined || status === "enabled"
    const rows = yield* sql<Row>`UPDATE webhook_endpoint SET
        url = coalesce(${url ?? null}, url),
        event_types = ${eventTypes === undefined ? sql`event_types` : sql`${typesIn(eventTypes)}`},
        detail = CASE WHEN ${status ?? null} = 'disabled' AND status = 'enabled' THEN 'Disabled by its owner.'
          WHEN ${status ?? null} = 'enabled' THEN NULL ELSE detail END,
        status = coalesce(${status ?? null}, status),
        failing_since = ${fresh ? sql`NULL` : sql`failing_since`},
        throttled_until = ${fresh ? sql`NULL` : sql`throttled_until`}
      WHERE n = ${n} RETURNING *`
    return rows.map(endpointOf)[0]
  })

/** Removes an endpoint, its secrets, and every delivery of it. */
export const remove = ({ n }: Endpoint) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql.withTransaction(Effect.andThen(sql`DELETE FROM webhook_endpoint WHERE n = ${n}`, Secrets.shred(n)))
  })

/** A new secret; the ones so far sign beside it for a while. */
export const rotateSecret = ({ n }: Endpoint, overlapHours: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const at = yield* Clock.currentTimeMillis
    return yield* sql.withTransaction(Secrets.rotate(n, at, at + overlapHours * 3_600_000))
  })

/** Endpoints that were disabled, and how many deliveries each endpoint gave up: for whoever runs the service. */
export const troubled = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ webhookEndpointId: string; status: string; detail: string | null; failed: number }>`
    SELECT endpoint_id AS "webhookEndpointId", webhook_endpoint.status, detail,
      (SELECT count(*) FROM webhook_delivery WHERE endpoint = webhook_endpoint.n AND webhook_delivery.status = 'failed') AS failed
    FROM webhook_endpoint ORDER BY n`
)
