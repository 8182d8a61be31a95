/**
 * A single writer over several processes: a row with an owner, an end and a generation. Each taking raises the
 * generation, and whoever writes under a lease checks its own generation in the same transaction, so that a holder who
 * slept past the end cannot write over the one who came after.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

export interface Lease {
  readonly resource: string
  readonly generation: number
}

/** How long a lease lasts without a sign of life, in milliseconds. */
const defaultTtl = 15_000

/**
 * Takes a lease for the scope, or gives `undefined` where somebody holds it. It is kept alive until the scope closes
 * and then let go.
 */
export const take = (
  resource: string,
  ttl: number = defaultTtl
): Effect.Effect<Lease | undefined, SqlError, SqlClient.SqlClient | Scope.Scope> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const taken = yield* sql<{ generation: number }>`
      INSERT INTO lease (resource, owner, generation, expires_at) VALUES (${resource}, 'held', 1, ${now + ttl})
      ON CONFLICT (resource) DO UPDATE
        SET owner = 'held', generation = lease.generation + 1, expires_at = excluded.expires_at
        WHERE lease.owner IS NULL OR lease.expires_at <= ${now}
      RETURNING generation`
    const generation = taken[0]?.generation
    if (generation === undefined) return undefined
    const lease: Lease = { resource, generation }
    yield* Effect.addFinalizer(() => Effect.ignore(release(sql, lease)))
    yield* extend(sql, lease, ttl).pipe(Effect.repeat(Schedule.spaced(ttl / 3)), Effect.ignore, Effect.forkScoped)
    return lease
  })

/** Waits for a lease, looking every `every` milliseconds. */
export const wait = (resource: string, ttl: number = defaultTtl, every = 10) =>
  take(resource, ttl).pipe(
    Effect.repeat({ until: (lease) => lease !== undefined, schedule: Schedule.spaced(every) }),
    Effect.flatMap((lease) =>
      lease === undefined ? Effect.die("a lease was waited for and not taken") : Effect.succeed(lease)
    )
  )

const release = (sql: SqlClient.SqlClient, lease: Lease) =>
  sql`UPDATE lease SET owner = NULL, expires_at = 0 WHERE resource = ${lease.resource} AND generation = ${lease.generation}`

const extend = (sql: SqlClient.SqlClient, lease: Lease, ttl: number) =>
  Effect.flatMap(
    Clock.currentTimeMillis,
    (now) => sql`UPDATE lease SET expires_at = ${now + ttl}
      WHERE resource = ${lease.resource} AND generation = ${lease.generation} AND owner IS NOT NULL`
  )

/** Whether the lease is still the newest; ask inside the transaction that writes. */
export const isHeld = (lease: Lease) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ generation: number }>`SELECT generation FROM lease WHERE resource = ${lease.resource}`
    return rows[0]?.generation === lease.generation
  })
