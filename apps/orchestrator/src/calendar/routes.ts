/** `/calendar/{token}.ics`: what calendar programs ask for, now and then, with nothing but the address. */
import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Calendars from "./Calendars.ts"
import * as ICalendar from "./ICalendar.ts"

const headers = {
  "cache-control": "private, no-cache",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex"
}

const extension = ".ics"

const calendar = Effect.gen(function* () {
  const { file = "" } = yield* HttpRouter.params
  const holderId = file.endsWith(extension)
    ? yield* Effect.orDie(Calendars.holderOf(file.slice(0, -extension.length)))
    : undefined
  if (holderId === undefined) return HttpServerResponse.text("There is no such calendar.", { status: 404, headers })
  const text = ICalendar.write("Payments due", yield* Effect.orDie(Calendars.events(holderId)))
  const etag = `"${createHash("sha256").update(text).digest("base64url")}"`
  const request = yield* HttpServerRequest.HttpServerRequest
  return request.headers["if-none-match"] === etag
    ? HttpServerResponse.empty({ status: 304, headers: { ...headers, etag } })
    : HttpServerResponse.text(text, { contentType: "text/calendar; charset=utf-8", headers: { ...headers, etag } })
})

export const routes = HttpRouter.add("GET", "/calendar/:file", calendar)
