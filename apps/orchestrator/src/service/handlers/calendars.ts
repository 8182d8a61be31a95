/** Addresses of calendars, for a tenant's program: made for a person, and ended. */
import { Api, CurrentCaller, Problem } from "@paymirror/api"
import { Instant } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as SqlClient from "effect/sql/SqlClient"
import * as Calendars from "../../calendar/Calendars.ts"
import * as Reading from "../Reading.ts"
import * as Site from "../Site.ts"
import * as Visible from "../Visible.ts"

export const calendars = HttpApiBuilder.group(Api, "calendars", (handlers) =>
  handlers.handleAll({
    createCalendar: ({ params: { holderId } }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const caller = yield* CurrentCaller
        const mine = yield* Effect.orDie(
          sql`SELECT 1 FROM holder WHERE ${Visible.holders(sql, "holder.holder_id", caller, { holderId })}`
        )
        if (mine.length === 0) return yield* new Problem.NotFound()
        yield* Reading.note([{ holderId }])
        const { calendarId, token } = yield* Effect.orDie(Calendars.create(holderId))
        return { calendarId, url: Site.calendar(yield* Site.Site, token) }
      }),
    endCalendar: ({ params }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const at = Instant.fromEpochMillis(yield* Clock.currentTimeMillis)
        const ended = yield* Effect.orDie(sql`UPDATE calendar SET ended_at = ${at}
          WHERE calendar_id = ${params.calendarId} AND ended_at IS NULL
            AND ${Visible.holders(sql, "calendar.holder_id", yield* CurrentCaller)} RETURNING calendar_id`)
        if (ended.length === 0) return yield* new Problem.NotFound()
      })
  })
)
