/**
 * The tokens of a bank whose customers approve with OAuth2: a code good for one use and ten minutes, access for fifteen,
 * and a refresh token that is new at every use; a used one that comes back ends them all. Bound to the certificate of
 * the client. All times are the bank's clock's.
 */
import { createHash, timingSafeEqual } from "node:crypto"
import { minute } from "@paymirror/connector-testing/simulator"
import type { Clock, Random } from "@paymirror/connector-testing/simulator"
import type { Asked } from "../BankServer.ts"
import type { Consent } from "../Consents.ts"
import { Declined } from "../Declined.ts"

export const accessSeconds = 900
const codeMinutes = 10

export interface Code {
  readonly consent: string
  readonly client: string
  readonly redirectUri: string
  /** The S256 challenge. */
  readonly challenge: string
}

interface Family {
  readonly consent: string
  readonly thumbprint: string
  ended: boolean
}

export interface Issued {
  readonly access: string
  readonly refresh: string
}

const same = (one: string, two: string): boolean => {
  const [left, right] = [Buffer.from(one), Buffer.from(two)]
  return left.length === right.length && timingSafeEqual(left, right)
}

export class Tokens {
  readonly #clock: Clock
  readonly #random: Random
  readonly #codes = new Map<string, Code & { readonly until: number }>()
  readonly #access = new Map<string, { readonly family: Family; readonly until: number }>()
  readonly #refresh = new Map<string, { readonly family: Family; used: boolean }>()

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  code(code: Code): string {
    const text = this.#random.id("", 40)
    this.#codes.set(text, { ...code, until: this.#clock.now + codeMinutes * minute })
    return text
  }

  /** Nothing where the code, the verifier or the address is not the right one. A code is gone once it was shown. */
  redeem(
    text: string,
    proof: {
      readonly verifier: string
      readonly redirectUri: string
      readonly client: string
      readonly thumbprint: string
    }
  ): Issued | undefined {
    const code = this.#codes.get(text)
    this.#codes.delete(text)
    const challenge = createHash("sha256").update(proof.verifier).digest("base64url")
    if (code === undefined || code.until <= this.#clock.now || !same(code.challenge, challenge)) return undefined
    if (code.redirectUri !== proof.redirectUri || code.client !== proof.client) return undefined
    return this.#issue({ consent: code.consent, thumbprint: proof.thumbprint, ended: false })
  }

  refresh(text: string, thumbprint: string): Issued | undefined {
    const held = this.#refresh.get(text)
    if (held === undefined || held.family.ended || held.family.thumbprint !== thumbprint) return undefined
    if (held.used) {
      held.family.ended = true
      return undefined
    }
    held.used = true
    return this.#issue(held.family)
  }

  /** The access tokens of a consent have run out; what renews them has not. */
  expireAccess(consent: string): void {
    for (const [token, held] of this.#access) {
      if (held.family.consent === consent) this.#access.set(token, { ...held, until: this.#clock.now })
    }
  }

  /** Declines a read whose bearer token is not one for this consent. */
  check({ certificate, headers }: Asked, consent: Consent): void {
    const token = /^Bearer (\S+)$/i.exec(headers["authorization"] ?? "")?.[1]
    const held = token === undefined ? undefined : this.#access.get(token)
    if (held === undefined) throw new Declined(401, { code: token === undefined ? "TOKEN_UNKNOWN" : "TOKEN_INVALID" })
    const { family, until } = held
    if (family.ended || family.consent !== consent.id || family.thumbprint !== certificate?.thumbprint) {
      throw new Declined(401, { code: "TOKEN_INVALID" })
    }
    if (until <= this.#clock.now) throw new Declined(401, { code: "TOKEN_EXPIRED" })
  }

  #issue(family: Family): Issued {
    const [access, refresh] = [this.#random.id("", 40), this.#random.id("", 40)]
    this.#access.set(access, { family, until: this.#clock.now + accessSeconds * 1000 })
    this.#refresh.set(refresh, { family, used: false })
    return { access, refresh }
  }
}
