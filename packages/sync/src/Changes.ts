/**
 * The change log and its readers. Append-only, ordered per account; each entry gives the row before and after. SQLite
 * commits in the order it numbers, so a reader that remembers the last `seq` it saw never skips a change.
 */
import { Row } from "@paymirror/core"
import type { StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import type { Kind } from "./decide.ts"
import { projected } from "./RunLog.ts"

export interface Change {
  readonly seq: number
  readonly accountId: string
  readonly holderId: string
  readonly stream: StreamName.StreamName
  readonly id: string
  readonly kind: Kind
  readonly before: Row.Row | undefined
  /** Absent once the row is gone. */
  readonly after: Row.Row | undefined
  readonly at: string
  readonly connector: string
  readonly consentId: string
  readonly origin: Row.Origin
}

interface Found {
  readonly seq: number
  readonly account_id: string
  readonly holder_id: string
  readonly stream: StreamName.StreamName
  readonly id: string
  readonly kind: Kind
  readonly before: string | null
  readonly after: string
  readonly at: string
  readonly connector: string
  readonly consent_id: string
  readonly projected: number
}

export interface Query {
  /** Changes with a greater `seq`. */
  readonly after: number
  readonly limit: number
  readonly accountId?: string
  readonly stream?: StreamName.StreamName
  readonly id?: string
  /** Changes up to this `seq`. */
  readonly until?: number
  /** A further condition on `change`, `row` and `account`. */
  readonly where?: Fragment
}

/** Changes in order. A row's versions are stored once: the one after a change is the one before the next, or what stands. */
export const changes = (query: Query) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* sql<Found>`
      SELECT change.seq, account.account_id, account.holder_id, row.stream, row.id, change.kind, change.before, change.at,
        coalesce((SELECT later.before FROM change AS later WHERE later.row = change.row AND later.seq > change.seq
          AND later.before IS NOT NULL ORDER BY later.seq LIMIT 1), row.body) AS after,
        run.connector, run.consent_id, coalesce(run.outcome, '') = ${projected} AS projected
      FROM change JOIN row ON row.n = change.row JOIN account ON account.n = change.account
        JOIN run ON run.n = change.run
      WHERE change.seq > ${query.after}
        AND ${query.accountId === undefined ? sql`1 = 1` : sql`account.account_id = ${query.accountId}`}
        AND ${query.stream === undefined ? sql`1 = 1` : sql`row.stream = ${query.stream}`}
        AND ${query.id === undefined ? sql`1 = 1` : sql`row.id = ${query.id}`}
        AND ${query.until === undefined ? sql`1 = 1` : sql`change.seq <= ${query.until}`}
        AND ${query.where ?? sql`1 = 1`}
      ORDER BY change.seq LIMIT ${query.limit}`
    return found.map((one): Change => ({
      seq: one.seq,
      accountId: one.account_id,
      holderId: one.holder_id,
      stream: one.stream,
      id: one.id,
      kind: one.kind,
      before: one.before === null ? undefined : parse(one.before),
      after: one.kind === "removed" ? undefined : parse(one.after),
      at: one.at,
      connector: one.connector,
      consentId: one.consent_id,
      origin: one.projected === 1 ? "projected" : "reported"
    }))
  })

const parse = (body: string): Row.Row => JSON.parse(body) as Row.Row

/** The `seq` of the last change, 0 before the first. */
export const latest = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ seq: number | null }>`SELECT max(seq) AS seq FROM change`
  return rows[0]?.seq ?? 0
})
