/**
 * The authorisation server of a UK bank: a certified client (`openid-client`) gets through it, in every way it accepts,
 * and what is forged, late, repeated or shown over another certificate does not.
 */
import { randomUUID } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { generateKeyPair, SignJWT } from "jose"
import type { JWTPayload } from "jose"
import * as oidc from "openid-client"
import { hour, minute, second } from "@paymirror/connector-testing/simulator"
import { fetchOver } from "./certified.ts"
import { client } from "./client.ts"
import { clientId, openBank, redirectUri } from "./uk.ts"

type OpenBank = Awaited<ReturnType<typeof openBank>>

const certified = async (bank: OpenBank, skew = 0): Promise<oidc.Configuration> => {
  const key = { key: bank.privateKey, kid: "reader-key" }
  const auth = oidc.PrivateKeyJwt(key)
  const found = await oidc.discovery(new URL(bank.baseUrl), clientId, { [oidc.clockSkew]: skew }, auth, {
    [oidc.customFetch]: fetchOver(bank.ask)
  })
  oidc.enableNonRepudiationChecks(found)
  return found
}

const requested = async (intent: string) => {
  const verifier = oidc.randomPKCECodeVerifier()
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()]
  const parameters = {
    redirect_uri: redirectUri,
    scope: "openid accounts",
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    claims: JSON.stringify({ id_token: { openbanking_intent_id: { value: intent, essential: true } } })
  }
  return { parameters, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce } }
}

describe("a certified client", () => {
  it("gets through with a pushed request, and a refresh token that rotates", async () => {
    const bank = await openBank("thames")
    const config = await certified(bank)
    const own = await oidc.clientCredentialsGrant(config, { scope: "accounts" })
    assert.strictEqual(own.expires_in, 2399)
    const intent = await bank.consent()
    const { checks, parameters } = await requested(intent)
    const address = await oidc.buildAuthorizationUrlWithPAR(config, parameters)
    const back = await bank.uk.authorisation.visit(address.href, { customer: "ann" })
    const tokens = await oidc.authorizationCodeGrant(config, new URL(back), checks)
    assert.strictEqual(tokens.claims()?.["openbanking_intent_id"], intent)
    assert.strictEqual((await bank.read(tokens.access_token, "/accounts")).status, 200)
    const again = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? "")
    assert.notStrictEqual(again.refresh_token, tokens.refresh_token)
    assert.strictEqual((await bank.read(again.access_token, "/accounts")).status, 200)
    await bank.close()
  })

  it("gets through with a signed request object, and a refresh token that stays", async () => {
    const bank = await openBank("revolut")
    const config = await certified(bank)
    const { checks, parameters } = await requested(await bank.consent())
    const key = { key: bank.privateKey, kid: "reader-key" }
    const address = await oidc.buildAuthorizationUrlWithJAR(config, parameters, key)
    const back = await bank.uk.authorisation.visit(address.href, { customer: "ann" })
    const tokens = await oidc.authorizationCodeGrant(config, new URL(back), checks)
    const again = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? "")
    assert.strictEqual(again.refresh_token, tokens.refresh_token)
    assert.strictEqual((await bank.read(tokens.access_token, "/accounts")).status, 200)
    await bank.close()
  })

  it("gets through the hybrid flow of FAPI 1, whose id token vouches for code and state", async () => {
    const bank = await openBank("revolut")
    const config = await certified(bank)
    oidc.useCodeIdTokenResponseType(config)
    oidc.enableDetachedSignatureResponseChecks(config)
    const { checks, parameters } = await requested(await bank.consent())
    const key = { key: bank.privateKey, kid: "reader-key" }
    const address = await oidc.buildAuthorizationUrlWithJAR(config, parameters, key)
    const back = await bank.uk.authorisation.visit(address.href, { customer: "ann" })
    assert.match(back, /#code=/)
    const tokens = await oidc.authorizationCodeGrant(config, new URL(back), checks)
    assert.strictEqual((await bank.read(tokens.access_token, "/accounts")).status, 200)
    await bank.close()
  })

  it("can live by the bank's own clock", async () => {
    const bank = await openBank("thames")
    const config = await certified(bank, Math.round((bank.clock.now - Date.now()) / second))
    const { checks, parameters } = await requested(await bank.consent())
    const address = await oidc.buildAuthorizationUrlWithPAR(config, parameters)
    const back = await bank.uk.authorisation.visit(address.href, { customer: "ann" })
    const tokens = await oidc.authorizationCodeGrant(config, new URL(back), checks)
    const issued = tokens.claims()?.iat ?? 0
    assert.strictEqual(issued, bank.clock.now / second)
    await bank.close()
  })

  it("is told that the person declined, with the issuer's name", async () => {
    const bank = await openBank("thames")
    const intent = await bank.consent()
    const back = new URL(await bank.uk.authorisation.visit(await bank.start(intent), undefined))
    assert.strictEqual(back.searchParams.get("error"), "access_denied")
    assert.strictEqual(back.searchParams.get("state"), "state-1")
    assert.strictEqual(back.searchParams.get("iss"), bank.baseUrl)
    assert.strictEqual(bank.consents.find(intent)?.status, "rejected")
    await bank.close()
  })
})

describe("a client's assertion", () => {
  it("is refused where anything about it is not right", async () => {
    const bank = await openBank("thames")
    const now = Math.floor(Date.now() / second)
    const good = { iss: clientId, sub: clientId, aud: bank.baseUrl, jti: randomUUID(), iat: now, exp: now + 60 }
    const other = await generateKeyPair("PS256")
    const signedBy = (key: CryptoKey, claims: JWTPayload, alg = "PS256"): Promise<string> =>
      new SignJWT(claims).setProtectedHeader({ alg, kid: "reader-key" }).sign(key)
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify(good)).toString("base64url")}.`
    const rsa = await crypto.subtle.generateKey(
      { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
      true,
      ["sign", "verify"]
    )
    const { jti: _jti, ...nameless } = good
    const { exp: _exp, ...endless } = good
    const mutated: Readonly<Record<string, string>> = {
      "another audience": await bank.assertion({ aud: "https://elsewhere.example" }),
      "another subject": await bank.assertion({ sub: "somebody" }),
      "another issuer": await bank.assertion({ iss: "somebody" }),
      "expired by both clocks": await bank.assertion({ exp: 1_000_000 }),
      "not yet valid": await bank.sign({ ...good, nbf: 99_999_999_999 }),
      "no jti": await bank.sign(nameless),
      "no end": await bank.sign(endless),
      "another key": await signedBy(other.privateKey, good),
      "RS256": await signedBy(rsa.privateKey, good, "RS256"),
      "none": unsigned,
      "no JWT": "nonsense"
    }
    for (const [what, assertion] of Object.entries(mutated)) {
      const body = await bank.form({ grant_type: "client_credentials", scope: "accounts" }, assertion)
      const { json, status } = await bank.ask(`${bank.baseUrl}/token`, { method: "POST", body })
      assert.strictEqual(status, 401, what)
      assert.strictEqual((json as { readonly error: string }).error, "invalid_client", what)
    }
    const body = await bank.form({ grant_type: "client_credentials", scope: "accounts" })
    assert.strictEqual((await bank.ask(`${bank.baseUrl}/token`, { method: "POST", body })).status, 200)
    assert.strictEqual((await bank.ask(`${bank.baseUrl}/token`, { method: "POST", body })).status, 401)
    await bank.close()
  })
})

describe("a request for approval", () => {
  const shown = async (bank: OpenBank, address: string) => client(bank.certificates.ca)(address)

  it("is refused where the signed object is not right, and the person is sent back where they can be", async () => {
    const bank = await openBank("revolut")
    const intent = await bank.consent()
    const now = bank.clock.now / second
    const refusals: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
      "no nbf": { nbf: undefined },
      "more than an hour": { exp: now + 3700 },
      "expired": { nbf: now - 3000, exp: now - 2000 },
      "another audience": { aud: "https://elsewhere.example" },
      "another response": { response_type: "token" },
      "no PKCE": { code_challenge: undefined },
      "plain PKCE": { code_challenge_method: "plain" },
      "no openid": { scope: "accounts" },
      "no intent": { claims: {} },
      "an unknown intent": { claims: { id_token: { openbanking_intent_id: { value: "no" } } } }
    }
    for (const [what, changed] of Object.entries(refusals)) {
      const { headers, status } = await shown(bank, await bank.start(intent, changed))
      assert.strictEqual(status, 303, what)
      const back = new URL(headers["location"] ?? "")
      assert.strictEqual(back.origin + back.pathname, redirectUri, what)
      assert.isNotNull(back.searchParams.get("error"), what)
      assert.strictEqual(back.searchParams.get("iss"), bank.baseUrl, what)
    }
    const elsewhere = await bank.start(intent, { redirect_uri: "https://elsewhere.example/back" })
    for (const address of [elsewhere, bank.address({ ...(bank.parameters(intent) as object) }), bank.address({})]) {
      const { headers, status, text } = await shown(bank, address)
      assert.strictEqual(status, 400)
      assert.isUndefined(headers["location"])
      assert.match(text, /role="alert"/)
    }
    await bank.close()
  })

  it("has to be pushed where the bank says so, and is good for ninety seconds", async () => {
    const bank = await openBank("thames")
    const intent = await bank.consent()
    assert.strictEqual((await shown(bank, bank.address({ request: await bank.signedRequest(intent) }))).status, 400)
    const address = await bank.start(intent)
    bank.clock.moveTo(bank.clock.now + 91 * second)
    assert.strictEqual((await shown(bank, address)).status, 400)
    await bank.close()
  })

  it("is a form that a person can read and answer without a script", async () => {
    const bank = await openBank("thames")
    const intent = await bank.consent()
    const { headers, text } = await shown(bank, await bank.start(intent))
    assert.match(headers["content-type"] ?? "", /text\/html/)
    assert.match(text, /<html lang="en">/)
    assert.match(text, /<label for="customer">/)
    assert.match(text, /your balances/)
    assert.notMatch(text, /<script/)
    const [, interaction = ""] = /name="interaction" value="([^"]+)"/.exec(text) ?? []
    const answer = (customer: string) =>
      client(bank.certificates.ca)(`${bank.pagesUrl}/authorize`, {
        method: "POST",
        body: new URLSearchParams({ interaction, customer, decision: "approve" }).toString()
      })
    assert.strictEqual((await answer("nobody")).status, 400)
    const sent = await answer("bob")
    assert.strictEqual(sent.status, 303)
    const back = new URL(sent.headers["location"] ?? "")
    assert.strictEqual(back.searchParams.get("state"), "state-1")
    assert.strictEqual(bank.consents.find(intent)?.customer, "bob")
    assert.strictEqual((await answer("bob")).status, 400)
    const { token } = await bank.exchange(back.searchParams.get("code") ?? "")
    assert.isString(token.access_token)
    await bank.close()
  })
})

describe("what is handed out", () => {
  const coded = async (bank: OpenBank): Promise<string> => {
    const back = await bank.uk.authorisation.visit(await bank.start(await bank.consent()), { customer: "ann" })
    return new URL(back).searchParams.get("code") ?? ""
  }

  it("a code is good for a minute, once, for its own verifier and address, and takes its tokens with it", async () => {
    const bank = await openBank("thames")
    const late = await coded(bank)
    bank.clock.moveTo(bank.clock.now + minute)
    assert.strictEqual((await bank.exchange(late)).token.error, "invalid_grant")
    const fields = { grant_type: "authorization_code", redirect_uri: redirectUri, code_verifier: bank.verifier }
    const wrong = [{ code_verifier: "another" }, { redirect_uri: "https://elsewhere.example/" }, { code: "unknown" }]
    for (const change of wrong) {
      const { token } = await bank.token({ ...fields, code: await coded(bank), ...change })
      assert.strictEqual(token.error, "invalid_grant")
    }
    const code = await coded(bank)
    const { token } = await bank.exchange(code)
    assert.strictEqual((await bank.read(token.access_token, "/accounts")).status, 200)
    assert.strictEqual((await bank.exchange(code)).token.error, "invalid_grant")
    assert.strictEqual((await bank.read(token.access_token, "/accounts")).status, 401)
    await bank.close()
  })

  it("a token counts over the certificate it was asked for with, and for its time", async () => {
    const bank = await openBank("thames")
    const { access_token } = await bank.link()
    const other = client(bank.certificates.ca, await bank.certificates.qwac({ organizationId: "PSDGB-FCA-123456" }))
    assert.strictEqual((await bank.read(access_token, "/accounts", {}, other)).status, 401)
    assert.strictEqual((await bank.read(access_token, "/accounts")).status, 200)
    bank.clock.moveTo(bank.clock.now + 300 * second)
    assert.strictEqual((await bank.read(access_token, "/accounts")).status, 401)
    await bank.close()
  })

  it("a refresh token that rotates is over after its use, and its second use ends all that came from it", async () => {
    const bank = await openBank("thames")
    const { refresh_token } = await bank.link()
    const refreshed = await bank.token({ grant_type: "refresh_token", refresh_token })
    assert.strictEqual((await bank.read(refreshed.token.access_token, "/accounts")).status, 200)
    assert.strictEqual((await bank.token({ grant_type: "refresh_token", refresh_token })).token.error, "invalid_grant")
    assert.strictEqual((await bank.read(refreshed.token.access_token, "/accounts")).status, 401)
    const last = { grant_type: "refresh_token", refresh_token: refreshed.token.refresh_token }
    assert.strictEqual((await bank.token(last)).token.error, "invalid_grant")
    await bank.close()
  })

  it("a refresh token that rotates with grace can be used again until something of the new one's is used", async () => {
    const bank = await openBank("thames")
    const { refresh_token } = await bank.link()
    bank.uk.authorisation.grants.refreshTokens = "graceful"
    const refresh = () => bank.token({ grant_type: "refresh_token", refresh_token })
    const lost = await refresh()
    const { token } = await refresh()
    assert.notStrictEqual(token.refresh_token, lost.token.refresh_token)
    assert.strictEqual((await bank.read(token.access_token, "/accounts")).status, 200)
    assert.strictEqual((await refresh()).token.error, "invalid_grant")
    await bank.close()
  })

  it("after a second approval of the same consent the first tokens are over, and after a withdrawal all are", async () => {
    const bank = await openBank("revolut")
    const first = await bank.link()
    const back = await bank.uk.authorisation.visit(await bank.start(first.intent), { customer: "ann" })
    const { token } = await bank.exchange(new URL(back).searchParams.get("code") ?? "")
    assert.strictEqual((await bank.read(first.access_token, "/accounts")).status, 401)
    assert.strictEqual((await bank.read(token.access_token, "/accounts")).status, 200)
    bank.consents.revoke(first.intent)
    bank.clock.moveTo(bank.clock.now + hour / 2)
    const { refresh_token } = token
    assert.strictEqual((await bank.token({ grant_type: "refresh_token", refresh_token })).token.error, "invalid_grant")
    await bank.close()
  })
})
