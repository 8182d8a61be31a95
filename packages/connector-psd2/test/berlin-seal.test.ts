/** The seal against an independent reading of it: the string is put together again here and verified with the certificate. */
import { createHash, createVerify, X509Certificate } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { BankSandbox } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Seal from "../src/Seal.ts"

const organization = { organizationId: "PSDSE-FINA-123456", roles: ["PSP_AI"] as const }

const made = Effect.gen(function* () {
  const { certificates } = yield* BankSandbox.make({ institutions: ["nordbank-de"] })
  const { cert, key } = yield* Effect.promise(() => certificates.qseal(organization))
  const other = yield* Effect.promise(() => certificates.qseal(organization))
  const seal = yield* Seal.make({ certificate: cert, key: Redacted.make(key) })
  return { cert, key, other, seal, x509: new X509Certificate(cert) }
})

const fieldsOf = (signature: string): ReadonlyMap<string, string> =>
  new Map([...signature.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]))

const now = Date.parse("2026-06-01T09:00:00Z")
const plain = { "X-Request-ID": "99391c7e-ad88-49ec-a2ad-99ddcb1f7721", "PSU-ID": "anna", "Accept": "application/json" }
const body = `{"recurringIndicator":true}`

describe("the seal", () => {
  it.live("signs what the standard names, in a way that anybody with the certificate can verify", () =>
    Effect.gen(function* () {
      const { seal, x509 } = yield* made
      const added = seal.headers(plain, body, now)
      const fields = fieldsOf(added["signature"] ?? "")
      assert.strictEqual(fields.get("algorithm"), "rsa-sha256")
      assert.strictEqual(fields.get("headers"), "digest x-request-id psu-id date")
      const all: Record<string, string> = { ...added }
      for (const [name, value] of Object.entries(plain)) all[name.toLowerCase()] = value
      const text = (fields.get("headers") ?? "").split(" ").map((name) => `${name}: ${all[name]}`)
      const verified = createVerify("sha256").update(text.join("\n"))
      assert.isTrue(verified.verify(x509.publicKey, fields.get("signature") ?? "", "base64"))
      assert.strictEqual(added["digest"], `SHA-256=${createHash("sha256").update(body).digest("base64")}`)
      assert.strictEqual(added["date"], "Mon, 01 Jun 2026 09:00:00 GMT")
      const carried = new X509Certificate(Buffer.from(added["tpp-signature-certificate"] ?? "", "base64"))
      assert.strictEqual(carried.fingerprint256, x509.fingerprint256)
    }).pipe(Effect.scoped)
  )

  it.live("is of this body and these headers, and of no others", () =>
    Effect.gen(function* () {
      const { seal } = yield* made
      const signatureOf = (headers: Record<string, string>, of: string) =>
        fieldsOf(seal.headers(headers, of, now)["signature"] ?? "").get("signature")
      const signature = signatureOf(plain, body)
      assert.strictEqual(signatureOf(plain, body), signature)
      assert.notStrictEqual(signatureOf(plain, `${body} `), signature)
      assert.notStrictEqual(signatureOf({ ...plain, "PSU-ID": "berta" }, body), signature)
    }).pipe(Effect.scoped)
  )

  it.live("names its certificate by serial number and issuer, leaf first, with nothing that ends a quotation", () =>
    Effect.gen(function* () {
      const { seal, x509 } = yield* made
      const keyId = fieldsOf(seal.headers(plain, body, now)["signature"] ?? "").get("keyId") ?? ""
      assert.match(keyId, new RegExp(`^SN=${x509.serialNumber},CA=[A-Za-z0-9.]+=`))
      const parts = x509.issuer.split("\n").toReversed()
      const named = keyId.slice(keyId.indexOf("CA=") + 3).split(",")
      assert.deepStrictEqual(named.map(decodeURIComponent), parts)
    }).pipe(Effect.scoped)
  )

  it.live("is refused as the host's to put right where key and certificate are not a pair", () =>
    Effect.gen(function* () {
      const { cert, other } = yield* made
      for (const key of [other.key, "no key"]) {
        const error = yield* Effect.flip(Seal.make({ certificate: cert, key: Redacted.make(key) }))
        assert.strictEqual(error.reason._tag, "ConfigurationRequired")
        assert.notInclude(error.message, "PRIVATE")
      }
    }).pipe(Effect.scoped)
  )
})
