/**
 * What a client signs: the assertion that authenticates it (`private_key_jwt`) and its authorisation requests. Only
 * PS256 and ES256 count. What must be fresh may be fresh by the bank's clock, which stands still until it is moved, or
 * by the machine's, which is the one a client with no virtual clock lives by; the time that fitted is said back, so that
 * what is signed in answer speaks in the client's own time.
 */
import { createLocalJWKSet, decodeJwt, errors, jwtVerify } from "jose"
import type { JWTPayload, JWTVerifyOptions } from "jose"
import { minute, second } from "@paymirror/connector-testing/simulator"
import type { Clock } from "@paymirror/connector-testing/simulator"
import type { Client, Clients } from "./Clients.ts"
import { OAuthError } from "./OAuthError.ts"

export const algorithms: Array<string> = ["PS256", "ES256"]

export interface Authenticated {
  readonly client: Client
  /** The time by the clock the client lives by, in milliseconds. */
  readonly now: number
}

export interface SignedRequest {
  readonly claims: JWTPayload
  readonly now: number
}

/** How far a client's clock may be from the bank's. */
const tolerance = 10
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
const remembered = 10_000

const claimedIssuer = (jwt: string): string | undefined => {
  try {
    return decodeJwt(jwt).iss
  } catch {
    return undefined
  }
}

export class Proofs {
  readonly #clients: Clients
  readonly #clock: Clock
  readonly #machineTime: boolean
  readonly #seen = new Set<string>()

  /** `machineTime`: whether what is fresh by the machine's clock is fresh. */
  constructor(clients: Clients, clock: Clock, machineTime: boolean) {
    this.#clients = clients
    this.#clock = clock
    this.#machineTime = machineTime
  }

  /** Who asks, by the assertion in the form; `audiences` are the names the server answers to. */
  async client(form: URLSearchParams, audiences: ReadonlyArray<string>): Promise<Authenticated> {
    const assertion = form.get("client_assertion")
    if (assertion === null || form.get("client_assertion_type") !== assertionType) {
      throw new OAuthError("invalid_client", "A client assertion is required")
    }
    const client = this.#clients.find(claimedIssuer(assertion))
    const named = form.get("client_id")
    if (client === undefined || (named !== null && named !== client.id)) {
      throw new OAuthError("invalid_client", "The client is not known")
    }
    const { claims, now } = await this.#verified(client, assertion, {
      subject: client.id,
      audience: [...audiences],
      requiredClaims: ["iss", "sub", "aud", "exp", "jti"]
    }).catch((error: unknown) => {
      throw new OAuthError("invalid_client", error instanceof errors.JOSEError ? error.message : "unreadable")
    })
    const use = `${client.id}\n${claims.jti}`
    if (this.#seen.has(use)) throw new OAuthError("invalid_client", "The assertion was used before")
    this.#seen.add(use)
    const [oldest] = this.#seen
    if (this.#seen.size > remembered && oldest !== undefined) this.#seen.delete(oldest)
    return { client, now }
  }

  /** The parameters in a signed request object: `nbf` and `exp` at most sixty minutes apart, for this server. */
  async request(client: Client, object: string, issuer: string): Promise<SignedRequest> {
    const { claims, now } = await this.#verified(client, object, {
      audience: issuer,
      requiredClaims: ["iss", "aud", "nbf", "exp"]
    }).catch((error: unknown) => {
      throw new OAuthError("invalid_request_object", error instanceof errors.JOSEError ? error.message : "unreadable")
    })
    const { exp = 0, nbf = 0 } = claims
    if ((exp - nbf) * second > 60 * minute || now - nbf * second > 60 * minute) {
      throw new OAuthError("invalid_request_object", "The request object is good for more than 60 minutes")
    }
    return { claims, now }
  }

  async #verified(
    client: Client,
    jwt: string,
    options: JWTVerifyOptions
  ): Promise<{ readonly claims: JWTPayload; readonly now: number }> {
    const keys = createLocalJWKSet(client.jwks)
    const verified = async (now: number): Promise<{ readonly claims: JWTPayload; readonly now: number }> => {
      const { payload } = await jwtVerify(jwt, keys, {
        ...options,
        algorithms,
        issuer: client.id,
        clockTolerance: tolerance,
        currentDate: new Date(now)
      })
      return { claims: payload, now }
    }
    return verified(this.#clock.now).catch((error: unknown) => {
      const untimely = error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed
      if (!this.#machineTime || !untimely) throw error
      return verified(Date.now())
    })
  }
}
