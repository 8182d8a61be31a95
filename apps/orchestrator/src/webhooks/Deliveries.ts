/**
 * Deliveries: one event on its way to one endpoint. Whoever attempts one holds it for a while, so that two processes do
 * not send the same attempt; a holder that died is taken over after that, and the receiver may hear the same id twice.
 * What was given up stays to be seen; what was delivered is forgotten after 30 days.
 */
import type { Event } from "@paymirror/core"
import { Instant } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { patience, type Verdict } from "./Verdict.ts"

/** A delivery to be attempted, held by whoever claimed it. */
export interface Claimed {
  readonly n: number
  readonly eventId: string
  readonly body: string
  /** Attempts before this one. */
  readonly attempts: number
}

/** An endpoint with something due. */
export interface Ready {
  readonly n: number
  readonly webhookEndpointId: string
  readonly url: string
  /** It failed last, or asked for patience: one at a time will do. */
  readonly isTroubled: boolean
}

/** Enabled endpoints that may be sent to and have something due. */
export const ready = (now: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<Omit<Ready, "isTroubled"> & { readonly troubled: number }>`
      SELECT n, endpoint_id AS "webhookEndpointId", url, failing_since IS NOT NULL OR throttled_until IS NOT NULL AS troubled
      FROM webhook_endpoint WHERE status = 'enabled' AND coalesce(throttled_until, 0) <= ${now}
        AND EXISTS (SELECT 1 FROM webhook_delivery
          WHERE endpoint = webhook_endpoint.n AND status = 'pending' AND next_at <= ${now})`
    return rows.map(({ troubled, ...rest }): Ready => ({ ...rest, isTroubled: troubled === 1 }))
  })

/** Takes up to `limit` deliveries that are due, until `until`. */
export const claim = (endpoint: number, lease: string, now: number, until: number, limit: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<Claimed>`UPDATE webhook_delivery SET lease = ${lease}, next_at = ${until}
      WHERE n IN (SELECT n FROM webhook_delivery
        WHERE endpoint = ${endpoint} AND status = 'pending' AND next_at <= ${now} ORDER BY next_at, n LIMIT ${limit})
      RETURNING n, event_id AS "eventId", body, attempts`
    return rows.toSorted((a, b) => a.n - b.n)
  })

/** Lets go of a delivery that was not attempted. */
export const giveBack = ({ n }: Claimed, lease: string, now: number) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`UPDATE webhook_delivery SET next_at = ${now}, lease = NULL
      WHERE n = ${n} AND lease = ${lease} AND status = 'pending'`
  )

/** Writes down what came of an attempt. Says so where it was the one that disabled the endpoint. */
export const settle = (endpoint: number, { attempts, n }: Claimed, lease: string, verdict: Verdict, now: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* sql.withTransaction(
      Effect.gen(function* () {
        if (verdict._tag === "Delivered") {
          yield* sql`UPDATE webhook_delivery SET status = 'delivered', attempts = ${attempts + 1}, next_at = NULL, lease = NULL,
              delivered_at = ${Instant.fromEpochMillis(now)}, last_status = ${verdict.status}, last_error = NULL
            WHERE n = ${n} AND status = 'pending'`
          yield* sql`UPDATE webhook_endpoint SET failing_since = NULL, throttled_until = NULL
            WHERE n = ${endpoint} AND (failing_since IS NOT NULL OR throttled_until IS NOT NULL)`
          return { disabled: false }
        }
        const { error, gone, nextAt, status, throttledUntil } = verdict
        const written = yield* sql`UPDATE webhook_delivery
          SET status = ${nextAt === undefined ? "failed" : "pending"}, attempts = ${attempts + 1},
            next_at = ${nextAt ?? null}, lease = NULL, last_status = ${status ?? null}, last_error = ${error}
          WHERE n = ${n} AND lease = ${lease} AND status = 'pending' RETURNING n`
        // Held by another by now, or gone with its endpoint: what counts is what comes of that one.
        if (written.length === 0) return { disabled: false }
        yield* sql`UPDATE webhook_endpoint SET failing_since = coalesce(failing_since, ${now}),
            throttled_until = ${throttledUntil === undefined ? sql`throttled_until` : sql`max(coalesce(throttled_until, 0), ${throttledUntil})`}
          WHERE n = ${endpoint}`
        const disabled = yield* sql`UPDATE webhook_endpoint SET status = 'disabled',
            detail = ${gone ? "The receiver answered 410: it wants nothing more." : `Every delivery failed for 120 hours. ${error}`}
          WHERE n = ${endpoint} AND status = 'enabled' AND (${gone ? 1 : 0} = 1 OR failing_since <= ${now - patience})
          RETURNING n`
        return { disabled: disabled.length > 0 }
      })
    )
  })

export interface Delivery {
  readonly n: number
  readonly eventId: string
  readonly webhookEndpointId: string
  readonly type: Event.EventType
  readonly status: "pending" | "delivered" | "failed"
  readonly attempts: number
  readonly createdAt: string
  readonly deliveredAt: string | null
  readonly nextAt: number | null
  readonly lastStatus: number | null
  readonly lastError: string | null
}

export interface Query {
  readonly tenantId: string
  readonly webhookEndpointId?: string | undefined
  readonly status?: Delivery["status"] | undefined
  /** Older than this one. */
  readonly before?: number | undefined
  readonly limit: number
}

/** What became of each event, the newest first. */
export const list = ({ before, limit, status, tenantId, webhookEndpointId }: Query) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<Delivery>`SELECT webhook_delivery.n, event_id AS "eventId", endpoint_id AS "webhookEndpointId", type,
        webhook_delivery.status, attempts, webhook_delivery.created_at AS "createdAt", delivered_at AS "deliveredAt",
        next_at AS "nextAt", last_status AS "lastStatus", last_error AS "lastError"
      FROM webhook_delivery CROSS JOIN webhook_endpoint
      WHERE webhook_endpoint.n = webhook_delivery.endpoint AND tenant_id = ${tenantId}
        AND ${webhookEndpointId === undefined ? sql`1 = 1` : sql`endpoint_id = ${webhookEndpointId}`}
        AND ${status === undefined ? sql`1 = 1` : sql`webhook_delivery.status = ${status}`}
        AND webhook_delivery.n < ${before ?? Number.MAX_SAFE_INTEGER}
      ORDER BY webhook_delivery.n DESC LIMIT ${limit}`
  )

const kept = 30 * 86_400_000

/** Forgets what was delivered more than 30 days ago. */
export const purge = (now: number) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`DELETE FROM webhook_delivery
      WHERE status = 'delivered' AND delivered_at < ${Instant.fromEpochMillis(now - kept)}`
  )
