/**
 * The consent at a UK bank: staged with the host's own token, approved by the person at the bank, and bound to the code
 * they come back with by a signed request, PKCE, state, nonce and issuer. The code is exchanged at once, the bank is asked
 * what became of the consent, and the accounts are listed. A consent the person suspended at the bank (`CANC`) is not
 * taken up again: linking anew stages a new one, since a conversation does not know what was linked before.
 */
import { type Access, type ConnectorError, Instant, type Link } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Api from "../../Api/obie.ts"
import * as ConsentStatus from "../../ConsentStatus.ts"
import type { Dialect } from "../../Dialect.ts"
import type { Grant } from "../../Grant.ts"
import { type Answer, codesOf, configuration, consentRequired, type Http, unexpected } from "../../Http.ts"
import { linked } from "../../linked.ts"
import { meaningOf } from "../../Refusal.ts"
import * as Authorisation from "../../oauth/Authorisation.ts"
import type { Server } from "../../oauth/Server.ts"
import { refusedHost } from "../refusedHost.ts"
import { carrying, presenceHeaders } from "./headers.ts"

type Failing<A> = Effect.Effect<A, ConnectorError.ConnectorError>

const State = Schema.Struct({
  consentId: Schema.NonEmptyString,
  url: Schema.NonEmptyString,
  conversation: Authorisation.Conversation
})
const stateJson = Schema.fromJsonString(State)
const encodeState = Schema.encodeSync(stateJson)
const decodeState = Schema.decodeUnknownOption(stateJson)
const decodeConsent = Schema.decodeUnknownOption(Api.ConsentAnswer)

const day = 86_400_000

/** A consent that is not there, or is over. A bank may call it a bad request, and must then say which. */
const isGone = ({ json, status }: Answer): boolean =>
  status === 404 ||
  status === 410 ||
  (status === 400 && ["consent", "unknown_account"].includes(meaningOf(status, codesOf(json))))

/** To the second, with an offset, as the standard's own examples are. */
const time = (millis: number): string => `${Instant.fromEpochMillis(millis).slice(0, 19)}+00:00`

const consentIn = (answer: Answer): Failing<(typeof Api.ConsentAnswer.Type)["Data"]> => {
  const read = decodeConsent(answer.json)
  if (answer.status >= 300) return refusedHost(answer)
  return Option.isNone(read) ? Effect.fail(unexpected("the consent cannot be read")) : Effect.succeed(read.value.Data)
}

/** The claims that tie what the person signs in for to the staged consent. */
const claimsFor = ({ metadata }: Server, consentId: string): unknown => {
  const openbanking_intent_id = { value: consentId, essential: true }
  const values = ["urn:openbanking:psd2:sca", "urn:openbanking:psd2:ca"].filter(
    (acr) => metadata.acr_values_supported?.includes(acr) === true
  )
  return {
    userinfo: { openbanking_intent_id },
    id_token: { openbanking_intent_id, ...(values.length > 0 && { acr: { essential: true, values } }) }
  }
}

export const consent = (
  http: Http,
  server: Failing<Server>,
  accounts: Dialect["accounts"]
): Required<Pick<Dialect, "link" | "renew" | "revoke">> => {
  const { settings } = http
  const { institution } = settings
  const address = `${settings.base}${Api.paths.consents}`
  const redirectUrl =
    settings.redirectUrl === undefined
      ? Effect.fail(configuration("an address to send the person back to, registered at the bank"))
      : Effect.succeed(settings.redirectUrl)

  const asHost = (request: HttpClientRequest.HttpClientRequest, presence?: Access.Presence): Failing<Answer> =>
    Effect.gen(function* () {
      const { accessToken } = yield* Authorisation.ownToken(yield* server, "accounts")
      const carried = carrying(settings, accessToken)(request)
      return yield* http.send(
        presence === undefined ? carried : HttpClientRequest.setHeaders(carried, presenceHeaders(presence))
      )
    })

  const begin = (presence: Access.Presence | undefined): Failing<Link.LinkStep<Grant>> =>
    Effect.gen(function* () {
      const back = yield* redirectUrl
      const now = yield* Clock.currentTimeMillis
      const staged = yield* asHost(
        HttpClientRequest.post(address).pipe(
          HttpClientRequest.bodyJsonUnsafe({
            Data: {
              Permissions: Api.permissions,
              ExpirationDateTime: time(now + institution.consent.maxDays * day)
            },
            Risk: {}
          })
        ),
        presence
      ).pipe(Effect.flatMap(consentIn))
      const to = yield* server
      const scopes = to.metadata.scopes_supported
      const { conversation, url } = yield* Authorisation.begin(to, {
        redirectUrl: back,
        scope: scopes === undefined || scopes.includes("openid") ? "openid accounts" : "accounts",
        claims: claimsFor(to, staged.ConsentId),
        signed: true,
        pushed: institution.quirks?.pushedRequests === true
      })
      return { _tag: "Redirect", url, state: encodeState({ consentId: staged.ConsentId, url, conversation }) }
    })

  /** Some of a bank's machines learn of the approval later than the one that sent the person back. */
  const approved = (consentId: string, presence: Access.Presence | undefined): Failing<string | undefined> =>
    asHost(HttpClientRequest.get(`${settings.base}${Api.paths.consent(consentId)}`), presence).pipe(
      Effect.flatMap(consentIn),
      Effect.repeat({
        while: ({ Status }) => ["awaiting", "partly", "unknown"].includes(ConsentStatus.of("obie", Status)),
        times: 2,
        schedule: Schedule.exponential(settings.backoff)
      }),
      Effect.flatMap(({ ExpirationDateTime, Status }) => {
        const state = ConsentStatus.of("obie", Status)
        if (state === "paused" || ConsentStatus.isTerminal(state)) {
          return Effect.fail(consentRequired(`the consent is ${state}`))
        }
        return state === "partly"
          ? Effect.fail(consentRequired("another person has to approve as well; link again when they have"))
          : Effect.succeed(ExpirationDateTime ?? undefined)
      })
    )

  const finish = (
    { consentId, conversation }: typeof State.Type,
    returned: string,
    presence: Access.Presence | undefined
  ): Failing<Link.LinkStep<Grant>> =>
    Effect.gen(function* () {
      const tokens = yield* Authorisation.finish(yield* server, {
        redirectUrl: yield* redirectUrl,
        returned,
        conversation
      })
      const { claims, ...access } = tokens
      const vouched = claims["openbanking_intent_id"]
      if (vouched !== undefined && vouched !== consentId) {
        return yield* unexpected("the identity token vouches for another consent")
      }
      const expires = yield* approved(consentId, presence)
      const validUntil = expires === undefined ? undefined : Instant.parse(expires, "Z")
      const grant: Omit<Grant, "institution" | "market" | "accounts"> = {
        consentId: Redacted.make(consentId),
        authorisedAt: Instant.fromEpochMillis(yield* Clock.currentTimeMillis),
        ...(validUntil !== undefined && { validUntil }),
        ...access
      }
      const listed = yield* accounts({
        grant: { ...grant, institution: institution.id, market: institution.market, accounts: [] },
        access: { spend: () => Effect.void, ...(presence !== undefined && { presence }) }
      }).pipe(
        Effect.catchTag("Refusal", ({ detail }) =>
          Effect.fail(consentRequired(`the new consent is refused: ${detail}`))
        )
      )
      return yield* linked(institution, grant, listed)
    })

  return {
    link: ({ answer, presence, state }) => {
      const open = state === "" ? Option.none() : decodeState(state)
      if (Option.isNone(open)) return begin(presence)
      return answer._tag === "Redirected"
        ? finish(open.value, answer.url, presence)
        : Effect.succeed({ _tag: "Redirect", url: open.value.url, state })
    },
    renew: (grant) =>
      Effect.gen(function* () {
        if (grant.refreshToken === undefined) {
          return yield* consentRequired("the access ran out, and the bank gave nothing to renew it with")
        }
        const { claims: _, ...tokens } = yield* Authorisation.refresh(yield* server, grant.refreshToken)
        const { accessExpiresAt: __, ...kept } = grant
        return { ...kept, ...tokens }
      }),
    revoke: (grant) =>
      asHost(HttpClientRequest.delete(`${settings.base}${Api.paths.consent(Redacted.value(grant.consentId))}`)).pipe(
        Effect.flatMap((answer) => (answer.status < 300 || isGone(answer) ? Effect.void : refusedHost(answer)))
      )
  }
}
