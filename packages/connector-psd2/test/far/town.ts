/**
 * One town of banks for the whole run, over real HTTPS, with what a licensed host holds: its certificates, its keys, its
 * registrations. They are dear to make and the same for everybody, so they are made once; who lives there is `person.ts`.
 */
import { BankSandbox } from "@paymirror/sandbox"
import { generateKeyPairSync, randomUUID } from "node:crypto"
import { Agent, request } from "node:https"
import * as Redacted from "effect/Redacted"
import type { Credentials } from "../../src/Credentials.ts"

export const redirectUrl = "https://reader.example/back"

/**
 * Reads are as many as the checks need, and nobody counts them. The clock stands behind the machine's own on purpose: who
 * meets a bank brings it to the connector's time first, however long the run has been going on.
 */
export const town = await BankSandbox.start({
  startAt: new Date(Date.now() - 3_600_000).toISOString(),
  polls: 0,
  quirks: { pageSize: 4, enforceFrequency: false }
})
/** The bank's clock is brought to the connector's. */
export const meanwhile = (): void => town.clock.moveTo(Math.max(town.clock.now, Date.now()))

// Files that run in one process have the town in common.
process.once("exit", () => void town.close())

const { ca } = town.certificates
const organization = { organizationId: "PSDSE-FINA-123456", roles: ["PSP_AI"] as const }
const [qwac, qseal] = await Promise.all([town.certificates.qwac(organization), town.certificates.qseal(organization)])
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
const key = Redacted.make(privateKey.export({ type: "pkcs8", format: "pem" }).toString())
const applicationId = randomUUID()

export const credentials: Credentials = {
  licence: organization.organizationId,
  transport: { certificate: qwac.cert, key: Redacted.make(qwac.key), ca },
  seal: { certificate: qseal.cert, key: Redacted.make(qseal.key) },
  client: { id: organization.organizationId, key, keyId: "reader-1", algorithm: "PS256" },
  application: { id: applicationId, key }
}

for (const { aggregator, authorisation } of town.institutions) {
  authorisation?.clients.register({
    id: organization.organizationId,
    name: "Reader",
    redirectUris: [redirectUrl],
    jwks: { keys: [{ ...publicKey.export({ format: "jwk" }), kty: "RSA", kid: "reader-1", alg: "PS256" }] }
  })
  aggregator?.applications.register({
    id: applicationId,
    name: "Reader",
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    redirectUrls: [redirectUrl]
  })
}

const agent = new Agent({ ca, cert: qwac.cert, key: qwac.key, keepAlive: true, maxSockets: 12 })

const bytes = (body: unknown): string | Uint8Array => {
  if (body === undefined || body === null) return ""
  if (typeof body === "string" || body instanceof Uint8Array) return body
  throw new TypeError("a kind of body that is not sent here")
}

/** `fetch` that shows the host's certificate and trusts the town's authority. */
export const certified: typeof globalThis.fetch = (input, init = {}) =>
  new Promise((resolve, reject) => {
    const url = input instanceof Request ? input.url : input
    const { method = "GET", signal } = init
    const headers = Object.fromEntries(new Headers(init.headers))
    const body = bytes(init.body)
    const length = body.length === 0 ? {} : { "content-length": Buffer.byteLength(body) }
    const sent = request(
      url,
      { agent, method, headers: { ...headers, ...length }, ...(signal && { signal }) },
      (answer) => {
        const chunks: Array<Buffer> = []
        answer.on("data", (chunk: Buffer) => chunks.push(chunk))
        answer.on("error", reject)
        answer.on("end", () => {
          const { rawHeaders, statusCode = 500 } = answer
          const pairs = rawHeaders.flatMap((name, index): Array<[string, string]> =>
            index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""]] : []
          )
          const text = statusCode === 204 ? null : Buffer.concat(chunks)
          resolve(new Response(text, { status: statusCode, headers: pairs }))
        })
      }
    )
    sent.on("error", reject)
    sent.end(body)
  })
