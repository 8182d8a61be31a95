/** A UK bank on a socket with two people in it, and a client that knows FAPI by hand, for the tests of the UK dialects. */
import { createHash, randomBytes, randomUUID } from "node:crypto"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import type { JWTPayload } from "jose"
import { Accesses } from "../../src/bank/Accesses.ts"
import { Bank } from "../../src/bank/Bank.ts"
import { listen } from "../../src/bank/BankServer.ts"
import { Certificates } from "../../src/bank/Certificates.ts"
import { Consents } from "../../src/bank/Consents.ts"
import type { Approval } from "../../src/bank/Consents.ts"
import { revolutGb, revolutManners, thamesGb, thamesManners } from "../../src/bank/obie/UkBank.ts"
import { makeQuirks } from "../../src/bank/Quirks.ts"
import { Clock, Faults, Random, RequestLedger, second } from "@paymirror/connector-testing/simulator"
import { client } from "./client.ts"
import type { Asking, Heard } from "./client.ts"

export const redirectUri = "https://reader.example/back"
export const clientId = "reader-1"
export const permissions = [
  "ReadAccountsDetail",
  "ReadBalances",
  "ReadTransactionsDetail",
  "ReadTransactionsCredits",
  "ReadTransactionsDebits"
]

const keys = generateKeyPair("PS256")
const made = Certificates.make()

export const openBank = async (which: "revolut" | "thames") => {
  const certificates = await made
  const clock = new Clock(Date.parse("2026-11-20T09:00:00Z"))
  const bank = new Bank({ clock, market: "GB", name: which === "revolut" ? "Revolut" : "Thames Bank", bic: "THAMGB2L" })
  bank.addCustomer({ id: "ann", email: "ann@example.com", name: "Ann Example" })
  bank.addCustomer({ id: "bob", email: "bob@example.com", name: "Bob Example" })
  bank.addAccount({
    customer: "ann",
    id: "pounds",
    iban: "GB29NWBK60161331926819",
    sortCode: "601613",
    accountNumber: "31926819",
    currency: "GBP",
    name: "Main",
    opening: 100_000
  })
  bank.addAccount({ customer: "ann", id: "euros", currency: "EUR", opening: 0, kind: "savings" })
  const quirks = makeQuirks(which === "revolut" ? revolutManners : thamesManners)
  const consents = new Consents(clock, new Random("consents"), quirks)
  const accesses = new Accesses(clock, quirks)
  const ledger = new RequestLedger()
  const faults = new Faults()
  const addresses = { baseUrl: "", pagesUrl: "" }
  const make = which === "revolut" ? revolutGb : thamesGb
  const uk = make({ bank, consents, accesses, quirks, addresses: () => addresses })
  const { handlers } = uk
  const server = await listen({ institution: which, clock, certificates, quirks, faults, ledger, handlers })
  Object.assign(addresses, { baseUrl: server.baseUrl, pagesUrl: server.pagesUrl })
  const { privateKey, publicKey } = await keys
  const jwk = { ...(await exportJWK(publicKey)), kid: "reader-key" }
  uk.authorisation.clients.register({
    id: clientId,
    name: "Reader",
    redirectUris: [redirectUri],
    jwks: { keys: [jwk] }
  })
  const identity = await certificates.qwac({ organizationId: "PSDGB-FCA-123456" })
  const ask = client(certificates.ca, identity)
  const now = (): number => Math.floor(clock.now / second)
  const sign = (claims: JWTPayload, alg = "PS256"): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg, kid: "reader-key" }).sign(privateKey)
  const assertion = (claims: JWTPayload = {}): Promise<string> =>
    sign({
      iss: clientId,
      sub: clientId,
      aud: server.baseUrl,
      jti: randomUUID(),
      iat: now(),
      exp: now() + 60,
      ...claims
    })
  const form = async (fields: Readonly<Record<string, string>>, signed?: string): Promise<string> =>
    new URLSearchParams({
      ...fields,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: signed ?? (await assertion())
    }).toString()
  const post = async (path: string, fields: Readonly<Record<string, string>>, over = ask): Promise<Heard> =>
    over(`${server.baseUrl}${path}`, { method: "POST", body: await form(fields) })
  const token = async (fields: Readonly<Record<string, string>>, over = ask): Promise<TokenHeard> => {
    const heard = await post("/token", fields, over)
    return { ...heard, token: heard.json as TokenHeard["token"] }
  }
  const base = server.baseUrl + uk.profile.prefix
  const headers = { "x-fapi-financial-id": "001580000103UAvAAM" }
  const read = (bearer: string | undefined, path: string, asking: Asking = {}, over = ask): Promise<Heard> =>
    over(path.startsWith("https:") ? path : base + path, {
      ...asking,
      headers: {
        ...headers,
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...asking.headers
      }
    })
  const own = async (): Promise<string> =>
    (await token({ grant_type: "client_credentials", scope: "accounts" })).token.access_token
  const consent = async (data: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const body = { Data: { Permissions: permissions, ...data }, Risk: {} }
    const { json } = await read(await own(), "/account-access-consents", { method: "POST", body })
    return (json as { readonly Data: { readonly ConsentId: string } }).Data.ConsentId
  }
  const verifier = randomBytes(32).toString("base64url")
  const parameters = (intent: string, changed: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid accounts",
    state: "state-1",
    nonce: "nonce-1",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    claims: { id_token: { openbanking_intent_id: { value: intent, essential: true } } },
    ...changed
  })
  const address = (query: Readonly<Record<string, string>>): string =>
    `${server.pagesUrl}/authorize?${new URLSearchParams({ client_id: clientId, ...query }).toString()}`
  const signedRequest = (intent: string, changed: Readonly<Record<string, unknown>> = {}): Promise<string> =>
    sign({ iss: clientId, aud: server.baseUrl, nbf: now(), exp: now() + 300, ...parameters(intent, changed) })
  /** Where the person is sent. */
  const start = async (intent: string, changed: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    if (which === "revolut") return address({ request: await signedRequest(intent, changed) })
    const plain = parameters(intent, changed)
    const { claims, ...texts } = plain
    const { json } = await post("/par", { ...(texts as Record<string, string>), claims: JSON.stringify(claims) })
    return address({ request_uri: (json as { readonly request_uri: string }).request_uri })
  }
  const exchange = (code: string, over = ask): Promise<TokenHeard> =>
    token({ grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier }, over)
  /** Consent, approval and tokens, all at once. */
  const link = async (data: Readonly<Record<string, unknown>> = {}, approval: Approval = { customer: "ann" }) => {
    const intent = await consent(data)
    const back = new URL(await uk.authorisation.visit(await start(intent), approval))
    const heard = await exchange(back.searchParams.get("code") ?? "")
    return { intent, ...heard.token }
  }
  return {
    ...server,
    accesses,
    address,
    ask,
    assertion,
    bank,
    base,
    certificates,
    clock,
    consent,
    consents,
    exchange,
    faults,
    form,
    identity,
    ledger,
    link,
    own,
    parameters,
    post,
    privateKey,
    quirks,
    read,
    sign,
    signedRequest,
    start,
    token,
    uk,
    verifier
  }
}

export interface TokenHeard extends Heard {
  readonly token: {
    readonly access_token: string
    readonly refresh_token: string
    readonly id_token: string
    readonly expires_in: number
    readonly error?: string
  }
}
