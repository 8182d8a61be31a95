/**
 * One request for a person's approval, read and checked: from a signed request object, or from what was pushed before.
 * Parameters in the open address count for nothing but naming the client and the request. What cannot be trusted far
 * enough to send the person back is told apart from what can.
 */
import type { JWTPayload } from "jose"
import * as Schema from "effect/Schema"
import type { Client } from "./Clients.ts"
import { OAuthError } from "./OAuthError.ts"

export const responseTypes = ["code", "code id_token"] as const
export type ResponseType = (typeof responseTypes)[number]

export interface AuthorisationRequest {
  readonly client: Client
  readonly redirectUri: string
  readonly responseType: ResponseType
  readonly scope: string
  readonly state: string | undefined
  readonly nonce: string | undefined
  /** The S256 challenge. */
  readonly challenge: string
  /** The consent the person is asked about. */
  readonly intent: string
  /** The time by the clock the client lives by. */
  readonly now: number
}

const Text = Schema.optionalKey(Schema.String)
const Intent = Schema.Struct({
  id_token: Schema.optionalKey(
    Schema.Struct({ openbanking_intent_id: Schema.optionalKey(Schema.Struct({ value: Schema.String })) })
  ),
  userinfo: Schema.optionalKey(
    Schema.Struct({ openbanking_intent_id: Schema.optionalKey(Schema.Struct({ value: Schema.String })) })
  )
})
const Parameters = Schema.Struct({
  client_id: Text,
  redirect_uri: Text,
  response_type: Text,
  scope: Text,
  state: Text,
  nonce: Text,
  code_challenge: Text,
  code_challenge_method: Text,
  claims: Schema.optionalKey(Schema.Unknown)
})

const decodeParameters = Schema.decodeUnknownOption(Parameters)
const decodeIntent = Schema.decodeUnknownOption(Schema.Union([Intent, Schema.fromJsonString(Intent)]))

const intentOf = (claims: unknown): string | undefined => {
  const decoded = decodeIntent(claims)
  if (decoded._tag === "None") return undefined
  const { id_token, userinfo } = decoded.value
  return id_token?.openbanking_intent_id?.value ?? userinfo?.openbanking_intent_id?.value
}

/** A refusal the person is sent back with, because the redirect address is the client's own. */
export class Returned extends Error {
  override readonly name = "Returned"
  readonly error: OAuthError
  readonly redirectUri: string
  readonly state: string | undefined
  readonly fragment: boolean

  constructor(
    error: OAuthError,
    to: { readonly redirectUri: string; readonly state: string | undefined; readonly fragment: boolean }
  ) {
    super(error.message)
    this.error = error
    this.redirectUri = to.redirectUri
    this.state = to.state
    this.fragment = to.fragment
  }
}

export const read = (client: Client, claims: JWTPayload, now: number): AuthorisationRequest => {
  const decoded = decodeParameters(claims)
  if (decoded._tag === "None") throw new OAuthError("invalid_request", "A parameter is not a text")
  const { client_id, code_challenge, code_challenge_method, nonce, redirect_uri, response_type, scope, state } =
    decoded.value
  if (client_id !== client.id) throw new OAuthError("invalid_request", "The request names another client")
  if (redirect_uri === undefined || !client.redirectUris.includes(redirect_uri)) {
    throw new OAuthError("invalid_request", "The redirect address is not registered")
  }
  const responseType = responseTypes.find((known) => known === response_type)
  const to = { redirectUri: redirect_uri, state, fragment: responseType === "code id_token" }
  const refuse = (code: OAuthError["code"], description: string): never => {
    throw new Returned(new OAuthError(code, description), to)
  }
  if (responseType === undefined) return refuse("unsupported_response_type", "Only code is given")
  const scopes = (scope ?? "").split(" ")
  if (!scopes.includes("openid") || !scopes.includes("accounts")) {
    return refuse("invalid_scope", "openid and accounts are required")
  }
  if (code_challenge === undefined || code_challenge_method !== "S256") {
    return refuse("invalid_request", "PKCE with S256 is required")
  }
  if (responseType === "code id_token" && nonce === undefined) return refuse("invalid_request", "A nonce is required")
  const intent = intentOf(decoded.value.claims)
  if (intent === undefined) return refuse("invalid_request", "openbanking_intent_id is required")
  const challenge = code_challenge
  return {
    client,
    redirectUri: redirect_uri,
    responseType,
    scope: scopes.join(" "),
    state,
    nonce,
    challenge,
    intent,
    now
  }
}
