/**
 * How an approval goes on once the bank has said by which approach: the person is sent to its site, to its authorisation
 * server, or to its app. The bank's own links and its `ASPSP-SCA-Approach` decide, not what was preferred; one that wants
 * the person's password through us is refused.
 */
import type { ConnectorError, Link } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { isSafe } from "../../Address.ts"
import type { Grant } from "../../Grant.ts"
import { configuration, unexpected } from "../../Failure.ts"
import type { Settings } from "../../Options.ts"
import * as Authorisation from "../../oauth/Authorisation.ts"
import type { Server } from "../../oauth/Server.ts"
import { type Asker, authorisationIn, type Consents, type Said } from "./Consents.ts"
import * as Waiting from "./Waiting.ts"

export const State = Schema.Struct({
  ...Waiting.Waiting,
  /** Comes back with the person. */
  state: Schema.NonEmptyString,
  /** Where the person was sent, to be sent there again. */
  url: Schema.optionalKey(Schema.NonEmptyString),
  oauth: Schema.optionalKey(Authorisation.Conversation)
})
export type State = typeof State.Type
const stateJson = Schema.fromJsonString(State)
const encodeState = Schema.encodeSync(stateJson)
export const decodeState = Schema.decodeUnknownOption(stateJson)

/** How long each way of approving may take. N26 gives its app five minutes; a person at a bank's site takes longer. */
export const minutesFor = { decoupled: 10, redirect: 60, oauth2: 60 } as const

/** An address a person's browser may be sent to. */
const browsable = (href: string): URL | undefined => {
  const url = URL.parse(href)
  return url !== null && isSafe(url) ? url : undefined
}

export const noReturn = configuration("an address to send the person back to (redirectUrl)")

type Step = Link.LinkStep<Grant>

export interface Approach {
  readonly approve: (state: State, message?: string | null, pollAfterSeconds?: number) => Step
  /** With an asker, an authorisation that has to be begun is begun. */
  readonly proceed: (state: State, said: Said, asker?: Asker) => Effect.Effect<Step, ConnectorError.ConnectorError>
}

export const approaches = (
  { institution, redirectUrl }: Settings,
  consents: Consents,
  /** The bank's authorisation server, at the address a consent names. */
  server: (at: URL) => Effect.Effect<Server, ConnectorError.ConnectorError>
): Approach => {
  const approve: Approach["approve"] = (state, message, pollAfterSeconds) =>
    Waiting.approve(
      message ?? `Approve the access in the app of ${institution.name}`,
      state.deadline,
      encodeState(state),
      pollAfterSeconds
    )

  const redirect = Effect.fnUntraced(function* (state: State, href: string) {
    const url = browsable(href)
    if (url === undefined) return yield* unexpected("the bank sends the person to an address that is not https")
    if (redirectUrl === undefined) return yield* noReturn
    const going: State = { ...state, url: url.href, deadline: yield* Waiting.minutes(minutesFor.redirect) }
    return { _tag: "Redirect", url: url.href, returnState: state.state, state: encodeState(going) } as const
  })

  const authorise = Effect.fnUntraced(function* (state: State, metadata: string) {
    if (redirectUrl === undefined) return yield* noReturn
    const at = browsable(metadata)
    if (at === undefined) return yield* unexpected("the bank's authorisation server is not at an https address")
    const { conversation, url } = yield* Authorisation.begin(yield* server(at), {
      redirectUrl,
      // What the standard has a consent called in a scope.
      scope: `AIS:${state.consentId}`,
      signed: false,
      pushed: institution.quirks?.pushedRequests === true
    })
    const deadline = yield* Waiting.minutes(minutesFor.oauth2)
    const going: State = { ...state, url, oauth: conversation, state: conversation.state, deadline }
    return { _tag: "Redirect", url, returnState: going.state, state: encodeState(going) } as const
  })

  /** The approach is the bank's choice, said by its links and its header. */
  const proceed = Effect.fnUntraced(function* (
    state: State,
    { answer, approach }: Said,
    begin?: Asker
  ): Effect.fn.Return<Step, ConnectorError.ConnectorError> {
    const links = answer._links ?? {}
    if (approach !== "DECOUPLED") {
      if (typeof links.scaRedirect?.href === "string") return yield* redirect(state, links.scaRedirect.href)
      if (typeof links.scaOAuth?.href === "string") return yield* authorise(state, links.scaOAuth.href)
    }
    if (begin !== undefined && (links.startAuthorisation ?? links.startAuthorisationWithPsuIdentification)) {
      const started = yield* consents.start(state.consentId, begin)
      const { authorisationId } = started.answer
      const known = typeof authorisationId === "string" && authorisationId !== "" ? { authorisationId } : {}
      return yield* proceed({ ...state, ...known }, { ...started, approach: started.approach || approach })
    }
    if (approach === "EMBEDDED" || (links.startAuthorisationWithPsuAuthentication ?? links.updatePsuAuthentication)) {
      return yield* unexpected("the bank wants the person's password through us, which is never asked for")
    }
    if (approach !== "DECOUPLED" && (approach !== "" || institution.approval !== "decoupled")) {
      return yield* unexpected("the bank names no way to approve the consent")
    }
    const authorisationId = state.authorisationId ?? authorisationIn(answer)
    const deadline = yield* Waiting.minutes(minutesFor.decoupled)
    return approve({ ...state, ...(authorisationId !== undefined && { authorisationId }), deadline }, answer.psuMessage)
  })
  return { approve, proceed }
}
