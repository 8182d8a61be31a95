/**
 * The authorisation server of one bank, in the profile of UK open banking: signed or pushed requests, a code with PKCE,
 * clients that authenticate with a signature, tokens bound to a certificate, and the consent named in every id token.
 * It decides and remembers; `handlers.ts` puts it on the wire. It knows no account and gives no data.
 */
import { createHash } from "node:crypto"
import { decodeJwt } from "jose"
import type { JWTPayload } from "jose"
import { minute, second } from "@paymirror/connector-testing/simulator"
import type { Random } from "@paymirror/connector-testing/simulator"
import type { Bank } from "../Bank.ts"
import type { Approval, Consent, Consents, ConsentStatus } from "../Consents.ts"
import { read, responseTypes, Returned } from "./AuthorisationRequest.ts"
import type { AuthorisationRequest } from "./AuthorisationRequest.ts"
import { Clients } from "./Clients.ts"
import { Grants } from "./Grants.ts"
import type { GrantOptions, Issued } from "./Grants.ts"
import { OAuthError } from "./OAuthError.ts"
import { algorithms, Proofs } from "./Proofs.ts"
import { signedWith, SigningKey } from "./SigningKey.ts"

export interface AuthorisationServerOptions extends Partial<GrantOptions> {
  readonly bank: Bank
  readonly consents: Consents
  /** Where it is reached, by clients and by people, known once the bank listens. */
  readonly addresses: () => { readonly baseUrl: string; readonly pagesUrl: string }
  /** A signed request object, or a pushed request, and nothing else; either unless said. */
  readonly requires?: "signed" | "pushed" | undefined
  /** Consents in these statuses may be approved, besides those that wait for it. */
  readonly approvedAgain?: ReadonlyArray<ConsentStatus> | undefined
  /** Whether what is fresh by the machine's clock is fresh; it is unless said. */
  readonly machineTime?: boolean | undefined
}

/** One person in front of one request. */
export interface Interaction {
  readonly id: string
  readonly request: AuthorisationRequest
  readonly consent: Consent
}

export interface TokenAnswer {
  readonly access_token: string
  readonly token_type: "Bearer"
  readonly expires_in: number
  readonly scope: string
  readonly refresh_token?: string
  readonly id_token?: string
}

interface Pushed {
  readonly client: string
  readonly request: AuthorisationRequest
  readonly expiresAt: number
}

const requestUriPrefix = "urn:ietf:params:oauth:request_uri:"
const pushedSeconds = 90
const halfHash = (text: string): string =>
  createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url")

export const authorisationPaths = {
  discovery: "/.well-known/openid-configuration",
  jwks: "/jwks",
  par: "/par",
  authorize: "/authorize",
  token: "/token"
}

export class AuthorisationServer {
  readonly bank: Bank
  readonly clients = new Clients()
  readonly grants: Grants
  readonly #consents: Consents
  readonly #options: AuthorisationServerOptions
  readonly #proofs: Proofs
  readonly #random: Random
  readonly #key: SigningKey
  readonly #pushed = new Map<string, Pushed>()
  readonly #interactions = new Map<string, Interaction>()

  constructor(options: AuthorisationServerOptions) {
    const { accessTokenSeconds = 3600, bank, machineTime = true, refreshTokens = "kept" } = options
    this.bank = bank
    this.#options = options
    this.#consents = options.consents
    this.#random = bank.random("oidc")
    this.#proofs = new Proofs(this.clients, bank.clock, machineTime)
    this.#key = new SigningKey(this.#random.id("bank-", 8))
    this.grants = new Grants(bank.clock, bank.random("grants"), { accessTokenSeconds, refreshTokens })
  }

  get issuer(): string {
    return this.#options.addresses().baseUrl
  }

  jwks(): Promise<unknown> {
    return this.#key.jwks()
  }

  discovery(): Readonly<Record<string, unknown>> {
    const { issuer } = this
    const { authorize, jwks, par, token } = authorisationPaths
    return {
      issuer,
      authorization_endpoint: this.#options.addresses().pagesUrl + authorize,
      token_endpoint: issuer + token,
      jwks_uri: issuer + jwks,
      pushed_authorization_request_endpoint: issuer + par,
      require_pushed_authorization_requests: this.#options.requires === "pushed",
      require_signed_request_object: this.#options.requires === "signed",
      request_parameter_supported: this.#options.requires !== "pushed",
      request_uri_parameter_supported: true,
      request_object_signing_alg_values_supported: algorithms,
      authorization_response_iss_parameter_supported: true,
      claims_parameter_supported: true,
      claims_supported: ["openbanking_intent_id", "acr"],
      acr_values_supported: ["urn:openbanking:psd2:sca", "urn:openbanking:psd2:ca"],
      code_challenge_methods_supported: ["S256"],
      grant_types_supported: ["authorization_code", "client_credentials", "refresh_token"],
      id_token_signing_alg_values_supported: [signedWith],
      response_modes_supported: ["query", "fragment"],
      response_types_supported: responseTypes,
      scopes_supported: ["openid", "accounts"],
      subject_types_supported: ["public"],
      tls_client_certificate_bound_access_tokens: true,
      token_endpoint_auth_methods_supported: ["private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: algorithms
    }
  }

  /** A request that is pushed: signed, or in plain parameters of a client that has authenticated. */
  async push(form: URLSearchParams): Promise<{ readonly request_uri: string; readonly expires_in: number }> {
    const { client, now } = await this.#proofs.client(form, this.#audiences(authorisationPaths.par))
    if (form.has("request_uri")) throw new OAuthError("invalid_request", "request_uri cannot be pushed")
    const object = form.get("request")
    if (object === null && this.#options.requires === "signed") {
      throw new OAuthError("invalid_request", "A signed request object is required")
    }
    const plain = { client_id: client.id, ...Object.fromEntries(form) }
    const signed = object === null ? { claims: plain, now } : await this.#proofs.request(client, object, this.issuer)
    try {
      const request = read(client, signed.claims, signed.now)
      const id = this.#random.id(requestUriPrefix, 32)
      const expiresAt = this.bank.clock.now + pushedSeconds * second
      this.#pushed.set(id, { client: client.id, request, expiresAt })
      return { request_uri: id, expires_in: pushedSeconds }
    } catch (error) {
      throw error instanceof Returned ? error.error : error
    }
  }

  /** A person has been sent here. `Returned` says where to send them back to, `OAuthError` that they cannot be. */
  async open(query: URLSearchParams): Promise<Interaction> {
    const request = await this.#requested(query)
    const consent = this.#consents.find(request.intent)
    const { approvedAgain = ["valid"] } = this.#options
    const open = consent !== undefined && ["received", "partially", ...approvedAgain].includes(consent.status)
    if (!open || consent.client !== request.client.id) {
      throw this.#returned(request, new OAuthError("invalid_request", "There is no such consent to approve"))
    }
    const interaction = { id: this.#random.id("", 32), request, consent }
    this.#interactions.set(interaction.id, interaction)
    return interaction
  }

  /** The person has decided: where they are sent. */
  async decide(id: string, approval: Approval | undefined): Promise<string> {
    const interaction = this.#interactions.get(id)
    if (interaction === undefined) throw new OAuthError("invalid_request", "This was decided already")
    const { consent, request } = interaction
    if (approval === undefined) {
      this.#interactions.delete(id)
      if (consent.status === "received") this.#consents.reject(consent.id)
      throw this.#returned(request, new OAuthError("access_denied", "The person declined"))
    }
    const customer = this.bank.findCustomer(approval.customer ?? this.bank.customers[0]?.id ?? "")?.id
    if (customer === undefined) throw new OAuthError("invalid_request", "Nobody here goes by that name")
    const { accounts = this.bank.accountsOf(customer).map((account) => account.id) } = approval
    this.#interactions.delete(id)
    this.#consents.authorise(consent.id, { customer, accounts, reinstates: true })
    this.grants.endTokens(consent.id)
    const { challenge, client, nonce, redirectUri, responseType, state } = request
    const code = this.grants.code({ client: client.id, consent: consent.id, redirectUri, challenge, nonce })
    const answer = { code, ...(state === undefined ? {} : { state }), iss: this.issuer }
    if (responseType === "code") return this.#location(redirectUri, answer, false)
    const hashes = { c_hash: halfHash(code), ...(state === undefined ? {} : { s_hash: halfHash(state) }) }
    const id_token = await this.#idToken(client.id, consent.id, nonce, request.now, hashes)
    return this.#location(redirectUri, { ...answer, id_token }, true)
  }

  /** For a test and a demo: what a person does at the address a client sent them to, and where they end up. */
  async visit(address: string, approval: Approval | undefined): Promise<string> {
    try {
      const { id } = await this.open(new URL(address).searchParams)
      return await this.decide(id, approval)
    } catch (error) {
      if (error instanceof Returned) return this.sentBack(error)
      throw error
    }
  }

  sentBack({ error, fragment, redirectUri, state }: Returned): string {
    const answer = { error: error.code, error_description: error.message, ...(state === undefined ? {} : { state }) }
    return this.#location(redirectUri, { ...answer, iss: this.issuer }, fragment)
  }

  async token(form: URLSearchParams, thumbprint: string | undefined): Promise<TokenAnswer> {
    const { client, now } = await this.#proofs.client(form, this.#audiences(authorisationPaths.token))
    if (thumbprint === undefined) throw new OAuthError("invalid_client", "A client certificate is required")
    switch (form.get("grant_type")) {
      case "client_credentials": {
        if (!(form.get("scope") ?? "").split(" ").includes("accounts")) {
          throw new OAuthError("invalid_scope", "accounts is the scope")
        }
        return this.#answer(this.grants.forClient(client.id, thumbprint))
      }
      case "authorization_code": {
        const { authorisation, ...issued } = this.grants.redeem(form.get("code") ?? "", client.id, thumbprint)
        const challenge = createHash("sha256")
          .update(form.get("code_verifier") ?? "")
          .digest("base64url")
        if (challenge !== authorisation.challenge || form.get("redirect_uri") !== authorisation.redirectUri) {
          this.grants.endTokens(authorisation.consent)
          throw new OAuthError("invalid_grant", "The code was given for something else")
        }
        this.#living(authorisation.consent)
        const id_token = await this.#idToken(client.id, authorisation.consent, authorisation.nonce, now)
        return { ...this.#answer(issued), id_token }
      }
      case "refresh_token": {
        const { consent, ...issued } = this.grants.refresh(form.get("refresh_token") ?? "", client.id, thumbprint)
        this.#living(consent)
        return this.#answer(issued)
      }
      default:
        throw new OAuthError("unsupported_grant_type", "This grant type is not known")
    }
  }

  #answer({ accessToken, expiresIn, refreshToken }: Issued): TokenAnswer {
    const refresh = refreshToken === undefined ? {} : { refresh_token: refreshToken }
    return { access_token: accessToken, token_type: "Bearer", expires_in: expiresIn, scope: "accounts", ...refresh }
  }

  #living(consent: string): void {
    if (this.#consents.find(consent)?.status === "valid") return
    this.grants.endTokens(consent)
    throw new OAuthError("invalid_grant", "The consent is over")
  }

  #audiences(path: string): ReadonlyArray<string> {
    return [this.issuer, this.issuer + path, this.issuer + authorisationPaths.token]
  }

  async #requested(query: URLSearchParams): Promise<AuthorisationRequest> {
    const client = this.clients.find(query.get("client_id") ?? undefined)
    if (client === undefined) throw new OAuthError("invalid_request", "The client is not known")
    const uri = query.get("request_uri")
    if (uri !== null) {
      const pushed = this.#pushed.get(uri)
      if (pushed === undefined || pushed.client !== client.id || pushed.expiresAt <= this.bank.clock.now) {
        throw new OAuthError("invalid_request_uri", "The request has expired or was never pushed")
      }
      return pushed.request
    }
    const object = query.get("request")
    if (object === null || this.#options.requires === "pushed") {
      throw new OAuthError("invalid_request", "The request has to be pushed, or signed")
    }
    const signed = await this.#proofs.request(client, object, this.issuer).catch((error: unknown) => {
      throw error instanceof OAuthError ? this.#untrusted(client.redirectUris, object, error) : error
    })
    return read(client, signed.claims, signed.now)
  }

  /** The request is not good, but a registered address in it is still the client's own. */
  #untrusted(redirectUris: ReadonlyArray<string>, object: string, error: OAuthError): Error {
    let claims: JWTPayload
    try {
      claims = decodeJwt(object)
    } catch {
      return error
    }
    const redirectUri = redirectUris.find((registered) => registered === claims["redirect_uri"])
    if (redirectUri === undefined) return error
    const state = typeof claims["state"] === "string" ? claims["state"] : undefined
    return new Returned(error, { redirectUri, state, fragment: claims["response_type"] === "code id_token" })
  }

  #returned({ redirectUri, responseType, state }: AuthorisationRequest, error: OAuthError): Returned {
    return new Returned(error, { redirectUri, state, fragment: responseType === "code id_token" })
  }

  #location(redirectUri: string, answer: Readonly<Record<string, string>>, fragment: boolean): string {
    const url = new URL(redirectUri)
    if (fragment) url.hash = new URLSearchParams(answer).toString()
    else for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value)
    return url.href
  }

  #idToken(
    client: string,
    consent: string,
    nonce: string | undefined,
    now: number,
    hashes: Readonly<Record<string, string>> = {}
  ): Promise<string> {
    const iat = Math.floor(now / second)
    return this.#key.sign({
      iss: this.issuer,
      sub: consent,
      aud: client,
      iat,
      exp: iat + (10 * minute) / second,
      ...(nonce === undefined ? {} : { nonce }),
      openbanking_intent_id: consent,
      acr: "urn:openbanking:psd2:sca",
      ...hashes
    })
  }
}
