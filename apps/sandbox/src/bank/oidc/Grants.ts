/**
 * What an authorisation server has handed out: codes that live a minute and are used once, access tokens bound to the
 * certificate they were asked for with, and refresh tokens. A code or a rotated refresh token that is used a second
 * time takes everything with it that came from it. Everything lives by the bank's clock.
 */
import { minute, second } from "@paymirror/connector-testing/simulator"
import type { Clock, Random } from "@paymirror/connector-testing/simulator"
import { OAuthError } from "./OAuthError.ts"

/**
 * There are none, a refresh gives the same one again, or it gives another one: the old one is over at once, or, with
 * `graceful`, as soon as something of the new one's is used, so that an answer that was lost can be asked for again.
 */
export type RefreshTokens = "none" | "kept" | "rotated" | "graceful"

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
  readonly after: Refresh | undefined
  readonly expiresAt: number
}

interface Refresh {
  readonly client: string
  readonly consent: string
  readonly family: number
  /** The one it came after, while that one may still be asked with. */
  readonly after: Refresh | undefined
  used: boolean
}

const clientTokenSeconds = 2399
const codeLives = minute

export class Grants {
  readonly #clock: Clock
  readonly #random: Random
  readonly #accessTokenSeconds: number
  /** What a refresh does from now on. */
  refreshTokens: RefreshTokens
  readonly #codes = new Map<string, Code>()
  readonly #tokens = new Map<string, Token>()
  readonly #refreshes = new Map<string, Refresh>()
  #families = 0

  constructor(clock: Clock, random: Random, options: GrantOptions) {
    this.#clock = clock
    this.#random = random
    this.#accessTokenSeconds = options.accessTokenSeconds
    this.refreshTokens = options.refreshTokens
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
      accessToken: this.#token(
        { client, consent: undefined, family: this.#families, thumbprint, after: undefined },
        clientTokenSeconds
      ),
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
    const { consent, family } = found
    if (this.refreshTokens === "kept") {
      const expiresIn = this.#accessTokenSeconds
      const accessToken = this.#token({ client, consent, family, thumbprint, after: undefined }, expiresIn)
      return { consent, accessToken, expiresIn, refreshToken: token }
    }
    this.#settle(found)
    if (this.refreshTokens !== "graceful") found.used = true
    const after = this.refreshTokens === "graceful" ? found : undefined
    return { consent, ...this.#forPerson(client, consent, family, thumbprint, after) }
  }

  /** What the token stands for, if it is alive and came over the certificate it is bound to. */
  access(token: string | undefined, thumbprint: string | undefined): Access | undefined {
    const found = token === undefined ? undefined : this.#tokens.get(token)
    if (found === undefined || found.expiresAt <= this.#clock.now || found.thumbprint !== thumbprint) return undefined
    this.#settle(found)
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

  /** Something that came after a refresh token is used: that one is over. */
  #settle({ after }: { readonly after: Refresh | undefined }): void {
    if (after !== undefined) after.used = true
  }

  #forPerson(client: string, consent: string, family: number, thumbprint: string | undefined, after?: Refresh): Issued {
    const expiresIn = this.#accessTokenSeconds
    const accessToken = this.#token({ client, consent, family, thumbprint, after }, expiresIn)
    if (this.refreshTokens === "none") return { accessToken, expiresIn }
    const refreshToken = this.#random.id("", 48)
    this.#refreshes.set(refreshToken, { client, consent, family, after, used: false })
    return { accessToken, expiresIn, refreshToken }
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
