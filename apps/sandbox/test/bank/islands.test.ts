/** The UK banks and the aggregator as they stand in the town: an outsider registers, a person visits the page, and reads. */
import { generateKeyPairSync, randomUUID } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import * as oidc from "openid-client"
import { BankSandbox } from "../../src/index.ts"
import { day, second } from "@paymirror/connector-testing/simulator"
import { client } from "./client.ts"
import { fetchOver } from "./certified.ts"

const redirect = "https://reader.example/back"
const rights = [
  "ReadAccountsDetail",
  "ReadBalances",
  "ReadTransactionsDetail",
  "ReadTransactionsCredits",
  "ReadTransactionsDebits"
]

interface Told {
  readonly Data: {
    readonly ConsentId: string
    readonly Account: ReadonlyArray<{
      readonly AccountId: string
      readonly Currency: string
      readonly Account: ReadonlyArray<{ readonly Identification: string }>
    }>
    readonly Transaction: ReadonlyArray<{ readonly TransactionId: string }>
  }
}

describe("the town", () => {
  for (const [id, customer, alg] of [
    ["revolut-gb", "ruth", "ES256"],
    ["thames-gb", "grace.sample@example.com", "PS256"]
  ] as const) {
    it(`has ${id}, where a client that signs with ${alg} links and reads the whole ledger`, async () => {
      const town = await BankSandbox.start({ institutions: [id] })
      const { authorisation, bank, baseUrl } = town.institution(id)
      const { privateKey, publicKey } = await generateKeyPair(alg)
      const kid = "reader-key"
      const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid }] }
      authorisation?.clients.register({ id: "reader", name: "Reader", redirectUris: [redirect], jwks })
      const identity = await town.certificates.qwac({ organizationId: "PSDGB-FCA-123456" })
      const ask = client(town.certificates.ca, identity)
      const skew = Math.round((town.clock.now - Date.now()) / second)
      const key = { key: privateKey, kid }
      const config = await oidc.discovery(
        new URL(baseUrl),
        "reader",
        { [oidc.clockSkew]: skew },
        oidc.PrivateKeyJwt(key),
        { [oidc.customFetch]: fetchOver(ask) }
      )
      const prefix = id === "thames-gb" ? `${baseUrl}/open-banking/v4.0/aisp` : baseUrl
      const read = async (token: string, path: string, body?: unknown): Promise<Told> => {
        const headers = { "authorization": `Bearer ${token}`, "x-fapi-financial-id": "001580000103UAvAAM" }
        const sent = body === undefined ? { headers } : { method: "POST", headers, body }
        return (await ask(prefix + path, sent)).json as Told
      }
      const own = await oidc.clientCredentialsGrant(config, { scope: "accounts" })
      const body = { Data: { Permissions: rights }, Risk: {} }
      const intent = (await read(own.access_token, "/account-access-consents", body)).Data.ConsentId
      const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
      const parameters = {
        redirect_uri: redirect,
        scope: "openid accounts",
        state: "s",
        nonce: "n",
        code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: "S256",
        claims: JSON.stringify({ id_token: { openbanking_intent_id: { value: intent, essential: true } } })
      }
      const address =
        id === "thames-gb"
          ? await oidc.buildAuthorizationUrlWithPAR(config, parameters)
          : await oidc.buildAuthorizationUrlWithJAR(config, parameters, key)
      const back = new URL(await town.visit(address.href, { customer }))
      const checks = { pkceCodeVerifier, expectedState: "s", expectedNonce: "n" }
      const { access_token } = await oidc.authorizationCodeGrant(config, back, checks)
      const { Account } = (await read(access_token, "/accounts")).Data
      assert.strictEqual(Account.length, 2)
      const numbers = new Set(Account.map((account) => account.Account[0]?.Identification))
      assert.strictEqual(numbers.size, id === "revolut-gb" ? 1 : 2)
      const [first] = Account
      const rows = (await read(access_token, `/accounts/${first?.AccountId ?? ""}/transactions`)).Data.Transaction
      const [account] = bank.accountsOf(customer.replace(/\..*$/, ""))
      const truth = [...bank.ledger(account?.id ?? ""), ...bank.pending(account?.id ?? "")]
      assert.deepStrictEqual(
        new Set(rows.map(({ TransactionId }) => TransactionId)),
        new Set(truth.map(({ wireId }) => wireId))
      )
      await town.close()
    })
  }

  it("has an aggregator, where an application links and reads the whole ledger", async () => {
    const town = await BankSandbox.start({ institutions: ["enable-banking"] })
    const { aggregator, bank, baseUrl } = town.institution("enable-banking")
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
    const id = randomUUID()
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString()
    aggregator?.applications.register({ id, name: "Reader", publicKey: pem, redirectUrls: [redirect] })
    const now = town.clock.now / second
    const jwt = await new SignJWT({ iss: "enablebanking.com", aud: "api.enablebanking.com", iat: now, exp: now + 3600 })
      .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: id })
      .sign(privateKey)
    const ask = client(town.certificates.ca)
    const asked = async (path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>> => {
      const headers = { authorization: `Bearer ${jwt}` }
      const sent = body === undefined ? { headers } : { method: "POST", headers, body }
      return (await ask(baseUrl + path, sent)).json as Readonly<Record<string, unknown>>
    }
    const { url } = await asked("/auth", {
      access: { valid_until: new Date(town.clock.now + 180 * day).toISOString() },
      aspsp: { name: bank.name, country: "FI" },
      state: "s",
      redirect_url: redirect
    })
    const back = new URL(await town.visit(String(url), { customer: "aino" }))
    const { accounts } = await asked("/sessions", { code: back.searchParams.get("code") })
    const [account] = accounts as ReadonlyArray<{ readonly uid: string }>
    const path = `/accounts/${account?.uid ?? ""}/transactions?strategy=longest&transaction_status=BOOK`
    const { transactions } = await asked(path)
    const rows = transactions as ReadonlyArray<{ readonly entry_reference: string }>
    assert.deepStrictEqual(
      new Set(rows.map((row) => row.entry_reference)),
      new Set(bank.ledger("aino-tili").map(({ entryReference }) => entryReference))
    )
    await town.close()
  })
})
