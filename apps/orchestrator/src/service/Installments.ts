/**
 * Installments by due date, for somebody who may see them. Few accounts are each read by their own index and merged; for
 * many, the days are walked and what is not the caller's is passed over. What an installment says beyond its date and
 * state is in its plan's row.
 */
import { CurrentCaller } from "@paymirror/api"
import type { Plan } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Cursor from "./Cursor.ts"
import * as Rows from "./Rows.ts"
import * as Visible from "./Visible.ts"

export interface Query extends Rows.Query {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly state?: Plan.InstallmentState | undefined
}

export interface Found extends Omit<Rows.Found, "n"> {
  readonly row: number
  readonly number: number
  readonly dueDate: string
}

/** From here on the days are walked. */
const many = 64

const columns = `installment.row, installment.number, installment.due_date AS "dueDate", account.account_id AS "accountId",
  account.holder_id AS "holderId", row.id, row.body, row.version, row.pending, row.origin, run.connector,
  run.consent_id AS "consentId", run.started_at AS "readAt"`

export const list = ({ cursor, from = "", limit = Cursor.defaultLimit, state, to, ...only }: Query) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const caller = yield* CurrentCaller
    const [day = "", row = 0, number = 0] = yield* Cursor.read(cursor)
    // One bound, so that it is the one the index begins at.
    const start = String(day) < from ? [from, 0, 0] : [String(day), Number(row), Number(number)]
    const after = sql`(installment.due_date, installment.row, installment.number) > (${start[0]}, ${start[1]}, ${start[2]})
      ${to === undefined ? sql.literal("") : sql`AND installment.due_date <= ${to}`}
      ${state === undefined ? sql.literal("") : sql`AND installment.state = ${state}`}`
    const end = sql`ORDER BY installment.due_date, installment.row, installment.number LIMIT ${limit + 1}`
    const accounts = yield* sql<{ n: number }>`SELECT seen.account AS n FROM tenant_account AS seen
      WHERE ${Visible.seen(sql, caller, only, 0)} ORDER BY seen.account LIMIT ${many}`
    const found =
      accounts.length < many
        ? yield* Effect.forEach(
            accounts,
            ({ n }) => sql<Found>`SELECT ${sql.literal(columns)}
              FROM installment CROSS JOIN row CROSS JOIN account CROSS JOIN run
              WHERE installment.account = ${n} AND ${after} AND row.n = installment.row AND account.n = ${n}
                AND run.n = row.run ${end}`
          )
        : [
            yield* sql<Found>`SELECT ${sql.literal(columns)}
              FROM installment INDEXED BY installment_day CROSS JOIN account CROSS JOIN row CROSS JOIN run
              WHERE ${after} AND account.n = installment.account AND ${Visible.accounts(sql, caller, only)}
                AND row.n = installment.row AND run.n = row.run ${end}`
          ]
    return Cursor.page(
      found.length === 1
        ? (found[0] ?? [])
        : found
            .flat()
            .toSorted(byDay)
            .slice(0, limit + 1),
      limit,
      (one) => [one.dueDate, one.row, one.number],
      (one) => one
    )
  }).pipe(Effect.catchTag("SqlError", Effect.die))

const byDay = (a: Found, b: Found): number =>
  a.dueDate === b.dueDate ? a.row - b.row || a.number - b.number : a.dueDate < b.dueDate ? -1 : 1
