/**
 * Reading the mirror: accounts, rows of a stream, installments by due date, one row with its whole history, what stands
 * in quarantine, drift and open discrepancies. Reads only.
 */
import { Account, Row } from "@paymirror/core"
import type { Plan, ReadEvent, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Changes from "./Changes.ts"
import { projected } from "./RunLog.ts"

/** An account and the connectors that have been linked to it. */
export interface AccountRow extends Omit<Account.Account, "identification"> {
  readonly connectors: ReadonlyArray<string>
}

export const accounts = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{
    account_id: string
    holder_id: string
    provider: string
    market: string | null
    legal_entity: string
    currency: string
    status: Account.AccountStatus
    display_name: string
    connectors: string | null
  }>`SELECT account.*, (SELECT group_concat(DISTINCT connector) FROM connection_account JOIN connection USING (connection_id)
      WHERE connection_account.account = account.n) AS connectors
    FROM account ORDER BY n`
  return rows.map((row): AccountRow => ({
    accountId: row.account_id,
    holderId: row.holder_id,
    provider: row.provider,
    ...(row.market === null ? {} : { market: row.market }),
    legalEntity: row.legal_entity,
    currency: row.currency,
    status: row.status,
    displayName: row.display_name,
    connectors: row.connectors === null ? [] : row.connectors.split(",")
  }))
})

/** A row and where it comes from. */
export interface MirrorRow {
  readonly accountId: string
  readonly stream: StreamName.StreamName
  readonly id: string
  readonly row: Row.Row
  readonly version: string | undefined
  readonly pending: boolean
  /** Why the row is gone; absent while it stands. */
  readonly gone: string | undefined
  readonly origin: Row.Origin
  readonly connector: string
  readonly consentId: string
  readonly readAt: string
}

interface Found {
  readonly n: number
  readonly account_id: string
  readonly stream: StreamName.StreamName
  readonly id: string
  readonly body: string
  readonly version: string | null
  readonly pending: number
  readonly gone: string | null
  readonly origin: Row.Origin
  readonly connector: string
  readonly consent_id: string
  readonly started_at: string
}

export interface RowQuery {
  readonly stream: StreamName.StreamName
  readonly accountId?: string
  readonly id?: string
  readonly includeGone?: boolean
  /** Rows after this place; take it from the last row's `place`. */
  readonly after?: number
  readonly limit: number
}

/** Rows of one stream in the order they were first seen, each with the `place` to go on from. */
export const rows = (query: RowQuery) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* sql<Found>`
      SELECT row.n, account.account_id, row.stream, row.id, row.body, row.version, row.pending, row.gone, row.origin,
        run.connector, run.consent_id, run.started_at
      FROM row JOIN account ON account.n = row.account JOIN run ON run.n = row.run
      WHERE row.stream = ${query.stream} AND row.n > ${query.after ?? 0}
        AND ${query.accountId === undefined ? sql`1 = 1` : sql`account.account_id = ${query.accountId}`}
        AND ${query.id === undefined ? sql`1 = 1` : sql`row.id = ${query.id}`}
        AND ${query.includeGone === true ? sql`1 = 1` : sql`row.gone IS NULL`}
      ORDER BY row.n LIMIT ${query.limit}`
    return found.map((one): MirrorRow & { readonly place: number } => ({
      accountId: one.account_id,
      stream: one.stream,
      id: one.id,
      row: JSON.parse(one.body) as Row.Row,
      version: one.version ?? undefined,
      pending: one.pending === 1,
      gone: one.gone ?? undefined,
      origin: one.origin,
      connector: one.connector,
      consentId: one.consent_id,
      readAt: one.started_at,
      place: one.n
    }))
  })

/** How many rows stand in each stream of each account. */
export const counts = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{ accountId: string; stream: StreamName.StreamName; rows: number }>`
    SELECT account.account_id AS "accountId", row.stream, count(*) AS rows FROM row JOIN account ON account.n = row.account
    WHERE gone IS NULL GROUP BY account.n, row.stream ORDER BY account.n, row.stream`
})

export interface DueInstallment {
  readonly accountId: string
  readonly planId: string
  readonly installmentNumber: number
  readonly dueDate: string
  readonly state: Plan.InstallmentState
  readonly amountDue: { readonly amount: number; readonly currency: string }
  readonly merchantName: string | undefined
  readonly origin: Row.Origin
}

/** Installments still to pay, by due date; `until` is included. Paused ones are listed, since nothing is asked for yet. */
export const due = (query: { readonly until: string; readonly accountId?: string; readonly limit: number }) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* sql<{
      account_id: string
      id: string
      number: number
      due_date: string
      state: Plan.InstallmentState
      amount_due: number
      currency: string
      merchant: string | null
      origin: Row.Origin
    }>`
      SELECT account.account_id, row.id, installment.number, due_date, state, amount_due, installment.currency,
        json_extract(row.body, '$.merchantName') AS merchant, row.origin
      FROM installment JOIN row ON row.n = installment.row JOIN account ON account.n = installment.account
      WHERE due_date <= ${query.until} AND state IN ('scheduled', 'due', 'late', 'paused')
        AND ${query.accountId === undefined ? sql`1 = 1` : sql`account.account_id = ${query.accountId}`}
      ORDER BY due_date, row.id, installment.number LIMIT ${query.limit}`
    return found.map((one): DueInstallment => ({
      accountId: one.account_id,
      planId: one.id,
      installmentNumber: one.number,
      dueDate: one.due_date,
      state: one.state,
      amountDue: { amount: one.amount_due, currency: one.currency },
      merchantName: one.merchant ?? undefined,
      origin: one.origin
    }))
  })

/** Everything the mirror can say of one id: the rows that bear it, every change, every move of its installments. */
export const explain = (id: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const streams = yield* sql<{ stream: StreamName.StreamName }>`SELECT DISTINCT stream FROM row WHERE id = ${id}`
    const standing = yield* Effect.forEach(streams, ({ stream }) => rows({ stream, id, includeGone: true, limit: 100 }))
    const history = yield* Changes.changes({ after: 0, limit: 1000, id })
    const moves = yield* sql<{
      installmentNumber: number
      from: Plan.InstallmentState | null
      to: Plan.InstallmentState | null
      event: string
      evidence: string
      contradiction: number
      at: string
    }>`SELECT installment_number AS "installmentNumber", from_state AS "from", to_state AS "to", event, evidence,
        contradiction, transition.at
      FROM transition JOIN row ON row.n = transition.row WHERE row.id = ${id} ORDER BY transition.n`
    return { rows: standing.flat(), history, transitions: moves }
  })

/** Rows that could not be read and have not been since. Their raw text stays sealed. */
export const quarantined = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql<{
    account_id: string
    stream: StreamName.StreamName
    reason: string
    locator: string
    at: string
    connector: string
  }>`SELECT account.account_id, quarantine.stream, reason, locator, at, connector
    FROM quarantine JOIN account ON account.n = quarantine.account JOIN run ON run.n = quarantine.run
    WHERE resolved_at IS NULL ORDER BY quarantine.n`
  return found.map((one) => ({
    accountId: one.account_id,
    stream: one.stream,
    reason: one.reason,
    at: one.at,
    connector: one.connector,
    locator: JSON.parse(one.locator) as ReadEvent.Locator
  }))
})

/** What does not add up and has not been resolved. */
export const discrepancies = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{
    accountId: string
    stream: StreamName.StreamName
    name: string
    place: string
    expected: string
    actual: string
    raisedAt: string
  }>`SELECT account.account_id AS "accountId", stream, name, place, expected, actual, raised_at AS "raisedAt"
    FROM discrepancy JOIN account ON account.n = discrepancy.account WHERE resolved_at IS NULL ORDER BY discrepancy.n`
})

/** Fields and values the connectors did not know. */
export const drift = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{
    accountId: string
    connector: string
    stream: string
    kind: string
    path: string
    seen: number
    lastAt: string
  }>`SELECT account.account_id AS "accountId", connector, stream, kind, path, seen, last_at AS "lastAt"
    FROM drift JOIN account ON account.n = drift.account ORDER BY connector, stream, path`
})

/** The last run of each stream of each connection. */
export const lastRuns = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{
    connectionId: string
    accountId: string
    stream: string
    startedAt: string
    finishedAt: string | null
    outcome: string | null
    detail: string | null
  }>`SELECT connection_id AS "connectionId", account.account_id AS "accountId", run.stream, started_at AS "startedAt",
      finished_at AS "finishedAt", outcome, detail
    FROM run JOIN account ON account.n = run.account
    WHERE run.n IN (SELECT max(n) FROM run WHERE coalesce(outcome, '') <> ${projected} GROUP BY connection_id, account, stream) ORDER BY run.n`
})
