/** The record of a run: on whose consent, by which connector, when, with what outcome. Every row names the run it came from. */
import type { StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "./clock.ts"
import type { Counts } from "./Commit.ts"

export interface Run {
  readonly n: number
  readonly startedAt: string
}

/** The outcome of a run that read nothing: what it changed, time did. It stands from the start, whatever becomes of the run. */
export const projected = "Projected"

export const start = (
  input: { readonly connectionId: string; readonly stream: StreamName.StreamName },
  account: number,
  connector: string,
  consentId: string,
  outcome?: typeof projected
) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const startedAt = yield* now
    const rows = yield* sql<{ n: number }>`
      INSERT INTO run (connection_id, connector, consent_id, account, stream, started_at, outcome)
      VALUES (${input.connectionId}, ${connector}, ${consentId}, ${account}, ${input.stream}, ${startedAt}, ${outcome ?? null})
      RETURNING n`
    const run: Run = { n: rows[0]?.n ?? 0, startedAt }
    return run
  })

export const finish = (run: Run, counts: Readonly<Counts>, outcome: string, detail: string | undefined) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`UPDATE run SET finished_at = ${yield* now}, outcome = ${outcome}, detail = ${detail ?? null},
      added = ${counts.added}, updated = ${counts.updated}, unchanged = ${counts.unchanged},
      removed = ${counts.removed}, quarantined = ${counts.quarantined} WHERE n = ${run.n}`
  })

/** Rows of the account that stand in quarantine under an id, as `stream\nid`. */
export const openQuarantine = (account: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ stream: string; row_id: string }>`SELECT stream, row_id FROM quarantine
      WHERE account = ${account} AND row_id IS NOT NULL AND resolved_at IS NULL`
    return new Set(rows.map((row) => `${row.stream}\n${row.row_id}`))
  })
