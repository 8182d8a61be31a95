/**
 * The applications that may ask the aggregator, and the check of what they send instead of a password: a JWT they sign
 * themselves (RS256, `kid` the application's id), good for a day at most. Fresh is what is fresh by the bank's clock, or
 * by the machine's where that is allowed.
 */
import { createPublicKey } from "node:crypto"
import type { KeyObject } from "node:crypto"
import { errors, jwtVerify } from "jose"
import type { Clock } from "@paymirror/connector-testing/simulator"
import { Refused } from "../../Refused.ts"

export interface NewApplication {
  /** A UUID. */
  readonly id: string
  readonly name: string
  /** PEM: a public key, or a certificate with one in it. */
  readonly publicKey: string
  readonly redirectUrls: ReadonlyArray<string>
}

export interface Application {
  readonly id: string
  readonly name: string
  readonly redirectUrls: ReadonlyArray<string>
}

interface Registered extends Application {
  readonly key: KeyObject
}

const longest = 86_400
const tolerance = 10

export class Applications {
  readonly #clock: Clock
  readonly #machineTime: boolean
  readonly #registered = new Map<string, Registered>()

  constructor(clock: Clock, machineTime: boolean) {
    this.#clock = clock
    this.#machineTime = machineTime
  }

  register({ id, name, publicKey, redirectUrls }: NewApplication): Application {
    const key = createPublicKey(publicKey)
    if (key.asymmetricKeyType !== "rsa") throw new Refused("an application signs with RSA")
    const registered = { id, name, redirectUrls, key }
    this.#registered.set(id, registered)
    return registered
  }

  /** Who asks, or nothing where the token is not good. */
  async find(authorization: string | undefined): Promise<Application | undefined> {
    const [, token] = /^Bearer (\S+)$/i.exec(authorization ?? "") ?? []
    if (token === undefined) return undefined
    const now = await this.#verified(token, this.#clock.now)
    return now ?? (this.#machineTime ? this.#verified(token, Date.now()) : undefined)
  }

  async #verified(token: string, now: number): Promise<Application | undefined> {
    try {
      const { payload, protectedHeader } = await jwtVerify(
        token,
        ({ kid }) => {
          const registered = this.#registered.get(kid ?? "")
          if (registered === undefined) throw new errors.JWKSNoMatchingKey()
          return registered.key
        },
        {
          algorithms: ["RS256"],
          typ: "JWT",
          issuer: "enablebanking.com",
          audience: "api.enablebanking.com",
          requiredClaims: ["iat", "exp"],
          clockTolerance: tolerance,
          currentDate: new Date(now)
        }
      )
      const { exp = 0, iat = 0 } = payload
      if (exp - iat > longest) return undefined
      return this.#registered.get(protectedHeader.kid ?? "")
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined
      throw error
    }
  }
}
