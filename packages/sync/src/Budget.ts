/**
 * Unattended reads within a legal budget: each is counted in the store before its call, so that neither a crash nor a
 * restart nor a second worker gives one back. The window is rolling, and longer than the law's by an hour and five
 * minutes: a clock may be an hour off after a change of season, and a request may arrive late. A clock that has fallen
 * back gives nothing back either: what it finds in the future counts, and what it dates itself is dated anew once it is
 * right. One that runs ahead by more, or falls back with no read to notice, cannot be told from a host that was switched
 * off; then the bank's own limit holds.
 */
import { Access, ConnectorError, Instant } from "@paymirror/core"
import type { Manifest } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** What a read is counted on. */
export interface Place {
  readonly connectionId: string
  readonly account: number
  readonly resource: string
}

/** Milliseconds by which the window is longer than the law's. */
const slack = 65 * 60_000

/** Reads that are kept beyond those that count, times the budget: a clock that jumps ahead and back must find them again. */
const kept = 8

/** Spends one read, or says when the next one is free. */
export const spend = ({ account, connectionId, resource }: Place, budget: Manifest.Budget) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const window = budget.hours * 3_600_000 + slack
    return yield* sql.withTransaction(
      Effect.gen(function* () {
        const at = yield* Clock.currentTimeMillis
        yield* sql`UPDATE spend SET at = ${at}, behind = NULL WHERE behind <= ${at + slack}`
        const highest = yield* sql<{ at: number | null }>`SELECT max(coalesce(
          (SELECT max(at) FROM spend), 0), coalesce((SELECT max(behind) FROM spend), 0)) AS at`
        const seen = highest[0]?.at ?? 0
        const behind = seen > at + slack ? seen : null
        if (behind !== null) yield* sql`UPDATE spend SET at = ${at}, behind = ${behind} WHERE at > ${at}`
        const spent = yield* sql<{ at: number }>`SELECT at FROM spend WHERE connection_id = ${connectionId}
          AND account = ${account} AND resource IN (${resource}, '*') AND at > ${at - window}
          ORDER BY at DESC LIMIT ${budget.reads}`
        const oldest = spent[budget.reads - 1]
        if (oldest !== undefined) return Instant.fromEpochMillis(oldest.at + window)
        yield* sql`INSERT INTO spend (connection_id, account, resource, at, behind)
          VALUES (${connectionId}, ${account}, ${resource}, ${at}, ${behind})`
        yield* sql`DELETE FROM spend WHERE connection_id = ${connectionId} AND account = ${account}
          AND resource = ${resource} AND at <= ${at - window} AND rowid NOT IN (SELECT rowid FROM spend
            WHERE connection_id = ${connectionId} AND account = ${account} AND resource = ${resource}
            ORDER BY rowid DESC LIMIT ${budget.reads * kept})`
        return undefined
      })
    )
  })

/** What a connector is given, and whether a rate limit it ends in is this host's own. */
export interface Counted {
  readonly access: Access.Access
  readonly isOwn: (until: string) => boolean
}

/** The access of one run. A database that does not answer is the host's trouble, not the provider's: the run dies of it. */
export const access = (options: {
  readonly sql: SqlClient.SqlClient
  readonly connector: string
  readonly connectionId: string
  readonly account: number
  readonly budget: Manifest.Budget | undefined
  readonly presence: Access.Presence | undefined
}): Counted => {
  const { account, budget, connectionId, connector, presence, sql } = options
  const refused = new Set<string>()
  return {
    isOwn: (until) => refused.has(until),
    access: {
      ...(presence !== undefined && { presence }),
      spend: (resource) =>
        budget === undefined || presence !== undefined
          ? Effect.void
          : spend({ connectionId, account, resource }, budget).pipe(
              Effect.provideService(SqlClient.SqlClient, sql),
              Effect.orDie,
              Effect.flatMap((until) => {
                if (until === undefined) return Effect.void
                refused.add(until)
                const reason = new ConnectorError.RateLimited({ until })
                return Effect.fail(new ConnectorError.ConnectorError({ connector, reason }))
              })
            )
    }
  }
}
