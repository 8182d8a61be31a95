/**
 * What a caller may see, as a piece of SQL: every query of the service that touches somebody's data has it. What is not
 * visible and what is not there look the same from outside.
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
) =>
  sql`${sql.literal(column)} IN (SELECT holder_id FROM holder WHERE tenant_id = ${tenantId}
    ${holderId === undefined ? sql.literal("") : sql`AND holder_id = ${holderId}`}
    ${only.holderId === undefined ? sql.literal("") : sql`AND holder_id = ${only.holderId}`})`

/** A condition on the table `account`, as it is in the query. */
export const accounts = (sql: SqlClient.SqlClient, caller: Caller, only: Narrowing = {}) =>
  sql`${holders(sql, "account.holder_id", caller, only)}
    ${only.accountId === undefined ? sql.literal("") : sql`AND account.account_id = ${only.accountId}`}`
