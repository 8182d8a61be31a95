/** The bank with signed requests and OAuth2: what a seal has to cover, and who may redeem and use a token. */
import { createHash, randomUUID } from "node:crypto"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Identity } from "../../src/bank/Certificates.ts"
import { client } from "./client.ts"
import type { Asking, Heard } from "./client.ts"
import { at, back, everything, open, organization, person } from "./reading.ts"
import { seal } from "./seal.ts"

describe("a bank with signed requests and OAuth2", () => {
  let opened: Awaited<ReturnType<typeof open>>
  let sealing: Identity
  const call = (path: string, asking?: Asking): Promise<Heard> => opened.askOf("alpenbank-at")(path, asking)
  const signed = (path: string, asking: Asking = {}, identity = sealing) => {
    const body = asking.body === undefined ? "" : JSON.stringify(asking.body)
    const headers = { "x-request-id": randomUUID(), ...asking.headers }
    return seal(identity, { method: asking.method ?? "GET", target: path, body, headers })
  }
  const asking = { method: "POST", body: everything, headers: { ...person, "tpp-redirect-uri": back } }
  const code = (heard: Heard) => at(heard.json, "tppMessages", 0, "code") ?? heard.status
  const create = async () => {
    const heard = await call("/v1/consents", { ...asking, headers: signed("/v1/consents", asking) })
    return String(at(heard.json, "consentId"))
  }

  beforeAll(async () => {
    opened = await open({ institutions: ["alpenbank-at"] })
    sealing = await opened.town.certificates.qseal(organization)
  })
  afterAll(() => opened.town.close())

  it("takes a request that is sealed whole, and no other", async () => {
    const headers = signed("/v1/consents", asking)
    const send = (changed: Readonly<Record<string, string>>, body: unknown = everything) =>
      call("/v1/consents", { method: "POST", body, headers: { ...headers, ...changed } }).then(code)
    assert.strictEqual(await send({}), 201)
    assert.strictEqual(await send({}, { ...everything, frequencyPerDay: 3 }), "SIGNATURE_INVALID")
    assert.strictEqual(await send({ "x-request-id": randomUUID() }), "SIGNATURE_INVALID")
    assert.strictEqual(await send({ "tpp-redirect-uri": "https://elsewhere.example/back" }), "SIGNATURE_INVALID")
    assert.strictEqual(
      await send({ signature: String(headers["signature"]).replace(" tpp-redirect-uri", "") }),
      "SIGNATURE_INVALID"
    )
    assert.strictEqual(
      await send({ signature: String(headers["signature"]).replace(/keyId="[^"]*"/, 'keyId="1"') }),
      "SIGNATURE_INVALID"
    )
    assert.strictEqual(await send({ "psu-id": "jonas.beispiel@example.com" }), "SIGNATURE_INVALID")
  })

  it("takes the seal of the organisation that holds the connection only", async () => {
    const other = await opened.town.certificates.qseal({ organizationId: "PSDDE-BAFIN-999999" })
    const headers = signed("/v1/consents", asking, other)
    assert.strictEqual(code(await call("/v1/consents", { ...asking, headers })), "CERTIFICATE_INVALID")
  })

  it("gives tokens for the right code, verifier, address and certificate, once", async () => {
    const { town } = opened
    const metadata = (await call("/.well-known/oauth-authorization-server")).json
    const consent = await create()
    const verifier = "v".repeat(43)
    const authorize = (change: Readonly<Record<string, string>> = {}) =>
      `${String(at(metadata, "authorization_endpoint"))}?${new URLSearchParams({
        response_type: "code",
        client_id: organization.organizationId,
        redirect_uri: back,
        scope: `AIS:${consent}`,
        state: "s",
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
        code_challenge_method: "S256",
        ...change
      }).toString()}`
    const refused = (change: Readonly<Record<string, string>>) =>
      town.visit(authorize(change)).then(
        () => "asked",
        () => "refused"
      )
    assert.strictEqual(await refused({ redirect_uri: "https://elsewhere.example/" }), "refused")
    assert.strictEqual(await refused({ client_id: "PSDDE-BAFIN-999999" }), "refused")
    assert.strictEqual(await refused({ code_challenge_method: "plain" }), "refused")
    assert.strictEqual(await refused({ scope: "AIS:unknown" }), "refused")
    const returned = new URL(await town.visit(authorize()))
    const given = returned.searchParams.get("code") ?? ""
    const fields = {
      grant_type: "authorization_code",
      client_id: organization.organizationId,
      code: given,
      code_verifier: verifier,
      redirect_uri: back
    }
    const token = (change: Readonly<Record<string, string>>, ask = call) =>
      ask("/oauth/token", { method: "POST", body: new URLSearchParams({ ...fields, ...change }).toString() })
    assert.strictEqual(at((await token({ client_id: "PSDDE-BAFIN-999999" })).json, "error"), "invalid_client")
    const issued = await token({})
    const access = String(at(issued.json, "access_token"))
    assert.strictEqual((await token({})).status, 400)
    const read = (ask: typeof call) =>
      ask("/v1/accounts", {
        headers: signed("/v1/accounts", {
          headers: { "consent-id": consent, "authorization": `Bearer ${access}`, ...person }
        })
      })
    assert.strictEqual((await read(call)).status, 200)
    const another = client(town.certificates.ca, await town.certificates.qwac(organization))
    const base = town.baseUrl("alpenbank-at")
    assert.strictEqual(code(await read((path, more) => another(`${base}${path}`, more))), "TOKEN_INVALID")
  })

  it("gives none for a verifier that is not the challenge's, and sends a refusal back", async () => {
    const { town } = opened
    const consent = await create()
    const metadata = (await call("/.well-known/oauth-authorization-server")).json
    const address = new URL(String(at(metadata, "authorization_endpoint")))
    address.search = new URLSearchParams({
      response_type: "code",
      client_id: organization.organizationId,
      redirect_uri: back,
      scope: `AIS:${consent}`,
      code_challenge: createHash("sha256").update("right").digest("base64url"),
      code_challenge_method: "S256"
    }).toString()
    const returned = new URL(await town.visit(address.href))
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      client_id: organization.organizationId,
      code: returned.searchParams.get("code") ?? "",
      code_verifier: "wrong",
      redirect_uri: back
    }).toString()
    assert.strictEqual(at((await call("/oauth/token", { method: "POST", body })).json, "error"), "invalid_grant")
    const second = await create()
    address.searchParams.set("scope", `AIS:${second}`)
    const denied = new URL(await town.visit(address.href, { decision: "deny" }))
    assert.strictEqual(denied.searchParams.get("error"), "access_denied")
  })
})
