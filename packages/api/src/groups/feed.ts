/**
 * What happened and what will: the change feed, the same as server-sent events, the cash that is going to be asked for,
 * and what does not add up. Each is narrowed to the streams the key has a scope for.
 */
import * as Schema from "effect/Schema"
import { Event, StreamName } from "@paymirror/core"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import { about, Authorization } from "../Authorization.ts"
import { Idempotency } from "../Idempotency.ts"
import { idempotent, pageOf, paging, whose } from "../Page.ts"
import { NotFound } from "../Problem.ts"
import { ChangeItem, Discrepancy, ForecastWeek } from "../Resource.ts"

export const feed = HttpApiGroup.make("feed")
  .add(
    HttpApiEndpoint.get("listChanges", "/changes", {
      query: { ...whose, stream: Schema.optionalKey(StreamName.StreamName), ...paging },
      /** `nextCursor` is always there: ask again with it for what comes later. */
      success: Schema.Struct({ items: Schema.Array(ChangeItem), nextCursor: Schema.String, hasMore: Schema.Boolean })
    }).annotateMerge(about("Changes since a cursor, in order; without a cursor from the first")),
    HttpApiEndpoint.get("streamEvents", "/events", {
      query: whose,
      headers: { "last-event-id": Schema.optionalKey(Schema.String) },
      success: HttpApiSchema.StreamSse({ data: Event.Event })
    }).annotateMerge(about("Events as they happen; resumes after Last-Event-ID, otherwise begins now")),
    HttpApiEndpoint.get("forecast", "/forecast", {
      query: { ...whose, weeks: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 104 }))) },
      success: Schema.Struct({ items: Schema.Array(ForecastWeek) })
    }).annotateMerge(about("What is still to pay, by week and currency", "plans")),
    HttpApiEndpoint.get("reconciliation", "/reconciliation", {
      query: { ...whose, ...paging },
      success: pageOf(Discrepancy)
    }).annotateMerge(about("What does not add up and has not been resolved", "balance"))
  )
  .middleware(Authorization)

/** A calendar of due dates. Its address is the secret: whoever has it reads the dates, and it can be ended. */
export const CalendarFeed = Schema.Struct({ calendarId: Schema.String, url: Schema.String }).annotate({
  identifier: "CalendarFeed"
})

export const calendars = HttpApiGroup.make("calendars")
  .add(
    HttpApiEndpoint.post("createCalendar", "/holders/:holderId/calendars", {
      params: { holderId: Schema.String },
      headers: idempotent,
      success: CalendarFeed.pipe(HttpApiSchema.status(201)),
      error: NotFound
    })
      .middleware(Idempotency)
      .annotateMerge(about("An address a calendar program can subscribe to (.ics of due dates)", "plans")),
    HttpApiEndpoint.delete("endCalendar", "/calendars/:calendarId", {
      params: { calendarId: Schema.String },
      success: HttpApiSchema.NoContent,
      error: NotFound
    }).annotateMerge(about("End a calendar's address", "plans"))
  )
  .middleware(Authorization)
