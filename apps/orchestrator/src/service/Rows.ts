/**
 * Rows of a stream for somebody who may see them, by account and id, each with where it comes from. A page costs what it
 * shows: the cursor is a place in the index that the mirror has anyway. Rows that are gone are not shown.
 */
import { CurrentCaller } from "@paymirror/api"
import type { Row, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Cursor from "./Cursor.ts"
import * as Visible from "./Visible.ts"

/** Of a stream that has both: the entries of its ledger, or what the provider states. */
export type Part = "entries" | "stated"

export interface Found {
  readonly n: number
  readonly accountId: string
  readonly holderId: string
  readonly id: string
  readonly body: string
  readonly version: string | null
  readonly pending: number
  readonly origin: Row.Origin
  readonly connector: string
  readonly consentId: string
  readonly readAt: string
}

/** Where a row comes from, as the interface says it. */
export const provenance = ({ connector, consentId, origin, pending, readAt, version }: Omit<Found, "n">) => ({
  connector,
  consentId,
  readAt,
  origin,
  ...(version !== null && { version }),
  pending: pending === 1
})

const columns = `row.account AS n, account.account_id AS "accountId", account.holder_id AS "holderId", row.id, row.body,
  row.version, row.pending, row.origin, run.connector, run.consent_id AS "consentId", run.started_at AS "readAt"`

/** The condition of a partial index has to stand in the query as it does in the index. */
const parts: Readonly<Record<Part, string>> = {
  entries: `AND json_extract(row.body, '$.rowType') = 'entry'`,
  stated: `AND row.stream IN ('balance', 'points') AND json_extract(row.body, '$.rowType') <> 'entry'`
}

export interface Query extends Visible.Narrowing {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

export const list = (
  stream: StreamName.StreamName,
  part: Part | undefined,
  { cursor, limit = Cursor.defaultLimit, ...only }: Query
) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const caller = yield* CurrentCaller
    const [account = 0, id = ""] = yield* Cursor.read(cursor)
    const rows = yield* sql<Found>`SELECT ${sql.literal(columns)}
      FROM tenant_account AS seen CROSS JOIN row CROSS JOIN account CROSS JOIN run
      WHERE ${Visible.seen(sql, caller, only, Number(account))}
        AND row.account = seen.account AND row.stream = ${stream} AND row.gone IS NULL
        AND row.id > CASE seen.account WHEN ${Number(account)} THEN ${String(id)} ELSE '' END
        ${sql.literal(part === undefined ? "" : parts[part])}
        AND account.n = seen.account AND run.n = row.run
      ORDER BY seen.account, row.id LIMIT ${limit + 1}`.pipe(Effect.orDie)
    return Cursor.page(
      rows,
      limit,
      (row) => [row.n, row.id],
      (row) => row
    )
  })

/** One row, where the caller may see it. */
export const one = (stream: StreamName.StreamName, part: Part | undefined, accountId: string, id: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const caller = yield* CurrentCaller
    const rows = yield* sql<Found>`SELECT ${sql.literal(columns)}
      FROM account CROSS JOIN row CROSS JOIN run
      WHERE ${Visible.accounts(sql, caller, { accountId })}
        AND row.account = account.n AND row.stream = ${stream} AND row.id = ${id} AND row.gone IS NULL
        ${sql.literal(part === undefined ? "" : parts[part])} AND run.n = row.run`.pipe(Effect.orDie)
    return rows[0]
  })
