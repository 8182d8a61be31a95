/**
 * From events to deliveries: one row for each endpoint that wants an event. The logs of the mirror are the outbox: they
 * are written with the change itself. Here the place up to which they were read moves in the transaction that writes the
 * deliveries, so that at no moment one is lost, or there is one of something that did not happen.
 */
import { Instant } from "@paymirror/core"
import { Bulk } from "@paymirror/sync"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import * as EventLog from "../service/EventLog.ts"
import * as Events from "../service/Events.ts"
import * as Tenants from "../service/Tenants.ts"

interface Wanting {
  readonly n: number
  readonly tenant_id: string
  readonly event_types: string | null
  readonly since_seq: number
  readonly since_occurrence: number
}

/** How many changes one transaction takes. */
const batch = 200

const insertDelivery = `INSERT INTO webhook_delivery
    (endpoint, event_id, type, holder_id, body, status, attempts, created_at, next_at)
  VALUES (?, ?, ?, ?, ?, 'pending', 0, ?, ?) ON CONFLICT (endpoint, event_id) DO NOTHING`

/** A condition on the tenant of whoever a column names. */
const tenant = (sql: SqlClient.SqlClient, column: string, condition: Fragment): Fragment =>
  sql`${sql.literal(tenantOf(column))} ${condition}`

/** Whose a person is; whoever was linked on the command line belongs to its tenant. */
const tenantOf = (column: string): string =>
  `coalesce((SELECT tenant_id FROM holder WHERE holder.holder_id = ${column}), '${Tenants.local}')`

/** Whether there is anything that was not fanned out; asked without the lock that a transaction takes. */
export const isBehind = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ behind: number }>`
    SELECT EXISTS (SELECT 1 FROM change WHERE change.seq > webhook_cursor.seq)
      OR EXISTS (SELECT 1 FROM occurrence WHERE n > webhook_cursor.occurrence) AS behind FROM webhook_cursor`
  return rows[0]?.behind === 1
})

/** Writes the deliveries of the next events. Says whether there may be more. */
export const fanOut = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const bulk = yield* Bulk
  const at = yield* Clock.currentTimeMillis
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      const cursor = (yield* sql<EventLog.Position>`SELECT seq, occurrence FROM webhook_cursor`)[0]
      if (cursor === undefined) return yield* Effect.die("the webhook cursor is gone")
      const endpoints = yield* sql<Wanting>`SELECT n, tenant_id, event_types, since_seq, since_occurrence
        FROM webhook_endpoint WHERE status = 'enabled'`
      if (endpoints.length === 0) {
        yield* moveTo(yield* EventLog.latest)
        return false
      }
      const telling = sql`IN (SELECT tenant_id FROM webhook_endpoint WHERE status = 'enabled')`
      const { events, more, position } = yield* EventLog.read({
        after: cursor,
        limit: batch,
        changes: tenant(sql, "account.holder_id", telling),
        occurrences: tenant(sql, "occurrence.holder_id", telling)
      })
      const tenants = yield* tenantsOf(new Set(events.map(({ event }) => event.data.holderId)))
      const created = Instant.fromEpochMillis(at)
      yield* bulk.write(
        insertDelivery,
        endpoints.flatMap((endpoint) =>
          events
            .filter((told) => tenants.get(told.event.data.holderId) === endpoint.tenant_id && wants(endpoint, told))
            .map((told) => [
              endpoint.n,
              Events.idOf(told),
              told.event.type,
              told.event.data.holderId,
              JSON.stringify(told.event),
              created,
              at
            ])
        )
      )
      yield* moveTo(position)
      return more
    })
  )
})

const moveTo = ({ occurrence, seq }: EventLog.Position) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`UPDATE webhook_cursor SET seq = ${seq}, occurrence = ${occurrence}`)

const wants = (endpoint: Wanting, { event, index, seq }: Events.Told): boolean =>
  (typeof index === "number" ? seq > endpoint.since_seq : Number(index.slice(1)) > endpoint.since_occurrence) &&
  (endpoint.event_types === null || (JSON.parse(endpoint.event_types) as ReadonlyArray<string>).includes(event.type))

const tenantsOf = (holders: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ holder: string; tenant: string }>`
      SELECT value AS holder, ${sql.literal(tenantOf("value"))} AS tenant FROM json_each(${JSON.stringify([...holders])})`
    return new Map(rows.map(({ holder, tenant }) => [holder, tenant]))
  })

/** How many events of a range one transaction of a replay takes. */
const replayBatch = 500

/**
 * Sends the events of a range again to one endpoint, each with the id it had: those it was sent, and those it missed while
 * it was disabled. What is pending anyway stays as it is. Gives how many were scheduled.
 */
export const replay = (
  endpoint: { readonly n: number; readonly tenantId: string; readonly eventTypes: ReadonlyArray<string> | undefined },
  { from, to }: { readonly from: string; readonly to: string }
) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const at = yield* Clock.currentTimeMillis
    const created = Instant.fromEpochMillis(at)
    const step = (after: EventLog.Position) =>
      sql.withTransaction(
        Effect.gen(function* () {
          const own = sql`= ${endpoint.tenantId}`
          const read = yield* EventLog.read({
            after,
            limit: replayBatch,
            changes: sql`${tenant(sql, "account.holder_id", own)} AND change.at >= ${from} AND change.at < ${to}`,
            occurrences: sql`${tenant(sql, "occurrence.holder_id", own)} AND at >= ${from} AND at < ${to}`
          })
          let scheduled = 0
          for (const told of read.events) {
            const { event } = told
            if (endpoint.eventTypes?.includes(event.type) === false) continue
            const rows = yield* sql`INSERT INTO webhook_delivery
                (endpoint, event_id, type, holder_id, body, status, attempts, created_at, next_at)
              VALUES (${endpoint.n}, ${Events.idOf(told)}, ${event.type}, ${event.data.holderId}, ${JSON.stringify(event)}, 'pending', 0,
                ${created}, ${at})
              ON CONFLICT (endpoint, event_id) DO UPDATE SET status = 'pending', attempts = 0, next_at = ${at},
                lease = NULL, delivered_at = NULL, last_status = NULL, last_error = NULL WHERE status <> 'pending'
              RETURNING n`
            scheduled += rows.length
          }
          return { ...read, scheduled }
        })
      )
    let position: EventLog.Position = { seq: 0, occurrence: 0 }
    let all = 0
    while (true) {
      const { more, position: next, scheduled } = yield* step(position)
      all += scheduled
      if (!more) return all
      position = next
    }
  })
