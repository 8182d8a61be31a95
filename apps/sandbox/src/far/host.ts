/**
 * One town of banks for a whole run of tests, over real HTTPS, and what a licensed host holds: its certificates, its keys,
 * its registrations. They are dear to make and the same for everybody, so they are made once; who lives there is `person.ts`.
 */
import { generateKeyPairSync, randomUUID } from "node:crypto"
import { Agent, request } from "node:https"
import * as Redacted from "effect/Redacted"
import * as BankSandbox from "../bank/Town.ts"

export interface Host {
  readonly town: BankSandbox.BankSandbox
  /** In the shape every PSD2 connector of this project takes them. */
  readonly credentials: Awaited<ReturnType<typeof equipped>>
  /** `fetch` that shows the host's certificate and trusts the town's authority. */
  readonly fetch: typeof globalThis.fetch
  /** The banks' clock is brought to the machine's own, which is the connector's. */
  readonly meanwhile: () => void
}

/** Where a person is sent back to; registered at every bank. */
export const redirectUrl = "https://reader.example/back"

const equipped = async (town: BankSandbox.BankSandbox) => {
  const { certificates, institutions } = town
  const organization = { organizationId: "PSDSE-FINA-123456", roles: ["PSP_AI"] as const }
  const [qwac, qseal] = await Promise.all([certificates.qwac(organization), certificates.qseal(organization)])
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const key = Redacted.make(privateKey.export({ type: "pkcs8", format: "pem" }).toString())
  const id = organization.organizationId
  const applicationId = randomUUID()
  for (const { aggregator, authorisation } of institutions) {
    authorisation?.clients.register({
      id,
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
  return {
    licence: id,
    transport: { certificate: qwac.cert, key: Redacted.make(qwac.key), ca: certificates.ca },
    seal: { certificate: qseal.cert, key: Redacted.make(qseal.key) },
    client: { id, key, keyId: "reader-1", algorithm: "PS256" },
    application: { id: applicationId, key }
  } as const
}

/**
 * Reads are as many as the checks need, and nobody counts them. The clock stands behind the machine's own on purpose: who
 * meets a bank brings it to the connector's time first, however long the run has been going on.
 */
const open = async (): Promise<Host> => {
  const town = await BankSandbox.start({
    startAt: new Date(Date.now() - 3_600_000).toISOString(),
    polls: 0,
    quirks: { pageSize: 4, enforceFrequency: false }
  })
  // Files that run in one process have the town in common.
  process.once("exit", () => void town.close())
  const credentials = await equipped(town)
  const { ca, certificate, key } = credentials.transport
  const agent = new Agent({ ca, cert: certificate, key: Redacted.value(key), keepAlive: true, maxSockets: 12 })
  const meanwhile = (): void => town.clock.moveTo(Math.max(town.clock.now, Date.now()))
  return { town, credentials, fetch: over(agent), meanwhile }
}

let opened: Promise<Host> | undefined

/** The host of this process, opened when it is first asked for. */
export const host = (): Promise<Host> => (opened ??= open())

const bytes = (body: unknown): string | Uint8Array => {
  if (body === undefined || body === null) return ""
  if (typeof body === "string" || body instanceof Uint8Array) return body
  throw new TypeError("a kind of body that is not sent here")
}

/** `fetch` over this agent's connections, which show the host's certificate. */
const over =
  (agent: Agent): typeof globalThis.fetch =>
  (input, init = {}) =>
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
