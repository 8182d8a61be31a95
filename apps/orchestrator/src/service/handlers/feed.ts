/** What happened, what will, and what does not add up; each narrowed to the streams the caller's key has a scope for. */
import { Api, CurrentCaller } from "@paymirror/api"
import type { StreamName } from "@paymirror/core"
import { AccessLog, type Changes } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiError from "effect/http-api/HttpApiError"
import * as SqlClient from "effect/sql/SqlClient"
import * as Cursor from "../Cursor.ts"
import { Draining } from "../Draining.ts"
import * as EventLog from "../EventLog.ts"
import * as EventStream from "../EventStream.ts"
import * as Feed from "../Feed.ts"
import * as Forecast from "../Forecast.ts"
import * as Reading from "../Reading.ts"
import * as Visible from "../Visible.ts"

const changeItem = ({ connector: _, consentId: __, after, before, holderId: ___, ...change }: Changes.Change) => ({
  ...change,
  ...(before !== undefined && { before: { ...before } }),
  ...(after !== undefined && { after: { ...after } })
})

interface Discrepancy {
  readonly n: number
  readonly holderId: string
  readonly accountId: string
  readonly stream: StreamName.StreamName
  readonly name: string
  readonly place: string
  readonly expected: string
  readonly actual: string
  readonly raisedAt: string
}

export const feed = HttpApiBuilder.group(Api, "feed", (handlers) =>
  handlers.handleAll({
    listChanges: ({ query: { cursor, limit = Cursor.defaultLimit, ...query } }) =>
      Effect.gen(function* () {
        const caller = yield* CurrentCaller
        const [after = 0] = yield* Cursor.read(cursor)
        const { changes, hasMore, through } = yield* Feed.page(caller, { ...query, after: Number(after), limit })
        yield* Reading.note(
          changes,
          changes.map(({ stream }) => stream)
        )
        return { items: changes.map(changeItem), nextCursor: Cursor.write([through]), hasMore }
      }).pipe(Effect.catchTag("SqlError", Effect.die)),
    streamEvents: ({ headers, query }) =>
      Effect.gen(function* () {
        const caller = yield* CurrentCaller
        const id = headers["last-event-id"]
        const after = id === undefined || id === "" ? undefined : yield* EventLog.behind(id)
        if (id !== undefined && id !== "" && after === undefined) {
          return yield* new HttpApiError.BadRequestProblem({
            detail: "Last-Event-ID was not given by this stream. Begin again without one."
          })
        }
        const log = yield* AccessLog
        const events = yield* EventStream.make({
          caller,
          only: query,
          after,
          isEnding: (yield* Draining).hasBegun,
          onEvents: (told) =>
            Effect.catchTag(log.append(Reading.ofEvents(told, caller, "GET /v1/events")), "SealError", Effect.die)
        })
        return HttpServerResponse.stream(events, { contentType: "text/event-stream" })
      }).pipe(Effect.catchTag("SqlError", Effect.die)),
    forecast: ({ query }) =>
      Effect.gen(function* () {
        const { accounts, found } = yield* Forecast.weeks(query)
        yield* Reading.note(accounts, ["plans"])
        return {
          items: found.map(({ currency, due, installments, paused, week }) => ({
            weekStart: week,
            currency,
            amountDue: { amount: due, currency },
            amountPaused: { amount: paused, currency },
            installments
          }))
        }
      }),
    reconciliation: ({ query: { cursor, limit = Cursor.defaultLimit, ...only } }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const caller = yield* CurrentCaller
        const [after = 0] = yield* Cursor.read(cursor)
        const rows = yield* sql<Discrepancy>`SELECT discrepancy.n, account.holder_id AS "holderId",
            account.account_id AS "accountId", stream, name, place, expected, actual, raised_at AS "raisedAt"
          FROM discrepancy CROSS JOIN account WHERE discrepancy.n > ${Number(after)} AND resolved_at IS NULL
            AND ${Feed.permitted(sql, "stream", Feed.streamsOf(caller))}
            AND account.n = discrepancy.account AND ${Visible.accounts(sql, caller, only)}
          ORDER BY discrepancy.n LIMIT ${limit + 1}`.pipe(Effect.orDie)
        const page = Cursor.page(
          rows,
          limit,
          ({ n }) => [n],
          (row) => row
        )
        yield* Reading.note(
          page.items,
          page.items.map(({ stream }) => stream)
        )
        return { ...page, items: page.items.map(({ holderId: _, n: __, ...item }) => item) }
      })
  })
)
