/**
 * Signs requests with the host's qualified seal, as NextGenPSD2 1.3 asks for it: `Digest` over the body, `Signature` over
 * the named headers (draft-cavage HTTP signatures, RSA with SHA-256), the certificate beside them. All three or none. It
 * signs what it is given and checks no certificate: whether the seal is good is the bank's to say.
 */
import { createHash, createPrivateKey, createSign, type KeyObject, X509Certificate } from "node:crypto"
import type { ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { KeyPair } from "./Credentials.ts"
import { configuration } from "./Failure.ts"

export interface Seal {
  /** The headers to add to a request that goes out with these headers and this body. */
  readonly headers: (
    headers: Readonly<Record<string, string>>,
    body: string,
    now: number
  ) => Readonly<Record<string, string>>
}

/** What the standard wants signed where it is sent, in its order. */
const signedHeaders = ["digest", "x-request-id", "psu-id", "psu-corporate-id", "date", "tpp-redirect-uri"]

const encode = (text: string): string => encodeURIComponent(text).replaceAll("%2B", "+")

/** Node writes a name from its root, a line for each part; a key id has it from its leaf, with commas. */
const distinguished = (issuer: string): string =>
  issuer
    .split("\n")
    .filter((part) => part !== "")
    .toReversed()
    .map((part) => {
      const at = part.indexOf("=")
      return `${part.slice(0, at)}=${encode(part.slice(at + 1))}`
    })
    .join(",")

const open = ({ certificate, key }: KeyPair): { readonly x509: X509Certificate; readonly key: KeyObject } => ({
  x509: new X509Certificate(certificate),
  key: createPrivateKey(Redacted.value(key))
})

export const make = (pair: KeyPair): Effect.Effect<Seal, ConnectorError.ConnectorError> =>
  Effect.gen(function* () {
    const { key, x509 } = yield* Effect.try({
      try: () => open(pair),
      catch: () => configuration("the seal's certificate or key cannot be read")
    })
    if (key.asymmetricKeyType !== "rsa" || !x509.checkPrivateKey(key)) {
      return yield* configuration("the seal's key is not RSA, or not the one of its certificate")
    }
    const keyId = `SN=${x509.serialNumber},CA=${distinguished(x509.issuer)}`
    const certificate = x509.raw.toString("base64")
    return {
      headers: (headers, body, now) => {
        const added: Record<string, string> = {
          digest: `SHA-256=${createHash("sha256").update(body).digest("base64")}`,
          date: new Date(now).toUTCString()
        }
        const all: Record<string, string> = { ...added }
        for (const [name, value] of Object.entries(headers)) all[name.toLowerCase()] = value
        const names = signedHeaders.filter((name) => all[name] !== undefined)
        const text = names.map((name) => `${name}: ${all[name]}`).join("\n")
        const signature = createSign("RSA-SHA256").update(text).sign(key, "base64")
        return {
          ...added,
          "signature": `keyId="${keyId}",algorithm="rsa-sha256",headers="${names.join(" ")}",signature="${signature}"`,
          "tpp-signature-certificate": certificate
        }
      }
    }
  })
