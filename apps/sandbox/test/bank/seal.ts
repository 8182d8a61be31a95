/** Signs a request as draft-cavage-http-signatures has it, for the bank that demands a seal. */
import { createHash, sign, X509Certificate } from "node:crypto"
import type { Identity } from "../../src/bank/Certificates.ts"

export interface Sealing {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly body?: string
  readonly headers: Readonly<Record<string, string>>
}

export const seal = (
  identity: Identity,
  { body = "", headers, method, target }: Sealing
): Readonly<Record<string, string>> => {
  const certificate = new X509Certificate(identity.cert)
  const digest = `SHA-256=${createHash("sha256").update(body).digest("base64")}`
  const all: Readonly<Record<string, string>> = { ...headers, digest, date: "Mon, 01 Jun 2026 09:00:00 GMT" }
  const names = ["(request-target)", "x-request-id", "date", "digest", "psu-id", "tpp-redirect-uri"].filter(
    (name) => name.startsWith("(") || all[name] !== undefined
  )
  const text = names
    .map((name) =>
      name.startsWith("(") ? `${name}: ${method.toLowerCase()} ${target}` : `${name}: ${all[name] ?? ""}`
    )
    .join("\n")
  const value = sign("sha256", Buffer.from(text), identity.key).toString("base64")
  const issuer = certificate.issuer.replaceAll("\n", ",")
  return {
    ...all,
    "signature": `keyId="SN=${certificate.serialNumber},CA=${issuer}",algorithm="rsa-sha256",headers="${names.join(" ")}",signature="${value}"`,
    "tpp-signature-certificate": certificate.raw.toString("base64")
  }
}
