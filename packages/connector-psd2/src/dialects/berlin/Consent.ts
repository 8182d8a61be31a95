/**
 * The conversation that ends in a consent at a NextGenPSD2 bank, by the approach the bank settles on: a redirect, its
 * authorisation server, or an approval in its app. Between two steps the host keeps the consent's id, the `state` that
 * ties the person's return to this conversation and, for OAuth2, the verifier of the code: of no use to anyone without the
 * host's certificate, and nothing of the person.
 */
import { type Access, type ConnectorError, Instant, type Link } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as ConsentStatus from "../../ConsentStatus.ts"
import type { Dialect } from "../../Dialect.ts"
import type { Grant } from "../../Grant.ts"
import { consentRequired, unexpected } from "../../Failure.ts"
import { type Approved, opened } from "../../linked.ts"
import type { Settings } from "../../Options.ts"
import * as Authorisation from "../../oauth/Authorisation.ts"
import type { Server } from "../../oauth/Server.ts"
import { orEnded } from "../ending.ts"
import { foreign } from "../foreign.ts"
import * as Asking from "./Asking.ts"
import { approaches, decodeState, minutesFor, noReturn, type State } from "./approach.ts"
import type { Asker, Consents } from "./Consents.ts"
import * as Waiting from "./Waiting.ts"

type Failing<A> = Effect.Effect<A, ConnectorError.ConnectorError>
type Step = Link.LinkStep<Grant>
type Tokens = Partial<Pick<Grant, "accessToken" | "accessExpiresAt" | "refreshToken">>

const random = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url")

const label = "Your user name or customer number at the bank (never a password)"

export const link = (options: {
  readonly settings: Settings
  readonly consents: Consents
  /** The bank's authorisation server. */
  readonly server: Failing<Server>
  /** The same, where a consent names it. */
  readonly serverAt: (at: URL) => Failing<Server>
  readonly accounts: Dialect["accounts"]
}): Dialect["link"] => {
  const { accounts, consents, server, serverAt, settings } = options
  const { institution, redirectUrl } = settings
  const { approve, proceed } = approaches(settings, consents, serverAt)

  const begin = Effect.fnUntraced(function* (asked: Asking.Asked, presence: Access.Presence | undefined) {
    if (institution.approval !== "decoupled" && redirectUrl === undefined) return yield* noReturn
    const asker: Asker = { asked, presence, state: random() }
    const said = yield* consents.create(asker, yield* Asking.validTo(institution))
    const { consentId, consentStatus } = said.answer
    const deadline = yield* Waiting.minutes(minutesFor[institution.approval])
    const going =
      ConsentStatus.of("berlin", consentStatus) === "valid"
        ? finish(consentId, {}, presence)
        : proceed({ consentId, deadline, state: asker.state }, said, asker)
    return yield* going.pipe(orEnded(consents.end(consentId, {}), { resumable: false }))
  })

  /** The consent as the bank has it now, which may not be as it was asked for, and what it opens. */
  const finish = (consentId: string, tokens: Tokens, presence: Access.Presence | undefined): Failing<Step> =>
    Effect.gen(function* () {
      const validUntil = Asking.endOf((yield* consents.read(consentId, tokens)).validUntil)
      const grant: Approved = {
        consentId: Redacted.make(consentId),
        authorisedAt: Instant.fromEpochMillis(yield* Clock.currentTimeMillis),
        ...(validUntil !== undefined && { validUntil }),
        ...tokens
      }
      return yield* opened(accounts, institution, grant, presence)
    })

  const poll = (state: State, presence: Access.Presence | undefined): Failing<Step> =>
    Waiting.ask<State, Step>(state, {
      standing: consents.standing(state.consentId, state.authorisationId, {}),
      again: (waits, pause) => approve(waits, undefined, pause),
      finish: finish(state.consentId, {}, presence)
    }).pipe(orEnded(consents.end(state.consentId, {}), { resumable: true }))

  const withCode = Effect.fnUntraced(function* (
    { consentId }: State,
    returned: string,
    conversation: Authorisation.Conversation,
    presence: Access.Presence | undefined
  ) {
    if (redirectUrl === undefined) return yield* noReturn
    const answer = { redirectUrl, returned, conversation }
    const { claims: _, ...tokens } = yield* Authorisation.finish(yield* server, answer)
    return yield* approved(consentId, tokens, presence).pipe(
      orEnded(consents.end(consentId, tokens), { resumable: false })
    )
  })

  const approved = Effect.fnUntraced(function* (
    consentId: string,
    tokens: Tokens,
    presence: Access.Presence | undefined
  ): Effect.fn.Return<Step, ConnectorError.ConnectorError> {
    // Some of a bank's machines learn of the approval later than the one that sent the person back.
    const { consent } = yield* consents.standing(consentId, undefined, tokens).pipe(
      Effect.repeat({
        while: (standing) => standing.consent === "awaiting" || standing.consent === "unknown",
        times: 2,
        schedule: Schedule.exponential(settings.backoff)
      })
    )
    if (consent === "valid") return yield* finish(consentId, tokens, presence)
    return yield* consentRequired(
      consent === "partly"
        ? "another person has to approve as well; link again when they have"
        : `the consent is ${consent}; start linking again`
    )
  })

  const back = Effect.fnUntraced(function* (state: State, address: string, presence: Access.Presence | undefined) {
    if (state.oauth !== undefined) return yield* withCode(state, address, state.oauth, presence)
    const returned = URL.parse(address)?.searchParams
    // A bank that is known for OAuth2 and redirects after all was given no `state`; what it says of the consent decides.
    if (institution.approval !== "oauth2" && returned?.get("state") !== state.state) {
      return yield* unexpected("the person came back with the address of another conversation")
    }
    if (returned?.has("error") === true) {
      return yield* Effect.fail(consentRequired("the person did not approve; start linking again")).pipe(
        orEnded(consents.end(state.consentId, {}), { resumable: false })
      )
    }
    const { askedAt: _, url: __, ...returning } = state
    return yield* poll(returning, presence)
  })

  const opening = Asking.opening(institution, label, begin)

  return (input) => {
    const first = opening(input)
    if (first !== undefined) return first
    const { answer, presence, state } = input
    const open = decodeState(state)
    if (Option.isNone(open)) return foreign
    if (answer._tag === "Redirected") return back(open.value, answer.url, presence)
    if (answer._tag !== "Poll") return foreign
    // Somebody who was sent away has to come back with what ties their return to this conversation, and with the code.
    return open.value.url === undefined
      ? poll(open.value, presence)
      : Effect.succeed({ _tag: "Redirect", url: open.value.url, returnState: open.value.state, state })
  }
}
