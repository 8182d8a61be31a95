/**
 * `/calendar/{token}.ics`: what calendar programs ask for, now and then, with nothing but the address. Each time it is read
 * is a line of the access log.
 */
import { AccessLog } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Calendars from "./Calendars.ts"
import * as ICalendar from "./ICalendar.ts"

const extension = ".ics"

const calendar = Effect.gen(function* () {
  const { file = "" } = yield* HttpRouter.params
  const found = file.endsWith(extension) ? yield* Calendars.find(file.slice(0, -extension.length)) : undefined
  if (found === undefined) return HttpServerResponse.empty({ status: 404 })
  const { accountIds, events } = yield* Calendars.events(found.holderId)
  yield* (yield* AccessLog).append({
    actor: `calendar:${found.calendarId}`,
    action: "read",
    purpose: "calendar",
    tenant: found.tenantId,
    holderIds: [found.holderId],
    accountIds,
    streams: ["plans"],
    route: "GET /calendar/{token}.ics",
    count: events.length
  })
  return HttpServerResponse.text(ICalendar.write("Payments due", events), {
    contentType: "text/calendar; charset=utf-8",
    headers: { "cache-control": "private, no-cache", "x-robots-tag": "noindex" }
  })
}).pipe(Effect.orDie)

export const routes = HttpRouter.add("GET", "/calendar/:file", calendar)
