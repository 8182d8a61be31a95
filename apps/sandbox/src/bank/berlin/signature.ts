/**
 * The seal on a request to a bank that demands one: `Digest` over the body, `Signature` over the headers it names
 * (draft-cavage-http-signatures), and the certificate they are made with. The certificate has to be the run's own and
 * the organisation's that also holds the connection. It says what is missing or wrong, and no more.
 */
import { createHash, verify as verified, X509Certificate } from "node:crypto"
import type { Asked } from "../BankServer.ts"
import type { Certificates } from "../Certificates.ts"
import { Declined } from "../Declined.ts"

/** What has to be signed, where it is there at all. */
const demanded = ["digest", "x-request-id", "date", "psu-id", "psu-corporate-id", "tpp-redirect-uri"]

const parameters = (signature: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...signature.matchAll(/([A-Za-z]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value])
  )

const certificateIn = (header: string): X509Certificate | undefined => {
  const base64 = header.replace(/-----(BEGIN|END) CERTIFICATE-----/g, "").replace(/\s/g, "")
  try {
    return new X509Certificate(Buffer.from(base64, "base64"))
  } catch {
    return undefined
  }
}

const missing = (path: string): Declined => new Declined(401, { code: "SIGNATURE_MISSING", path })
const invalid = (text: string): Declined => new Declined(401, { code: "SIGNATURE_INVALID", text })

export const verify = (asked: Asked, certificates: Certificates): void => {
  const { body, headers, method, target } = asked
  const { digest, signature, "tpp-signature-certificate": shown } = headers
  if (digest === undefined) throw missing("Digest")
  if (signature === undefined) throw missing("Signature")
  if (shown === undefined) throw missing("TPP-Signature-Certificate")
  const [, hash = "", given = ""] = /^SHA-(256|512)=(.+)$/i.exec(digest) ?? []
  if (hash === "" || createHash(`sha${hash}`).update(body).digest("base64") !== given) throw invalid("Digest")
  const certificate = certificateIn(shown)
  if (certificate === undefined || !certificate.verify(new X509Certificate(certificates.ca).publicKey)) {
    throw new Declined(401, { code: "CERTIFICATE_INVALID", path: "TPP-Signature-Certificate" })
  }
  if (certificates.read(certificate.raw).organizationId !== asked.certificate?.organizationId) {
    throw new Declined(401, { code: "CERTIFICATE_INVALID", path: "TPP-Signature-Certificate" })
  }
  const { algorithm = "", headers: names = "", keyId, signature: value = "" } = parameters(signature)
  if (keyId === undefined || !/^SN=[0-9a-f]+,CA=.+/i.test(keyId)) throw invalid("keyId")
  const [, bits] = /^rsa-sha(256|512)$/i.exec(algorithm) ?? []
  if (bits === undefined) throw invalid("algorithm")
  const signed = names.toLowerCase().split(" ")
  const unsigned = demanded.find((name) => headers[name] !== undefined && !signed.includes(name))
  if (unsigned !== undefined || !signed.includes("x-request-id") || !signed.includes("digest")) throw invalid("headers")
  const line = (name: string): string =>
    name === "(request-target)" ? `${name}: ${method.toLowerCase()} ${target}` : `${name}: ${headers[name] ?? ""}`
  const text = Buffer.from(signed.map(line).join("\n"))
  if (!verified(`sha${bits}`, text, certificate.publicKey, Buffer.from(value, "base64"))) throw invalid("signature")
}
