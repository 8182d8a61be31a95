/**
 * What is still going to be asked for, by week and currency, from what is scheduled: nothing is estimated, and nothing is
 * summed across currencies. What is already late or due stands in the week of today.
 */
import { CurrentCaller } from "@paymirror/api"
import { CalendarDate } from "@paymirror/core"
import { Projection } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Visible from "./Visible.ts"

const defaultWeeks = 12

/** The Monday of a day's week. 1970-01-01 was a Thursday. */
const monday = (day: CalendarDate.CalendarDate): CalendarDate.CalendarDate =>
  CalendarDate.addDays(day, -((((CalendarDate.toEpochDay(day) + 3) % 7) + 7) % 7))

export interface Week {
  readonly week: string
  readonly currency: string
  readonly due: number
  readonly paused: number
  readonly installments: number
}

export const weeks = ({
  weeks: count = defaultWeeks,
  ...only
}: Visible.Narrowing & { readonly weeks?: number | undefined }) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const caller = yield* CurrentCaller
    const first = monday(yield* Projection.today)
    const end = CalendarDate.addDays(first, 7 * count)
    const found = yield* sql<Week>`
      SELECT max(${first}, date(due_date, 'weekday 0', '-6 days')) AS week, currency, count(*) AS installments,
        sum(CASE WHEN state = 'paused' THEN 0 ELSE open END) AS due,
        sum(CASE WHEN state = 'paused' THEN open ELSE 0 END) AS paused
      FROM (SELECT installment.due_date, installment.state, installment.currency, installment.amount_due - coalesce(
          (SELECT json_extract(value, '$.amountPaid.amount') FROM json_each(row.body, '$.schedule')
            WHERE json_extract(value, '$.installmentNumber') = installment.number), 0) AS open
        FROM tenant_account AS seen CROSS JOIN installment CROSS JOIN row
        WHERE ${Visible.seen(sql, caller, only, 0)} AND installment.account = seen.account
          AND installment.due_date < ${end} AND installment.state IN ('scheduled', 'due', 'late', 'paused')
          AND row.n = installment.row)
      GROUP BY week, currency ORDER BY week, currency`
    const accounts = yield* sql<{ readonly accountId: string; readonly holderId: string }>`
      SELECT account_id AS "accountId", holder_id AS "holderId" FROM tenant_account AS seen CROSS JOIN account
      WHERE ${Visible.seen(sql, caller, only, 0)} AND account.n = seen.account AND EXISTS (SELECT 1 FROM installment
        WHERE installment.account = seen.account AND due_date < ${end}
          AND state IN ('scheduled', 'due', 'late', 'paused'))`
    return { found, accounts }
  }).pipe(Effect.orDie)
