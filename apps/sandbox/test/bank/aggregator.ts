/** The aggregator on a socket before one Finnish bank, and an application that knows its interface by hand. */
import { generateKeyPairSync, randomUUID } from "node:crypto"
import { SignJWT } from "jose"
import type { JWTPayload } from "jose"
import { Accesses } from "../../src/bank/Accesses.ts"
import { Bank } from "../../src/bank/Bank.ts"
import { listen } from "../../src/bank/BankServer.ts"
import { Certificates } from "../../src/bank/Certificates.ts"
import { Consents } from "../../src/bank/Consents.ts"
import type { Approval } from "../../src/bank/Consents.ts"
import { aggregator } from "../../src/bank/enableBanking/Aggregator.ts"
import { makeQuirks } from "../../src/bank/Quirks.ts"
import { Clock, Faults, Random, RequestLedger, day, second } from "@paymirror/connector-testing/simulator"
import { client } from "./client.ts"
import type { Asking, Heard } from "./client.ts"

export const redirectUrl = "https://reader.example/back"
export const there = { "Psu-Ip-Address": "192.0.2.7", "Psu-User-Agent": "Browser/1" }

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
const made = Certificates.make()

export interface Linked {
  readonly session_id: string
  readonly accounts: ReadonlyArray<{
    readonly uid: string
    readonly identification_hash: string
    readonly currency: string
  }>
}

export interface Rows {
  readonly transactions: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly continuation_key?: string | null
}

export const openAggregator = async () => {
  const certificates = await made
  const clock = new Clock(Date.parse("2026-11-20T09:00:00Z"))
  const bank = new Bank({ clock, market: "FI", name: "Suomi Pankki", bic: "SUOMFIHH" })
  bank.addCustomer({ id: "aino", email: "aino@example.com", name: "Aino Example" })
  bank.addCustomer({ id: "eero", email: "eero@example.com", name: "Eero Example" })
  bank.addAccount({ customer: "aino", id: "tili", iban: "FI2112345600000785", currency: "EUR", opening: 100_000 })
  bank.addAccount({ customer: "aino", id: "kortti", maskedPan: "4***1234", currency: "EUR", opening: 0, kind: "card" })
  const quirks = makeQuirks({ pageSize: 5 })
  const consents = new Consents(clock, new Random("consents"), quirks)
  const accesses = new Accesses(clock, quirks)
  const ledger = new RequestLedger()
  const addresses = { baseUrl: "", pagesUrl: "" }
  const requiredPsuHeaders = Object.keys(there)
  const aspsp = { bank, consents, accesses, quirks, requiredPsuHeaders, maximumConsentSeconds: (180 * day) / second }
  const whole = aggregator({ clock, random: new Random("aggregator"), aspsps: [aspsp], addresses: () => addresses })
  const { handlers } = whole
  const scene = { institution: "enable-banking", clock, certificates, quirks, ledger, faults: new Faults() }
  const server = await listen({ ...scene, handlers, mutual: false })
  Object.assign(addresses, { baseUrl: server.baseUrl, pagesUrl: server.pagesUrl })
  const applicationId = randomUUID()
  whole.applications.register({
    id: applicationId,
    name: "Reader",
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    redirectUrls: [redirectUrl]
  })
  const now = (): number => Math.floor(clock.now / second)
  const jwt = (claims: JWTPayload = {}, alg = "RS256"): Promise<string> =>
    new SignJWT({
      iss: "enablebanking.com",
      aud: "api.enablebanking.com",
      iat: now(),
      exp: now() + 3600,
      ...claims
    })
      .setProtectedHeader({ typ: "JWT", alg, kid: applicationId })
      .sign(privateKey)
  const ask = client(certificates.ca)
  const read = async (path: string, asking: Asking = {}): Promise<Heard> =>
    ask(server.baseUrl + path, {
      ...asking,
      headers: { authorization: `Bearer ${await jwt()}`, ...asking.headers }
    })
  const request = (changed: Readonly<Record<string, unknown>> = {}) => ({
    access: { valid_until: new Date(clock.now + 90 * day).toISOString() },
    aspsp: { name: bank.name, country: bank.market },
    state: "state-1",
    redirect_url: redirectUrl,
    ...changed
  })
  const start = async (changed: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const { json } = await read("/auth", { method: "POST", body: request(changed) })
    return (json as { readonly url: string }).url
  }
  const link = async (
    changed: Readonly<Record<string, unknown>> = {},
    approval: Approval = { customer: "aino" }
  ): Promise<Linked> => {
    const back = new URL(whole.visit(await start(changed), approval))
    const { json } = await read("/sessions", { method: "POST", body: { code: back.searchParams.get("code") } })
    return json as Linked
  }
  const rows = async (uid: string, query = "", asking: Asking = {}): Promise<Rows> =>
    (await read(`/accounts/${uid}/transactions${query}`, asking)).json as Rows
  return {
    ...server,
    accesses,
    applicationId,
    ask,
    bank,
    ca: certificates.ca,
    clock,
    consents,
    jwt,
    ledger,
    link,
    quirks,
    read,
    request,
    rows,
    start,
    visit: whole.visit
  }
}
