/**
 * How a session with the aggregator comes about and ends: asked for, approved at the bank, opened with the code the person
 * comes back with if the state is the one they were sent with, and deleted when it is no longer wanted.
 */
import { type ConnectorError, Instant } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { randomState } from "openid-client"
import * as Api from "../../Api/enableBanking.ts"
import type { Dialect } from "../../Dialect.ts"
import { configuration, consentRequired, unavailable, unexpected } from "../../Failure.ts"
import type { Answer } from "../../Http.ts"
import { linked } from "../../linked.ts"
import type { Settings } from "../../Options.ts"
import { codesOf } from "../../meaning.ts"
import * as Translate from "../../translate/enableBanking.ts"
import { ended, orEnded } from "../ending.ts"
import { foreign } from "../foreign.ts"
import { refusedHost } from "../refusedHost.ts"

type Failing<A> = Effect.Effect<A, ConnectorError.ConnectorError>

const State = Schema.Struct({ state: Schema.NonEmptyString, url: Schema.NonEmptyString })
const stateJson = Schema.fromJsonString(State)
const encodeState = Schema.encodeSync(stateJson)
const decodeState = Schema.decodeUnknownOption(stateJson)
const decodeAuth = Schema.decodeUnknownOption(Api.AuthAnswer)
const decodeSession = Schema.decodeUnknownOption(Api.SessionAnswer)

const day = 86_400_000

/** The code the person came back with. */
const codeOf = (returned: string, state: string): Failing<string> => {
  const parameters = URL.parse(returned)?.searchParams
  if (parameters === undefined || parameters.get("state") !== state) {
    return Effect.fail(unexpected("what the person came back with does not belong to this conversation"))
  }
  const error = parameters.get("error")
  const code = parameters.get("code")
  if (error !== null) {
    return Effect.fail(
      ["server_error", "temporarily_unavailable"].includes(error)
        ? unavailable("the bank could not finish the approval")
        : consentRequired("the person did not approve")
    )
  }
  return code === null || code === ""
    ? Effect.fail(unexpected("the person came back without a code"))
    : Effect.succeed(code)
}

export const conversation = (
  settings: Settings,
  send: (request: HttpClientRequest.HttpClientRequest) => Failing<Answer>
): Pick<Dialect, "link" | "revoke"> => {
  const { institution } = settings
  const post = <A>(path: string, body: unknown, decode: (json: unknown) => Option.Option<A>): Failing<A> =>
    send(HttpClientRequest.post(`${settings.base}${path}`).pipe(HttpClientRequest.bodyJsonUnsafe(body))).pipe(
      Effect.flatMap((answer) => {
        if (answer.status >= 300) return refusedCode(answer)
        const read = decode(answer.json)
        return Option.isNone(read)
          ? Effect.fail(unexpected("the aggregator's answer cannot be read"))
          : Effect.succeed(read.value)
      })
    )

  const end = (session: string): Failing<void> =>
    Effect.flatMap(send(HttpClientRequest.delete(`${settings.base}${Api.paths.session(session)}`)), ended)

  const begin = Effect.gen(function* () {
    const aspsp = institution.quirks?.aspsp
    if (aspsp === undefined) return yield* configuration("the bank's name and country at the aggregator")
    if (settings.redirectUrl === undefined) {
      return yield* configuration("an address to send the person back to, registered at the aggregator")
    }
    const state = randomState()
    const until = Instant.fromEpochMillis((yield* Clock.currentTimeMillis) + institution.consent.maxDays * day)
    const { url } = yield* post(
      Api.paths.auth,
      {
        access: { valid_until: until, balances: true, transactions: true },
        aspsp,
        state,
        redirect_url: settings.redirectUrl,
        psu_type: "personal"
      },
      decodeAuth
    )
    if (URL.parse(url)?.protocol !== "https:") {
      return yield* unexpected("the aggregator sends the person to an address that is not https")
    }
    return { _tag: "Redirect" as const, url, returnState: state, state: encodeState({ state, url }) }
  })

  const finish = (returned: string, state: string) =>
    Effect.gen(function* () {
      const code = yield* codeOf(returned, state)
      const session = yield* post(Api.paths.sessions, { code }, decodeSession)
      const ends = session.access?.valid_until
      const validUntil = typeof ends === "string" ? Instant.parse(ends, "Z") : undefined
      const granted = linked(
        institution,
        {
          consentId: Redacted.make(session.session_id),
          authorisedAt: Instant.fromEpochMillis(yield* Clock.currentTimeMillis),
          ...(validUntil !== undefined && { validUntil })
        },
        session.accounts.map(Translate.account).filter((account) => account !== undefined)
      )
      return yield* granted.pipe(orEnded(end(session.session_id), { resumable: false }))
    })

  return {
    link: ({ answer, state }) => {
      if (answer._tag === "Start") return begin
      const open = decodeState(state)
      if (Option.isNone(open)) return foreign
      return answer._tag === "Redirected"
        ? finish(answer.url, open.value.state)
        : Effect.succeed({ _tag: "Redirect", url: open.value.url, returnState: open.value.state, state })
    },
    revoke: ({ consentId }) => end(Redacted.value(consentId))
  }
}

/** A code is good once and for a short time. */
const refusedCode = (answer: Answer): Failing<never> =>
  codesOf(answer.json).some((code) =>
    ["WRONG_AUTHORIZATION_CODE", "EXPIRED_AUTHORIZATION_CODE", "ALREADY_AUTHORIZED"].includes(code)
  )
    ? Effect.fail(consentRequired("the code the person came back with was used before or is too old; link again"))
    : refusedHost(answer)
