/**
 * The authorisation code grant as financial-grade APIs want it: PKCE with S256, a state, a nonce where identity comes
 * back, a signed request object (pushed where the bank takes pushed ones), the issuer of the answer checked against
 * mix-up, the code exchanged at once and once. What has to survive until the person returns is in {@link Conversation}.
 */
import type { ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Oidc from "openid-client"
import { unexpected } from "../Failure.ts"
import type { Server } from "./Server.ts"
import { taken, type Tokens } from "./Tokens.ts"

/** How the answer comes back: with `iss` beside it, inside a signed answer, or with an identity token that vouches for it. */
type Mode = "query" | "jwt" | "hybrid"

/** Kept by the host between asking and the person's return. None of it is of use without the host's key. */
export const Conversation = Schema.Struct({
  state: Schema.NonEmptyString,
  nonce: Schema.optionalKey(Schema.NonEmptyString),
  verifier: Schema.NonEmptyString,
  issuer: Schema.NonEmptyString,
  mode: Schema.Literals(["query", "jwt", "hybrid"])
})
export type Conversation = typeof Conversation.Type

/** How long the person may take to reach the bank. The profile allows an hour. */
const requestSeconds = 1800

const modeOf = ({ metadata }: Server, oidc: boolean): Mode => {
  const types = metadata.response_types_supported ?? ["code"]
  if (types.includes("code") || !oidc) {
    if (metadata.authorization_response_iss_parameter_supported === true) return "query"
    return metadata.response_modes_supported?.some((mode) => mode === "jwt" || mode === "query.jwt") === true
      ? "jwt"
      : types.includes("code id_token") && oidc
        ? "hybrid"
        : "query"
  }
  return "hybrid"
}

const inMode = (configuration: Oidc.Configuration, mode: Mode): void => {
  if (mode === "jwt") Oidc.useJwtResponseMode(configuration)
  if (mode === "hybrid") {
    Oidc.useCodeIdTokenResponseType(configuration)
    Oidc.enableDetachedSignatureResponseChecks(configuration)
  }
}

/** Where to send the person, and what to keep until they are back. */
export const begin = (
  server: Server,
  ask: {
    readonly redirectUrl: string
    readonly scope: string
    /** The OpenID `claims` parameter. */
    readonly claims?: unknown
    /** Further parameters of the request. */
    readonly parameters?: Readonly<Record<string, string>>
    readonly signed: boolean
    readonly pushed: boolean
  }
): Effect.Effect<{ readonly url: string; readonly conversation: Conversation }, ConnectorError.ConnectorError> => {
  const oidc = ask.scope.split(" ").includes("openid")
  const mode = modeOf(server, oidc)
  const pushed = ask.pushed || server.metadata.require_pushed_authorization_requests === true
  return server.call(async (configuration) => {
    inMode(configuration, mode)
    const verifier = Oidc.randomPKCECodeVerifier()
    const conversation: Conversation = {
      state: Oidc.randomState(),
      ...(oidc && { nonce: Oidc.randomNonce() }),
      verifier,
      issuer: server.metadata.issuer,
      mode
    }
    const parameters = new URLSearchParams({
      redirect_uri: ask.redirectUrl,
      scope: ask.scope,
      state: conversation.state,
      code_challenge: await Oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...(conversation.nonce !== undefined && { nonce: conversation.nonce }),
      ...(ask.claims !== undefined && { claims: JSON.stringify(ask.claims) }),
      ...ask.parameters
    })
    if (!ask.signed) {
      const url = pushed
        ? await Oidc.buildAuthorizationUrlWithPAR(configuration, parameters)
        : Oidc.buildAuthorizationUrl(configuration, parameters)
      return { url: url.href, conversation }
    }
    const url = await Oidc.buildAuthorizationUrlWithJAR(configuration, parameters, server.key, {
      [Oidc.modifyAssertion]: (_header, payload) => {
        if (typeof payload["nbf"] === "number") payload["exp"] = payload["nbf"] + requestSeconds
      }
    })
    if (pushed) {
      return { url: (await Oidc.buildAuthorizationUrlWithPAR(configuration, url.searchParams)).href, conversation }
    }
    // OpenID Connect wants these beside the request object too.
    const type = mode === "hybrid" ? "code id_token" : "code"
    for (const [name, value] of [
      ["response_type", type],
      ["scope", ask.scope],
      ["redirect_uri", ask.redirectUrl],
      ["state", conversation.state]
    ] as const) {
      if (!url.searchParams.has(name)) url.searchParams.set(name, value)
    }
    return { url: url.href, conversation }
  })
}

/** What the person came back with, on the address that is registered: only its parameters are taken. */
const returnedTo = (redirectUrl: string, returned: string): URL | undefined => {
  const url = URL.parse(returned)
  if (url === null) return undefined
  const current = new URL(redirectUrl)
  current.search = url.search
  current.hash = url.hash
  return current
}

export interface Vouched {
  /** Claims of the identity token, checked. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** Checks what the person came back with and exchanges the code. */
export const finish = (
  server: Server,
  answer: { readonly redirectUrl: string; readonly returned: string; readonly conversation: Conversation }
): Effect.Effect<Tokens & Vouched, ConnectorError.ConnectorError> =>
  Effect.gen(function* () {
    const { issuer, mode, nonce, state, verifier } = answer.conversation
    if (issuer !== server.metadata.issuer) {
      return yield* unexpected("the authorisation server is not the one the person was sent to")
    }
    const url = returnedTo(answer.redirectUrl, answer.returned)
    if (url === undefined) return yield* unexpected("what the person came back with is not an address")
    const granted = yield* server.call((configuration) => {
      inMode(configuration, mode)
      return Oidc.authorizationCodeGrant(configuration, url, {
        expectedState: state,
        pkceCodeVerifier: verifier,
        ...(nonce !== undefined && { expectedNonce: nonce })
      })
    })
    return { ...(yield* taken(granted)), claims: { ...granted.claims() } }
  })
