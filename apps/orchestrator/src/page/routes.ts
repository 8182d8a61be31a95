/**
 * The routes of the person's page: `/link/{token}`, whose token is the secret, and `/link/back`, where banks send people
 * back to. A form is answered by sending the browser to the page again, so that nothing is sent twice by going back. No
 * token, no address and nothing that was entered is logged or traced here.
 */
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as UrlParams from "effect/http/UrlParams"
import * as Connectors from "../Connectors.ts"
import { type Answer, type From, Linking, type NotTaken } from "../linking/Linking.ts"
import type { LinkSession } from "../linking/LinkSession.ts"
import * as LinkSessions from "../linking/LinkSessions.ts"
import * as Return from "../linking/Return.ts"
import * as Site from "../service/Site.ts"
import { backScript, style } from "./assets.ts"
import type { Page } from "./Document.ts"
import { page } from "./LinkPage.ts"
import * as Strays from "./strays.ts"

const policy = (scripted: boolean): string =>
  `default-src 'none'; style-src 'self'; ${scripted ? "script-src 'self'; " : ""}form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

const headers = (scripted: boolean) => ({
  "cache-control": "no-store",
  "content-security-policy": policy(scripted),
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex"
})

const answerOf = ({ body, scripted, status }: Page) =>
  HttpServerResponse.text(body, { status, contentType: "text/html; charset=utf-8", headers: headers(scripted) })

/** To the page of a token, from beside it. */
const toPage = (token: string) =>
  HttpServerResponse.empty({ status: 303, headers: { ...headers(false), location: `./${token}` } })

const placeOf = ({ connector, settings }: LinkSession): string => {
  const entry = Connectors.find(connector) ?? Connectors.missing(connector)
  return Connectors.institutionOf(entry, settings)?.name ?? entry.manifest.name
}

const show = (session: LinkSession, note?: string, status?: number) =>
  Effect.gen(function* () {
    const open = yield* Effect.orDie(LinkSessions.conversation(session.linkSessionId))
    const shown = page({ session, step: open?.step, place: placeOf(session), note })
    return answerOf(status === undefined ? shown : { ...shown, status })
  })

/** The person at their page, and where they sit where that is known. */
const person = Effect.gen(function* () {
  const { knowsAddresses } = yield* Site.Site
  const { headers, remoteAddress } = yield* HttpServerRequest.HttpServerRequest
  const userAgent = headers["user-agent"]
  const from: From = { by: "person" }
  return !knowsAddresses || Option.isNone(remoteAddress)
    ? from
    : {
        ...from,
        presence: { ipAddress: remoteAddress.value, ...(userAgent !== undefined && { userAgent }) }
      }
})

const later = (session: LinkSession): string =>
  `${placeOf(session)} does not answer for now. Nothing is lost: try again in a minute.`
const otherReturn = "That address belongs to another conversation. Copy the whole address of the page you came to."

/** What the person sees after an answer that was not taken. */
const untaken = (session: LinkSession, token: string, { why }: NotTaken) =>
  why === "later"
    ? show(session, later(session), 503)
    : why === "other-return"
      ? show(session, otherReturn, 422)
      : Effect.succeed(toPage(token))

const token = Effect.map(HttpRouter.params, ({ token = "" }) => token)

const look = Effect.gen(function* () {
  const session = yield* Effect.orDie(LinkSessions.withToken(yield* token))
  if (session === undefined) return answerOf(Strays.unknown)
  const open = yield* Effect.orDie(LinkSessions.conversation(session.linkSessionId))
  if (open?.step._tag !== "Approve") return yield* show(session)
  const asked = (yield* Linking).answer(session.linkSessionId, { _tag: "Poll" }, yield* person)
  return yield* Effect.matchEffect(asked, {
    onSuccess: (after) => show(after),
    onFailure: ({ why }) => show(session, why === "later" ? later(session) : undefined)
  })
})

/**
 * Whether a form came from a page of this service. The token in the path is what protects it; this is the second lock. A
 * page that sends no referrer has the origin `null`.
 */
const isOwn = ({ publicUrl }: Site.Site["Service"], { headers }: HttpServerRequest.HttpServerRequest): boolean => {
  const site = headers["sec-fetch-site"]
  if (site !== undefined) return site === "same-origin"
  const origin = headers["origin"]
  return origin === undefined || origin === "null" || origin === new URL(publicUrl).origin
}

const largestForm = ByteSize.fromInputUnsafe("64 KiB")

/** The fields of a form of ours; nothing where it is somebody else's, or no form. */
const form = Effect.gen(function* () {
  const request = yield* HttpServerRequest.HttpServerRequest
  if (!isOwn(yield* Site.Site, request)) return undefined
  const fields = yield* Effect.option(request.urlParamsBody)
  return Option.getOrUndefined(fields)
}).pipe(Effect.provideService(HttpServerRequest.MaxBodySize, largestForm))

const redacted = (value: string | Redacted.Redacted<unknown>): Redacted.Redacted<string> =>
  Redacted.make(String(Redacted.isRedacted(value) ? Redacted.value(value) : value))

const field = (fields: UrlParams.UrlParams, name: string): string =>
  Option.match(UrlParams.getFirst(fields, name), {
    onNone: () => "",
    onSome: (value) => Redacted.value(redacted(value))
  })

const prefix = "field."

const answerIn = (fields: UrlParams.UrlParams): Answer | "cancel" | undefined => {
  switch (field(fields, "answer")) {
    case "agree":
      return { _tag: "Agree" }
    case "poll":
      return { _tag: "Poll" }
    case "redirected":
      return { _tag: "Redirected", url: field(fields, "url") }
    case "entered":
      return {
        _tag: "Entered",
        values: Object.fromEntries(
          [...fields].flatMap(([name, value]) =>
            name.startsWith(prefix) ? [[name.slice(prefix.length), redacted(value)] as const] : []
          )
        )
      }
    case "cancel":
      return "cancel"
    default:
      return undefined
  }
}

const answered = Effect.gen(function* () {
  const secret = yield* token
  const session = yield* Effect.orDie(LinkSessions.withToken(secret))
  if (session === undefined) return answerOf(Strays.unknown)
  const fields = yield* form
  const answer = fields && answerIn(fields)
  if (answer === undefined) return answerOf(Strays.strange)
  const { linkSessionId } = session
  const linking = yield* Linking
  const taken =
    answer === "cancel" ? linking.cancel(linkSessionId) : linking.answer(linkSessionId, answer, yield* person)
  return yield* Effect.matchEffect(taken, {
    onSuccess: () => Effect.succeed(toPage(secret)),
    onFailure: (error) => untaken(session, secret, error)
  })
})

/** Takes the address a person came back to, and leads them to their page. */
const returned = (address: string) =>
  Effect.gen(function* () {
    const state = Return.stateOf(address)
    const session = state === undefined ? undefined : yield* Effect.orDie(LinkSessions.returning(state))
    const open = session && (yield* Effect.orDie(LinkSessions.conversation(session.linkSessionId)))
    if (session === undefined || open === undefined) return answerOf(Strays.unknown)
    const taken = (yield* Linking).answer(session.linkSessionId, { _tag: "Redirected", url: address }, yield* person)
    return yield* Effect.matchEffect(taken, {
      onSuccess: () => Effect.succeed(toPage(open.token)),
      onFailure: ({ why }) =>
        Effect.succeed(why === "later" ? answerOf(Strays.again(later(session), address)) : toPage(open.token))
    })
  })

const back = Effect.gen(function* () {
  const { url } = yield* HttpServerRequest.HttpServerRequest
  const query = url.indexOf("?")
  if (query === -1) return answerOf(Strays.back)
  return yield* returned(`${Site.linkBack(yield* Site.Site)}${url.slice(query)}`)
})

const handedOver = Effect.gen(function* () {
  const fields = yield* form
  return fields === undefined ? answerOf(Strays.strange) : yield* returned(field(fields, "url"))
})

const asset = (text: string, contentType: string) =>
  HttpServerResponse.text(text, {
    contentType,
    headers: { "cache-control": "public, max-age=3600", "x-content-type-options": "nosniff" }
  })

export const routes = Layer.mergeAll(
  HttpRouter.add("GET", "/link/style.css", asset(style, "text/css; charset=utf-8")),
  HttpRouter.add("GET", "/link/back.js", asset(backScript, "text/javascript; charset=utf-8")),
  HttpRouter.add("GET", "/link/back", back),
  HttpRouter.add("POST", "/link/back", handedOver),
  HttpRouter.add("GET", "/link/:token", look),
  HttpRouter.add("POST", "/link/:token", answered)
)
