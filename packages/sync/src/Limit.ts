/**
 * Rate limits a provider has stated, kept in the store so that a restart does not ask again before it may. One that was
 * met while nobody was there binds reads that nobody waits for; one that was met with the person there binds both.
 */
import { Instant } from "@paymirror/core"
import type { StreamName } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

export interface Place {
  readonly connectionId: string
  readonly account: number
  readonly stream: StreamName.StreamName
  readonly attended: boolean
}

const shortest = 60_000
const longest = 48 * 3_600_000

/**
 * When to come back, within reason: a moment that has passed (or is about to) is a refusal all the same and means a
 * minute; one further away than two days means two days, which no daily quota exceeds.
 */
const sane = (until: Instant.Instant, now: number): Instant.Instant =>
  Instant.fromEpochMillis(Math.min(Math.max(Instant.toEpochMillis(until), now + shortest), now + longest))

/** Remembers a limit and gives the moment that was kept. */
export const remember = ({ account, attended, connectionId, stream }: Place, until: Instant.Instant) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const moment = sane(until, yield* Clock.currentTimeMillis)
    yield* sql`INSERT INTO provider_limit (connection_id, account, stream, attended, until)
      VALUES (${connectionId}, ${account}, ${stream}, ${attended ? 1 : 0}, ${moment})
      ON CONFLICT (connection_id, account, stream, attended) DO UPDATE SET until = excluded.until`
    return moment
  })

/** Until when nothing may be asked. A limit further away than any that is kept was kept by a clock that has gone back: it is dropped. */
export const standing = ({ account, attended, connectionId, stream }: Place) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const at = yield* Clock.currentTimeMillis
    const rows = yield* sql<{ until: string | null }>`SELECT max(until) AS until FROM provider_limit
      WHERE connection_id = ${connectionId} AND account = ${account} AND stream = ${stream}
        AND attended >= ${attended ? 1 : 0} AND until > ${Instant.fromEpochMillis(at)}
        AND until <= ${Instant.fromEpochMillis(at + longest)}`
    return rows[0]?.until ?? undefined
  })
