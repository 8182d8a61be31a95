/**
 * A read under a session: the stored access token while it lasts, one renewal when it does not, and after a refusal one
 * more try with the renewed token. Passing failures are waited out three times; a rate limit, a bot check and a withdrawn
 * consent never are. It only ever sends `GET`.
 */
import { type ConnectorError, Instant, type Session } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as Api from "./Api.ts"
import type { Grant } from "./Grant.ts"
import * as Http from "./Http.ts"
import type { Settings } from "./Options.ts"

/** A cursor the provider no longer knows. Not a failure: the walk begins again. */
export const cursorExpired = Symbol("cursor_expired")

export type Get = (
  path: string,
  query?: Readonly<Record<string, string>>
) => Effect.Effect<unknown, ConnectorError.ConnectorError>

/** How long before its end an access token is no longer begun with. */
const margin = 10_000

/** Sends, and waits out up to three passing failures. For calls that may be repeated without harm. */
export const patiently =
  (send: Http.Send, settings: Settings): Http.Send =>
  (request) =>
    send(request).pipe(
      Effect.retry({
        while: ({ reason }) => reason._tag === "ProviderUnavailable",
        times: 3,
        schedule: Schedule.exponential(settings.backoff)
      })
    )

/** The first place in a value that a schema does not accept: names of fields, never what they hold. */
export const pathOf = (issue: SchemaIssue.Issue): string => {
  const path: Array<string> = []
  let at: SchemaIssue.Issue | undefined = issue
  while (at !== undefined) {
    if (at._tag === "Pointer") path.push(...at.path.filter((key) => typeof key !== "number").map(String))
    at = "issue" in at ? at.issue : "issues" in at ? at.issues[0] : undefined
  }
  return path.join(".") || "the whole of it"
}

/** Reads an answer that is not a list of rows. */
export const decode = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const run = Schema.decodeUnknownResult(schema)
  return (body: unknown): Effect.Effect<S["Type"], ConnectorError.ConnectorError> =>
    Result.match(run(body), {
      onFailure: (error) => Effect.fail(Http.unexpected(`the answer cannot be read at ${pathOf(error.issue)}`)),
      onSuccess: (value) => Effect.succeed(value)
    })
}

const decodeRefusal = Schema.decodeUnknownOption(Api.Refusal)

export const make = (options: {
  readonly send: Http.Send
  readonly settings: Settings
  readonly session: Session.Session<Grant>
  readonly refresh: (grant: Grant) => Effect.Effect<Grant, ConnectorError.ConnectorError>
}): Get => {
  const { refresh, session, settings } = options
  const send = patiently(options.send, settings)
  // A renewal that has begun is carried to its end, or a rotated token could be lost on the way to the store.
  const renew = (held: Session.Held<Grant>) => Effect.uninterruptible(session.renew(held, refresh))
  const isFresh = ({ accessExpiresAt, accessToken }: Grant, now: number): boolean =>
    accessToken !== undefined &&
    (accessExpiresAt === undefined || Instant.toEpochMillis(accessExpiresAt) - margin > now)
  const read = (path: string, query: Readonly<Record<string, string>>, token: Redacted.Redacted<string>) =>
    send(
      HttpClientRequest.get(`${settings.base}${path}`, { urlParams: query }).pipe(
        HttpClientRequest.acceptJson,
        HttpClientRequest.bearerToken(token)
      )
    )
  const tokenOf = ({ grant }: Session.Held<Grant>) =>
    grant.accessToken === undefined
      ? Effect.fail(Http.consentRequired("the stored session has no access token"))
      : Effect.succeed(grant.accessToken)
  return Effect.fnUntraced(function* (path, query = {}) {
    const now = yield* Clock.currentTimeMillis
    const stored = yield* session.current
    const held = isFresh(stored.grant, now) ? stored : yield* renew(stored)
    let answer = yield* read(path, query, yield* tokenOf(held))
    if (answer.status === 401) {
      answer = yield* read(path, query, yield* tokenOf(yield* renew(held)))
      if (answer.status === 401) return yield* Http.consentRequired("a token that was just renewed is refused")
    }
    if (answer.status === 410 && query["updated_after"] !== undefined) return cursorExpired
    if (answer.status >= 400) {
      const refusal = Option.flatMap(answer.body, decodeRefusal)
      return yield* answer.status === 403 && Option.isSome(refusal) && refusal.value.error === "session_revoked"
        ? Http.consentRequired("the session was ended at the provider; link again")
        : Http.unexpected(`${path} was answered ${answer.status}`)
    }
    if (Option.isNone(answer.body)) return yield* Http.unexpected(`the answer of ${path} is not JSON`)
    return answer.body.value
  })
}
