/**
 * What a caller may see, as a piece of SQL: every query of the service that touches somebody's data has it. What is not
 * visible and what is not there look the same from outside. Each piece is a look at an index by the row at hand, or a walk
 * over the tenant's own accounts, so that what others have costs nothing.
 */
import type { Caller } from "@paymirror/api"
import type * as SqlClient from "effect/sql/SqlClient"

/** Which people, unless all the caller may see. */
export interface Narrowing {
  readonly holderId?: string | undefined
  readonly accountId?: string | undefined
}

/** A condition on a column that holds a holder's id. */
export const holders = (
  sql: SqlClient.SqlClient,
  column: string,
  { holderId, tenantId }: Caller,
  only: Narrowing = {}
) => {
  const of = sql.literal(column)
  return sql`EXISTS (SELECT 1 FROM holder AS whose WHERE whose.holder_id = ${of} AND whose.tenant_id = ${tenantId})
    ${holderId === undefined ? sql.literal("") : sql`AND ${of} = ${holderId}`}
    ${only.holderId === undefined ? sql.literal("") : sql`AND ${of} = ${only.holderId}`}`
}

/** A condition on the table `account`, as it is in the query. */
export const accounts = (sql: SqlClient.SqlClient, caller: Caller, only: Narrowing = {}) =>
  sql`${holders(sql, "account.holder_id", caller, only)}
    ${only.accountId === undefined ? sql.literal("") : sql`AND account.account_id = ${only.accountId}`}`

/**
 * The same for a walk in the order of the accounts: a condition on `tenant_account AS seen`, from one account on. Put it
 * first in a CROSS JOIN, and order by `seen.account`.
 */
export const seen = (sql: SqlClient.SqlClient, caller: Caller, only: Narrowing, from: number) => {
  const whose = [caller.holderId, only.holderId].filter((one) => one !== undefined)
  const conditions = [
    ...whose.map((holderId) => sql`holder_id = ${holderId}`),
    ...(only.accountId === undefined ? [] : [sql`account_id = ${only.accountId}`])
  ]
  return sql`seen.tenant_id = ${caller.tenantId} AND seen.account >= ${from}
    ${conditions.length === 0 ? sql.literal("") : sql`AND seen.account IN (SELECT n FROM account WHERE ${sql.and(conditions)})`}`
}
