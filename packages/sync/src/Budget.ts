/**
 * Unattended reads within a legal budget: counted in the store before the call, so that neither a crash nor a restart
 * nor a second worker gives one back. The window is rolling.
 */
import { Instant } from "@paymirror/core"
import type { Manifest, StreamName } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** Spends one read, or says when the next one is free. */
export const spend = (connectionId: string, account: number, stream: StreamName.StreamName, budget: Manifest.Budget) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const at = yield* Clock.currentTimeMillis
    const window = budget.hours * 3_600_000
    return yield* sql.withTransaction(
      Effect.gen(function* () {
        const spent = yield* sql<{ at: number }>`SELECT at FROM spend WHERE connection_id = ${connectionId}
          AND account = ${account} AND stream = ${stream} AND at > ${at - window} ORDER BY at DESC LIMIT ${budget.reads}`
        const oldest = spent[budget.reads - 1]
        if (oldest !== undefined) return Instant.fromEpochMillis(oldest.at + window)
        yield* sql`DELETE FROM spend WHERE connection_id = ${connectionId} AND account = ${account} AND stream = ${stream}
          AND at <= ${at - window}`
        yield* sql`INSERT INTO spend (connection_id, account, stream, at) VALUES (${connectionId}, ${account}, ${stream}, ${at})`
        return undefined
      })
    )
  })
