/**
 * Who read what of the tenant's people. A key that names a person sees the lines that person is in, and of them nothing
 * of anybody else.
 */
import { Api, CurrentCaller } from "@paymirror/api"
import { AccessLog } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as SqlClient from "effect/sql/SqlClient"
import * as Cursor from "../Cursor.ts"
import * as Reading from "../Reading.ts"

export const audit = HttpApiBuilder.group(Api, "audit", (handlers) =>
  handlers.handle("listAccessLog", ({ query: { cursor, holderId, limit = Cursor.defaultLimit } }) =>
    Effect.gen(function* () {
      const { holderId: bound, tenantId } = yield* CurrentCaller
      const [after = 0] = yield* Cursor.read(cursor)
      if (bound !== undefined && holderId !== undefined && bound !== holderId) return { items: [] }
      const whose = bound ?? holderId
      const lines = yield* (yield* AccessLog).list({
        after: Number(after),
        limit: limit + 1,
        tenant: tenantId,
        ...(whose !== undefined && { holderId: whose })
      })
      const own = bound === undefined ? undefined : yield* accountsOf(bound)
      const page = Cursor.page(
        lines,
        limit,
        ({ seq }) => [seq],
        ({ tenant: _, ...line }) => {
          if (bound === undefined || own === undefined) return line
          const { count: __, ...rest } = line
          return {
            ...rest,
            holderIds: line.holderIds.filter((one) => one === bound),
            accountIds: line.accountIds.filter((one) => own.has(one))
          }
        }
      )
      yield* Reading.note(page.items.flatMap(({ holderIds }) => holderIds.map((one) => ({ holderId: one }))))
      return page
    }).pipe(Effect.catchTag(["SqlError", "SealError"], Effect.die))
  )
)

const accountsOf = (holderId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ id: string }>`SELECT account_id AS id FROM account WHERE holder_id = ${holderId}`
    return new Set(rows.map(({ id }) => id))
  })
