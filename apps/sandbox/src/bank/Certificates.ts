/**
 * The certificates of one run: an authority of its own, what the banks show, and what those who read on a person's
 * behalf show to them, QWAC and QSEAL with the organisation's identifier (ETSI TS 119 495) and its roles. The only part
 * of the sandbox that looks at the machine's clock, because TLS does. Nothing here is trusted anywhere else.
 */
import { createHash, X509Certificate } from "node:crypto"
import { day } from "@paymirror/connector-testing/simulator"

export interface Identity {
  /** PEM. */
  readonly cert: string
  /** PEM, PKCS #8. */
  readonly key: string
}

export const roles = { PSP_AS: 1, PSP_PI: 2, PSP_AI: 3, PSP_IC: 4 } as const
export type Role = keyof typeof roles

export interface Organisation {
  /** `PSDSE-FINA-123456` */
  readonly organizationId: string
  readonly roles?: ReadonlyArray<Role> | undefined
  readonly name?: string | undefined
}

/** What a certificate says about who shows it. */
export interface Shown {
  readonly organizationId: string | undefined
  readonly name: string | undefined
  readonly roles: ReadonlyArray<Role>
  /** SHA-256 of the DER, in base64url: what a token is bound to. */
  readonly thumbprint: string
}

const organizationIdentifier = "2.5.4.97"
const qcStatements = "1.3.6.1.5.5.7.1.3"
const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }
const rsa = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: "SHA-256"
}

const der = (tag: number, ...parts: ReadonlyArray<Buffer>): Buffer => {
  const content = Buffer.concat(parts)
  if (content.length < 128) return Buffer.concat([Buffer.from([tag, content.length]), content])
  return Buffer.concat([Buffer.from([tag, 0x82, content.length >> 8, content.length & 0xff]), content])
}
const sequence = (...parts: ReadonlyArray<Buffer>): Buffer => der(0x30, ...parts)
const text = (value: string): Buffer => der(0x0c, Buffer.from(value, "utf8"))
const oid = (value: string): Buffer => {
  const [first = 0, second = 0, ...rest] = value.split(".").map(Number)
  const base128 = (number: number): ReadonlyArray<number> =>
    number < 128 ? [number] : [...base128(number >> 7).map((byte) => byte | 0x80), number & 0x7f]
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}
const roleOid = (role: Role): Buffer => oid(`0.4.0.19495.1.${roles[role]}`)

/** QcCompliance, the type (web or seal), and the PSD2 statement with roles and authority. */
const statements = (held: ReadonlyArray<Role>, type: "web" | "seal", organizationId: string): Buffer => {
  const authority = organizationId.slice(3).split("-").slice(0, 2).join("-")
  return sequence(
    sequence(oid("0.4.0.1862.1.1")),
    sequence(oid("0.4.0.1862.1.6"), sequence(oid(type === "web" ? "0.4.0.1862.1.6.3" : "0.4.0.1862.1.6.2"))),
    sequence(
      oid("0.4.0.19495.2"),
      sequence(
        sequence(...held.map((role) => sequence(roleOid(role), text(role)))),
        text("Sandbox Authority"),
        text(authority)
      )
    )
  )
}

/** The library asks for a polyfill to be loaded before it. */
const library = async () => {
  await import("reflect-metadata")
  return import("@peculiar/x509")
}
type Library = Awaited<ReturnType<typeof library>>

interface Authority {
  readonly name: string
  readonly cert: string
  readonly keys: CryptoKeyPair
}

interface Wanted {
  readonly organization?: Organisation | undefined
  readonly use: "server" | "web" | "seal"
  readonly from: number
  readonly until: number
}

const generate = (algorithm: typeof ecdsa | typeof rsa): Promise<CryptoKeyPair> =>
  algorithm === rsa
    ? crypto.subtle.generateKey(rsa, true, ["sign", "verify"])
    : crypto.subtle.generateKey(ecdsa, true, ["sign", "verify"])

const exportKey = async ({ privateKey }: CryptoKeyPair): Promise<string> => {
  const bytes = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey)).toString("base64")
  return `-----BEGIN PRIVATE KEY-----\n${bytes.match(/.{1,64}/g)?.join("\n") ?? ""}\n-----END PRIVATE KEY-----\n`
}

const found = async (x509: Library, name: string): Promise<Authority> => {
  const keys = await generate(ecdsa)
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 800 * day),
    signingAlgorithm: ecdsa,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey)
    ]
  })
  return { name, cert: `${certificate.toString("pem")}\n`, keys }
}

const issue = async (x509: Library, authority: Authority, wanted: Wanted): Promise<Identity> => {
  const { from, organization, until, use } = wanted
  const keys = await generate(use === "seal" ? rsa : ecdsa)
  const purpose = use === "server" ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2"
  const { name = "Sandbox Reader", organizationId = "", roles: held = ["PSP_AI"] } = organization ?? {}
  const certificate = await x509.X509CertificateGenerator.create({
    subject:
      use === "server"
        ? "CN=127.0.0.1, O=Sandbox Banks"
        : [
            { C: [organizationId.slice(3, 5) || "SE"] },
            { O: [name] },
            { [organizationIdentifier]: [organizationId] },
            { CN: [name] }
          ],
    issuer: authority.name,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: ecdsa,
    notBefore: new Date(from),
    notAfter: new Date(until),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
      ...(use === "seal" ? [] : [new x509.ExtendedKeyUsageExtension([purpose])]),
      ...(use === "server"
        ? [
            new x509.SubjectAlternativeNameExtension([
              { type: "ip", value: "127.0.0.1" },
              { type: "dns", value: "localhost" }
            ])
          ]
        : [new x509.Extension(qcStatements, false, new Uint8Array(statements(held, use, organizationId)))])
    ]
  })
  return { cert: `${certificate.toString("pem")}\n`, key: await exportKey(keys) }
}

export class Certificates {
  /** The authority, PEM: what a reader has to trust, and what the banks trust. */
  readonly ca: string
  /** What the banks show; for 127.0.0.1 and localhost. */
  readonly server: Identity
  readonly #x509: Library
  readonly #authority: Authority
  readonly #shown = new Map<string, Shown>()

  private constructor(x509: Library, authority: Authority, server: Identity) {
    this.#x509 = x509
    this.#authority = authority
    this.ca = authority.cert
    this.server = server
  }

  static async make(): Promise<Certificates> {
    const x509 = await library()
    const authority = await found(x509, "CN=Sandbox Authority, O=Sandbox")
    const span = { from: Date.now() - day, until: Date.now() + 700 * day }
    return new Certificates(x509, authority, await issue(x509, authority, { use: "server", ...span }))
  }

  /** A website certificate: what a reader shows in TLS. */
  qwac(organization: Organisation): Promise<Identity> {
    return this.#issue(organization, "web")
  }

  /** A seal: what a reader signs with, where a bank asks for signatures. */
  qseal(organization: Organisation): Promise<Identity> {
    return this.#issue(organization, "seal")
  }

  expired(organization: Organisation): Promise<Identity> {
    const span = { from: Date.now() - 400 * day, until: Date.now() - 35 * day }
    return issue(this.#x509, this.#authority, { organization, use: "web", ...span })
  }

  /** From an authority no bank here knows. */
  async foreign(organization: Organisation): Promise<Identity> {
    const authority = await found(this.#x509, "CN=Foreign Authority, O=Elsewhere")
    const span = { from: Date.now() - day, until: Date.now() + 365 * day }
    return issue(this.#x509, authority, { organization, use: "web", ...span })
  }

  /** What a certificate, DER or PEM, says about its holder. */
  read(raw: Buffer | string): Shown {
    const bytes = typeof raw === "string" ? new X509Certificate(raw).raw : raw
    const thumbprint = createHash("sha256").update(bytes).digest("base64url")
    const known = this.#shown.get(thumbprint)
    if (known !== undefined) return known
    const certificate = new this.#x509.X509Certificate(new Uint8Array(bytes))
    const statement = certificate.getExtension(qcStatements)
    const value = Buffer.from(statement?.value ?? new ArrayBuffer(0))
    const held = (["PSP_AS", "PSP_PI", "PSP_AI", "PSP_IC"] as const).filter((role) => value.includes(roleOid(role)))
    const { subjectName } = certificate
    const shown: Shown = {
      organizationId: subjectName.getField(organizationIdentifier)[0],
      name: subjectName.getField("O")[0],
      roles: held,
      thumbprint
    }
    this.#shown.set(thumbprint, shown)
    return shown
  }

  #issue(organization: Organisation, use: "web" | "seal"): Promise<Identity> {
    const span = { from: Date.now() - day, until: Date.now() + 365 * day }
    return issue(this.#x509, this.#authority, { organization, use, ...span })
  }
}
