/**
 * The consent at a UK bank: staged with the host's own token, approved by the person at the bank, and bound to the code
 * they come back with by a signed request, PKCE, state, nonce and issuer. The code is exchanged at once, the bank is asked
 * what became of the consent, and the accounts are listed. A consent the person suspended at the bank (`CANC`) is not
 * taken up again: linking anew stages a new one, since a conversation does not know what was linked before.
 */
import { type Access, type ConnectorError, Instant, type Link } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Dialect } from "../../Dialect.ts"
import type { Grant } from "../../Grant.ts"
import { configuration, unexpected } from "../../Failure.ts"
import type { Http } from "../../Http.ts"
import { type Approved, opened } from "../../linked.ts"
import * as Authorisation from "../../oauth/Authorisation.ts"
import type { Server } from "../../oauth/Server.ts"
import { renewed, type Tokens } from "../../oauth/Tokens.ts"
import { orEnded } from "../ending.ts"
import { foreign } from "../foreign.ts"
import * as Staged from "./Staged.ts"

type Failing<A> = Effect.Effect<A, ConnectorError.ConnectorError>

const State = Schema.Struct({
  consentId: Schema.NonEmptyString,
  url: Schema.NonEmptyString,
  conversation: Authorisation.Conversation
})
const stateJson = Schema.fromJsonString(State)
const encodeState = Schema.encodeSync(stateJson)
const decodeState = Schema.decodeUnknownOption(stateJson)

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
  const staged = Staged.make(http, server)
  const redirectUrl =
    settings.redirectUrl === undefined
      ? Effect.fail(configuration("an address to send the person back to, registered at the bank"))
      : Effect.succeed(settings.redirectUrl)

  const begin = (presence: Access.Presence | undefined): Failing<Link.LinkStep<Grant>> =>
    Effect.gen(function* () {
      const back = yield* redirectUrl
      const consentId = yield* staged.stage(presence)
      const to = yield* server
      const scopes = to.metadata.scopes_supported
      const { conversation, url } = yield* Authorisation.begin(to, {
        redirectUrl: back,
        scope: scopes === undefined || scopes.includes("openid") ? "openid accounts" : "accounts",
        claims: claimsFor(to, consentId),
        signed: true,
        pushed: institution.quirks?.pushedRequests === true
      })
      return {
        _tag: "Redirect",
        url,
        returnState: conversation.state,
        state: encodeState({ consentId, url, conversation })
      }
    })

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
      return yield* approved(consentId, tokens, presence).pipe(orEnded(staged.end(consentId), { resumable: false }))
    })

  const approved = (
    consentId: string,
    { claims, ...access }: Tokens & Authorisation.Vouched,
    presence: Access.Presence | undefined
  ): Failing<Link.LinkStep<Grant>> =>
    Effect.gen(function* () {
      const vouched = claims["openbanking_intent_id"]
      if (vouched !== undefined && vouched !== consentId) {
        return yield* unexpected("the identity token vouches for another consent")
      }
      const expires = yield* staged.approved(consentId, presence)
      const validUntil = expires === undefined ? undefined : Instant.parse(expires, "Z")
      const grant: Approved = {
        consentId: Redacted.make(consentId),
        authorisedAt: Instant.fromEpochMillis(yield* Clock.currentTimeMillis),
        ...(validUntil !== undefined && { validUntil }),
        ...access
      }
      return yield* opened(accounts, institution, grant, presence)
    })

  return {
    link: ({ answer, presence, state }) => {
      if (answer._tag === "Start") return begin(presence)
      const open = decodeState(state)
      if (Option.isNone(open)) return foreign
      return answer._tag === "Redirected"
        ? finish(open.value, answer.url, presence)
        : Effect.succeed({
            _tag: "Redirect",
            url: open.value.url,
            returnState: open.value.conversation.state,
            state
          })
    },
    renew: renewed(server),
    revoke: ({ consentId }) => staged.end(Redacted.value(consentId))
  }
}
