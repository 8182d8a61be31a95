/** Accounts, as far as the caller may see them. */
import { Api, CurrentCaller, Problem } from "@paymirror/api"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as SqlClient from "effect/sql/SqlClient"
import * as Cursor from "../Cursor.ts"
import * as Reading from "../Reading.ts"
import * as Visible from "../Visible.ts"

interface Row {
  readonly n: number
  readonly accountId: string
  readonly holderId: string
  readonly provider: string
  readonly market: string | null
  readonly legalEntity: string
  readonly currency: string
  readonly status: "OPEN" | "RESTRICTED" | "DELINQUENT" | "CLOSED"
  readonly displayName: string
  readonly connectors: string | null
}

const itemOf = ({ connectors, market, n: _, ...row }: Row) => ({
  ...row,
  ...(market !== null && { market }),
  connectors: connectors === null ? [] : connectors.split(",")
})

const find = (only: Visible.Narrowing, after: number, limit: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const caller = yield* CurrentCaller
    return yield* sql<Row>`SELECT n, account_id AS "accountId", holder_id AS "holderId", provider, market,
        legal_entity AS "legalEntity", currency, status, display_name AS "displayName",
        (SELECT group_concat(DISTINCT connector) FROM connection_account JOIN connection USING (connection_id)
          WHERE connection_account.account = account.n) AS connectors
      FROM tenant_account AS seen CROSS JOIN account
      WHERE ${Visible.seen(sql, caller, only, after + 1)} AND account.n = seen.account
      ORDER BY seen.account LIMIT ${limit}`
  }).pipe(Effect.orDie)

export const accounts = HttpApiBuilder.group(Api, "accounts", (handlers) =>
  handlers.handleAll({
    listAccounts: ({ query: { cursor, limit = Cursor.defaultLimit, ...only } }) =>
      Effect.gen(function* () {
        const [after = 0] = yield* Cursor.read(cursor)
        const rows = yield* find(only, Number(after), limit + 1)
        const page = Cursor.page(rows, limit, ({ n }) => [n], itemOf)
        yield* Reading.note(page.items)
        return page
      }),
    getAccount: ({ params }) =>
      Effect.gen(function* () {
        const row = (yield* find(params, 0, 1))[0]
        if (row === undefined) return yield* new Problem.NotFound()
        yield* Reading.note([row])
        return itemOf(row)
      })
  })
)
