/**
 * The key a bank signs its id tokens with (PS256), made when it is first asked for, and its public half as a JWKS.
 */
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import type { CryptoKey, JSONWebKeySet, JWTPayload } from "jose"

interface Pair {
  readonly privateKey: CryptoKey
  readonly jwks: JSONWebKeySet
}

export const signedWith = "PS256"

export class SigningKey {
  readonly #kid: string
  #pair: Promise<Pair> | undefined

  constructor(kid: string) {
    this.#kid = kid
  }

  async jwks(): Promise<JSONWebKeySet> {
    const { jwks } = await this.#made()
    return jwks
  }

  async sign(claims: JWTPayload): Promise<string> {
    const { privateKey } = await this.#made()
    return new SignJWT(claims).setProtectedHeader({ alg: signedWith, kid: this.#kid, typ: "JWT" }).sign(privateKey)
  }

  #made(): Promise<Pair> {
    this.#pair ??= this.#make()
    return this.#pair
  }

  async #make(): Promise<Pair> {
    const { privateKey, publicKey } = await generateKeyPair(signedWith)
    const key = { ...(await exportJWK(publicKey)), kid: this.#kid, alg: signedWith, use: "sig" }
    return { privateKey, jwks: { keys: [key] } }
  }
}
