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
import * as Field from "./Field.ts"
import type * as Grant from "./Grant.ts"
import type * as Http from "./Http.ts"
import { pathOf } from "./issue.ts"
import type { Line } from "./Line.ts"
import type { Ask } from "./Opens.ts"
import { refusalsOf } from "./Provider.ts"

/** A refusal the walk has an answer to: a cursor that is no longer known, a window with too many rows. Not a failure. */
export const declined = Symbol("declined")

/** `declines`: whether a refusal is one of those. */
export type Get = (
  path: string,
  query: Readonly<Record<string, string>>,
  declines?: (answer: Http.Answer) => boolean
) => Effect.Effect<unknown, ConnectorError.ConnectorError>

/** How long before its end an access token is no longer begun with. */
const margin = 10_000

/** Sends, and waits out up to three passing failures. For calls that may be repeated without harm. */
export const patiently =
  ({ send, settings }: Line): Http.Send =>
  (request) =>
    send(request).pipe(
      Effect.retry({
        while: ({ reason }) => reason._tag === "ProviderUnavailable",
        times: 3,
        schedule: Schedule.exponential(settings.backoff)
      })
    )

/** Whether an answer words its refusal as the end of the session. */
export const isEnded = ({ provider }: Line, { body }: Http.Answer): boolean => {
  const { ended, field } = refusalsOf(provider)
  const word = Field.at(Option.getOrUndefined(body), field)
  return typeof word === "string" && ended.includes(word)
}

/** Reads one answer by a schema. */
export const asking =
  (get: Get, { fault }: Line): Ask =>
  ({ path, schema }) =>
    Effect.flatMap(get(path, {}), (body) =>
      Result.match(Schema.decodeUnknownResult(schema)(body), {
        onFailure: ({ issue }) => Effect.fail(fault.unexpected(`the answer cannot be read at ${pathOf(issue)}`)),
        onSuccess: (value) => Effect.succeed(value)
      })
    )

export const make = <G extends Grant.Access>(
  line: Line,
  session: Session.Session<G>,
  refresh: (grant: G) => Effect.Effect<G, ConnectorError.ConnectorError>
): Get => {
  const { fault, settings } = line
  const send = patiently(line)
  // A renewal that has begun is carried to its end, or a rotated token could be lost on the way to the store.
  const renew = (held: Session.Held<G>) => Effect.uninterruptible(session.renew(held, refresh))
  const isFresh = ({ accessExpiresAt, accessToken }: Grant.Access, now: number): boolean =>
    accessToken !== undefined &&
    (accessExpiresAt === undefined || Instant.toEpochMillis(accessExpiresAt) - margin > now)
  const read = (path: string, query: Readonly<Record<string, string>>, token: Redacted.Redacted<string>) =>
    send(
      HttpClientRequest.get(`${settings.base}${path}`, { urlParams: query }).pipe(
        HttpClientRequest.acceptJson,
        HttpClientRequest.bearerToken(token)
      )
    )
  const tokenOf = ({ grant }: Session.Held<G>) =>
    grant.accessToken === undefined
      ? Effect.fail(fault.consentRequired("the stored session has no access token"))
      : Effect.succeed(grant.accessToken)
  return Effect.fnUntraced(function* (path, query, declines) {
    const now = yield* Clock.currentTimeMillis
    const stored = yield* session.current
    const held = isFresh(stored.grant, now) ? stored : yield* renew(stored)
    let answer = yield* read(path, query, yield* tokenOf(held))
    if (answer.status === 401) {
      answer = yield* read(path, query, yield* tokenOf(yield* renew(held)))
      if (answer.status === 401) return yield* fault.consentRequired("a token that was just renewed is refused")
    }
    if (answer.status >= 400 && declines?.(answer) === true) return declined
    if (answer.status >= 400) {
      return yield* answer.status === 403 && isEnded(line, answer)
        ? fault.consentRequired(line.provider.refusals?.told ?? "the session was ended at the provider; link again")
        : fault.unexpected(`${path} was answered ${answer.status}`)
    }
    if (Option.isNone(answer.body)) return yield* fault.unexpected(`the answer of ${path} is not JSON`)
    return answer.body.value
  })
}
