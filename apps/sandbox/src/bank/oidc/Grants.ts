/**
 * What an authorisation server has handed out: codes that live a minute and are used once, access tokens bound to the
 * certificate they were asked for with, and refresh tokens. A code or a rotated refresh token that is used a second
 * time takes everything with it that came from it. Everything lives by the bank's clock.
 */
import { minute, second } from "../../Clock.ts"
import type { Clock } from "../../Clock.ts"
import type { Random } from "../../Random.ts"
import { OAuthError } from "./OAuthError.ts"

/** A refresh gives no token, gives the same one again, or gives another one and the old one is over. */
export type RefreshTokens = "none" | "kept" | "rotated"

export interface GrantOptions {
  readonly refreshTokens: RefreshTokens
  /** How long a person's access token is good for. */
  readonly accessTokenSeconds: number
}

export interface Authorisation {
  readonly client: string
  /** The consent, by its id. */
  readonly consent: string
  readonly redirectUri: string
  readonly challenge: string
  readonly nonce: string | undefined
}

/** What an access token stands for: the client alone, or a person's consent. */
export interface Access {
  readonly client: string
  readonly consent: string | undefined
  readonly issuedAt: number
}

export interface Issued {
  readonly accessToken: string
  readonly expiresIn: number
  readonly refreshToken?: string | undefined
}

interface Code extends Authorisation {
  readonly family: number
  readonly expiresAt: number
  used: boolean
}

interface Token extends Access {
  readonly family: number
  /** SHA-256 of the certificate it is bound to. */
  readonly thumbprint: string | undefined
  readonly expiresAt: number
}

interface Refresh {
  readonly client: string
  readonly consent: string
  readonly family: number
  used: boolean
}

const clientTokenSeconds = 2399
const codeLives = minute

export class Grants {
  readonly #clock: Clock
  readonly #random: Random
  readonly #options: GrantOptions
  readonly #codes = new Map<string, Code>()
  readonly #tokens = new Map<string, Token>()
  readonly #refreshes = new Map<string, Refresh>()
  #families = 0

  constructor(clock: Clock, random: Random, options: GrantOptions) {
    this.#clock = clock
    this.#random = random
    this.#options = options
  }

  code(authorisation: Authorisation): string {
    const code = this.#random.id("", 43)
    this.#families += 1
    const expiresAt = this.#clock.now + codeLives
    this.#codes.set(code, { ...authorisation, family: this.#families, expiresAt, used: false })
    return code
  }

  forClient(client: string, thumbprint: string | undefined): Issued {
    this.#families += 1
    return {
      accessToken: this.#token({ client, consent: undefined, family: this.#families, thumbprint }, clientTokenSeconds),
      expiresIn: clientTokenSeconds
    }
  }

  redeem(
    code: string,
    client: string,
    thumbprint: string | undefined
  ): Issued & { readonly authorisation: Authorisation } {
    const found = this.#codes.get(code)
    if (found === undefined || found.client !== client) throw new OAuthError("invalid_grant", "The code is not known")
    if (found.used) {
      this.#end(({ family }) => family === found.family)
      throw new OAuthError("invalid_grant", "The code was used before")
    }
    found.used = true
    if (found.expiresAt <= this.#clock.now) throw new OAuthError("invalid_grant", "The code has expired")
    return { ...this.#forPerson(client, found.consent, found.family, thumbprint), authorisation: found }
  }

  refresh(token: string, client: string, thumbprint: string | undefined): Issued & { readonly consent: string } {
    const found = this.#refreshes.get(token)
    if (found === undefined || found.client !== client) {
      throw new OAuthError("invalid_grant", "The refresh token is not known")
    }
    if (found.used) {
      this.#end(({ family }) => family === found.family)
      throw new OAuthError("invalid_grant", "The refresh token was used before")
    }
    const { consent } = found
    if (this.#options.refreshTokens === "kept") {
      const access = { client, consent, family: found.family, thumbprint }
      const expiresIn = this.#options.accessTokenSeconds
      return { consent, accessToken: this.#token(access, expiresIn), expiresIn, refreshToken: token }
    }
    found.used = true
    return { consent, ...this.#forPerson(client, consent, found.family, thumbprint) }
  }

  /** What the token stands for, if it is alive and came over the certificate it is bound to. */
  access(token: string | undefined, thumbprint: string | undefined): Access | undefined {
    const found = token === undefined ? undefined : this.#tokens.get(token)
    if (found === undefined || found.expiresAt <= this.#clock.now || found.thumbprint !== thumbprint) return undefined
    return found
  }

  /** The person's access tokens of a consent have run out; what renews them has not. */
  expireAccess(consent: string): void {
    for (const [token, held] of this.#tokens) if (held.consent === consent) this.#tokens.delete(token)
  }

  /** The tokens of a consent are over: it was approved anew, or is gone. */
  endTokens(consent: string): void {
    this.#end((held) => held.consent === consent)
  }

  #forPerson(client: string, consent: string, family: number, thumbprint: string | undefined): Issued {
    const { accessTokenSeconds, refreshTokens } = this.#options
    const accessToken = this.#token({ client, consent, family, thumbprint }, accessTokenSeconds)
    if (refreshTokens === "none") return { accessToken, expiresIn: accessTokenSeconds }
    const refreshToken = this.#random.id("", 48)
    this.#refreshes.set(refreshToken, { client, consent, family, used: false })
    return { accessToken, expiresIn: accessTokenSeconds, refreshToken }
  }

  #token(access: Omit<Token, "issuedAt" | "expiresAt">, seconds: number): string {
    const token = this.#random.id("", 48)
    const { now } = this.#clock
    this.#tokens.set(token, { ...access, issuedAt: now, expiresAt: now + seconds * second })
    return token
  }

  #end(which: (held: { readonly consent: string | undefined; readonly family: number }) => boolean): void {
    for (const [token, held] of this.#tokens) if (which(held)) this.#tokens.delete(token)
    for (const [token, held] of this.#refreshes) if (which(held)) this.#refreshes.delete(token)
  }
}
