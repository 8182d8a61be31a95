/**
 * Every answer of the Berlin Group 1.3 dialect against the official file of the standard, over the socket. The file is
 * not part of the repository; where it is not at hand the tests say so and are skipped.
 */
import { createHash, randomBytes, randomUUID } from "node:crypto"
import { existsSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import type { Asking, Heard } from "./client.ts"
import { OpenApi } from "./OpenApi.ts"
import { at, back, everything, open, organization, person, rowsAt } from "./reading.ts"
import { seal } from "./seal.ts"

const path = new URL("../../../../../shared/specs/berlin-group/psd2-api_v1.3.11-2021-10-01v1.yaml", import.meta.url)
  .pathname
const absent = existsSync(path) ? "" : " (skipped: ../shared/specs/berlin-group is not here)"

type Call = (path: string, asking?: Asking) => Promise<Heard>

/**
 * The file offers three kinds of XML and two of text, each as one of several plain strings, so that every text is all of
 * them at once: what it says of such a body is its type and no more.
 */
const undecidable = "body must match exactly one schema in oneOf"

/** Every answer that goes by is held against the file. */
const watched = (api: OpenApi, call: Call) => {
  const problems: Array<string> = []
  const seen = new Set<string>()
  const watch: Call = async (target, asking = {}) => {
    const heard = await call(target, asking)
    const method = asking.method ?? "GET"
    const { pathname } = new URL(target, "https://bank.invalid")
    const type = heard.headers["content-type"]
    const body = type?.includes("json") === true ? heard.json : heard.text === "" ? undefined : heard.text
    seen.add(`${method} ${heard.status}`)
    problems.push(
      ...api
        .response(method, pathname, heard.status, type, body, heard.headers)
        .filter((problem) => typeof body !== "string" || !problem.startsWith(undecidable))
        .map((problem) => `${method} ${pathname} ${heard.status}: ${problem}`)
    )
    return heard
  }
  return { problems, seen, watch }
}

const sealed =
  (identity: Parameters<typeof seal>[0], call: Call): Call =>
  (target, asking = {}) => {
    const body = asking.body === undefined ? "" : JSON.stringify(asking.body)
    const { pathname, search } = new URL(target, "https://bank.invalid")
    const headers = { "x-request-id": randomUUID(), ...asking.headers }
    const signed = seal(identity, { method: asking.method ?? "GET", target: `${pathname}${search}`, body, headers })
    return call(target, { ...asking, headers: signed })
  }

describe.skipIf(absent !== "")(`Berlin Group 1.3.11${absent}`, () => {
  const api = absent === "" ? OpenApi.load(path) : undefined
  const file = (): OpenApi => api ?? assert.fail("no file")
  const post = { method: "POST", headers: { ...person, "tpp-redirect-uri": back } }

  it("has every answer of a bank with a redirect", async () => {
    const { askOf, town } = await open({ institutions: ["nordbank-de"], quirks: { pageSize: 10 } })
    const { problems, seen, watch } = watched(file(), askOf("nordbank-de"))
    const { bank, consents } = town.institution("nordbank-de")
    const iban = bank.account("lena-giro").iban ?? ""
    const bodies: ReadonlyArray<unknown> = [
      { ...everything, access: { accounts: [{ iban }], balances: [{ iban }], transactions: [{ iban }] } },
      { ...everything, access: { accounts: [], balances: [], transactions: [] } },
      { ...everything, access: { availableAccounts: "allAccounts" } },
      { ...everything, access: { availableAccountsWithBalance: "allAccountsWithOwnerName" } },
      { ...everything, access: { allPsd2: "allAccountsWithOwnerName" } }
    ]
    for (const body of bodies) {
      const created = await watch("/v1/consents", { ...post, body })
      assert.strictEqual(created.status, 201)
      const home = `/v1/consents/${String(at(created.json, "consentId"))}`
      await watch(home)
      await watch(`${home}/status`)
      await watch(`${home}/authorisations`)
      await watch(String(at(created.json, "_links", "scaStatus", "href")))
      await town.visit(String(at(created.json, "_links", "scaRedirect", "href")))
      await watch(home)
      await watch(String(at(created.json, "_links", "scaStatus", "href")))
      const read = (target: string, headers: Readonly<Record<string, string>> = {}) =>
        watch(target, { headers: { "consent-id": home.slice(13), ...person, ...headers } })
      for (const kind of ["accounts", "card-accounts"]) {
        const list = await read(`/v1/${kind}?withBalance=true`)
        for (const account of rowsAt(list.json, kind === "accounts" ? "accounts" : "cardAccounts")) {
          const own = `/v1/${kind}/${String(account["resourceId"])}`
          await read(own)
          await read(`${own}/balances`)
          const lists: Array<Heard> = []
          for (const status of ["booked", "pending", "both", "all", "information"]) {
            lists.push(await read(`${own}/transactions?bookingStatus=${status}&dateFrom=2026-01-01&withBalance=true`))
          }
          const next = at(lists[0]?.json, "transactions", "_links", "next", "href")
          if (typeof next === "string") await read(next)
          const id = at(lists[0]?.json, "transactions", "booked", 0, "transactionId")
          if (typeof id === "string") await read(`${own}/transactions/${id}`)
          if (kind === "accounts") await read(`${own}/transactions/unknown`)
          await read(`${own}/transactions?bookingStatus=booked`)
          await read(`${own}/transactions?bookingStatus=booked&deltaList=true`)
          await read(`${own}/transactions?bookingStatus=booked&dateFrom=2026-02-30`)
          await read(`${own}/transactions?bookingStatus=booked&dateFrom=2026-01-01`, { accept: "application/xml" })
          await read(`${own}/nothing`).catch(() => undefined)
        }
      }
    }
    const received = await watch("/v1/consents", {
      body: everything,
      ...post,
      headers: { ...post.headers, "tpp-explicit-authorisation-preferred": "true" }
    })
    const waiting = `/v1/consents/${String(at(received.json, "consentId"))}`
    const begun = await watch(String(at(received.json, "_links", "startAuthorisation", "href")), { ...post })
    assert.strictEqual(begun.status, 201)
    await watch(`${waiting}/authorisations/unknown`)
    await watch(`${waiting}/authorisations/${String(at(begun.json, "authorisationId"))}`, { method: "PUT", body: {} })
    await watch("/v1/accounts", { headers: { "consent-id": waiting.slice(13) } })
    await town.visit(String(at(begun.json, "_links", "scaRedirect", "href")), { decision: "deny" })
    await watch(`${waiting}/status`)
    await watch(String(at(begun.json, "_links", "scaStatus", "href")))
    await watch(`${waiting}/authorisations`, { ...post })

    const made = await watch("/v1/consents", { ...post, body: everything })
    const consent = String(at(made.json, "consentId"))
    await town.visit(String(at(made.json, "_links", "scaRedirect", "href")))
    for (let index = 0; index < 5; index += 1) await watch("/v1/accounts", { headers: { "consent-id": consent } })
    await watch("/v1/accounts/unknown", { headers: { "consent-id": consent } })
    await watch("/v1/accounts", { headers: { "consent-id": "unknown" } })
    await watch("/v1/accounts")
    await watch("/v1/accounts", { headers: { "consent-id": consent, "x-request-id": "1" } })
    for (const end of [() => consents.revoke(consent), () => watch(`/v1/consents/${consent}`, { method: "DELETE" })]) {
      try {
        await end()
      } catch (error) {
        assert.match(String(error), /over/)
      }
      await watch(`/v1/consents/${consent}`)
      await watch(`/v1/consents/${consent}/status`)
      await watch("/v1/accounts", { headers: { "consent-id": consent } })
    }
    const last = await watch("/v1/consents", { ...post, body: everything })
    await watch(`/v1/consents/${String(at(last.json, "consentId"))}`, { method: "DELETE" })
    for (const body of [{}, { ...everything, validUntil: "2020-01-01" }, { ...everything, access: {} }]) {
      await watch("/v1/consents", { ...post, body })
    }
    await watch("/v1/consents", { method: "POST", body: everything, headers: person })
    await watch("/v1/consents", { ...post, body: { ...everything, recurringIndicator: false } })
    await watch("/v1/consents", { ...post, body: everything, headers: { ...post.headers, "psu-id": "nobody" } })

    assert.deepStrictEqual(problems, [])
    for (const one of ["POST 201", "POST 400", "POST 401", "POST 409", "DELETE 204", "PUT 400"])
      assert.isTrue(seen.has(one), one)
    for (const status of [200, 400, 401, 403, 404, 406, 429]) assert.isTrue(seen.has(`GET ${status}`), String(status))
    await town.close()
  })

  it("has every answer of a bank that asks on the telephone", async () => {
    const { askOf, town } = await open({ institutions: ["fjordbank-no"] })
    const { problems, watch } = watched(file(), askOf("fjordbank-no"))
    for (const psu of ["ingrid.eksempel@example.com", "ingrid.eksempel+reject@example.com"]) {
      const headers = { ...person, "psu-id": psu }
      const created = await watch("/v1/consents", { method: "POST", body: everything, headers })
      assert.strictEqual(created.headers["aspsp-sca-approach"], "DECOUPLED")
      const home = `/v1/consents/${String(at(created.json, "consentId"))}`
      const sca = String(at(created.json, "_links", "scaStatus", "href"))
      const statuses: Array<unknown> = []
      for (let poll = 0; poll < 3; poll += 1) statuses.push(at((await watch(sca)).json, "scaStatus"))
      assert.deepStrictEqual(
        statuses,
        psu.includes("reject") ? ["started", "failed", "failed"] : ["started", "finalised", "finalised"]
      )
      await watch(home)
      await watch("/v1/accounts", { headers: { "consent-id": home.slice(13) } })
    }
    await watch("/v1/consents", { method: "POST", body: everything, headers: person })
    assert.deepStrictEqual(problems, [])
    await town.close()
  })

  it("has every answer of a bank with OAuth2 and signed requests", async () => {
    const { askOf, town } = await open({ institutions: ["alpenbank-at"] })
    const plain = askOf("alpenbank-at")
    const identity = await town.certificates.qseal(organization)
    const { problems, watch } = watched(file(), sealed(identity, plain))
    const bare = watched(file(), plain)
    const refused = await bare.watch("/v1/consents", { ...post, body: everything })
    assert.strictEqual(at(refused.json, "tppMessages", 0, "code"), "SIGNATURE_MISSING")
    const broken = await bare.watch("/v1/accounts", {
      headers: {
        ...seal(identity, { method: "GET", target: "/v1/elsewhere", headers: { "x-request-id": randomUUID() } })
      }
    })
    assert.strictEqual(at(broken.json, "tppMessages", 0, "code"), "SIGNATURE_INVALID")

    const created = await watch("/v1/consents", { ...post, body: everything })
    const consent = String(at(created.json, "consentId"))
    const metadata = await plain(String(at(created.json, "_links", "scaOAuth", "href")))
    const verifier = randomBytes(32).toString("base64url")
    const authorize = new URL(String(at(metadata.json, "authorization_endpoint")))
    authorize.search = new URLSearchParams({
      response_type: "code",
      client_id: organization.organizationId,
      redirect_uri: back,
      scope: `AIS:${consent}`,
      state: "xyz",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256"
    }).toString()
    const returned = new URL(await town.visit(authorize.href))
    assert.strictEqual(returned.searchParams.get("iss"), at(metadata.json, "issuer"))
    assert.strictEqual(returned.searchParams.getAll("state").at(-1), "xyz")
    const token = (fields: Readonly<Record<string, string>>) =>
      plain(String(at(metadata.json, "token_endpoint")), {
        method: "POST",
        body: new URLSearchParams({ client_id: organization.organizationId, ...fields }).toString()
      })
    const redemption = {
      grant_type: "authorization_code",
      code: returned.searchParams.get("code") ?? "",
      code_verifier: verifier,
      redirect_uri: back
    }
    const issued = await token(redemption)
    assert.strictEqual(issued.status, 200)
    assert.strictEqual(at((await token(redemption)).json, "error"), "invalid_grant")
    const read = (target: string, access: unknown) =>
      watch(target, { headers: { "consent-id": consent, ...person, "authorization": `Bearer ${String(access)}` } })
    const accounts = await read("/v1/accounts", at(issued.json, "access_token"))
    assert.strictEqual(accounts.status, 200)
    const unknown = await read("/v1/accounts", "unknown")
    assert.strictEqual(at(unknown.json, "tppMessages", 0, "code"), "TOKEN_INVALID")
    const none = await watch("/v1/accounts", { headers: { "consent-id": consent } })
    assert.strictEqual(at(none.json, "tppMessages", 0, "code"), "TOKEN_UNKNOWN")
    town.advance({ minutes: 16 })
    const old = await read("/v1/accounts", at(issued.json, "access_token"))
    assert.strictEqual(at(old.json, "tppMessages", 0, "code"), "TOKEN_EXPIRED")
    const refreshed = await token({
      grant_type: "refresh_token",
      refresh_token: String(at(issued.json, "refresh_token"))
    })
    const own = `/v1/accounts/${String(at(accounts.json, "accounts", 0, "resourceId"))}/transactions`
    const deep = await read(`${own}?bookingStatus=both&dateFrom=2026-01-01`, at(refreshed.json, "access_token"))
    assert.strictEqual(at(deep.json, "tppMessages", 0, "code"), "PERIOD_INVALID")
    const recent = await read(`${own}?bookingStatus=both&dateFrom=2026-04-01`, at(refreshed.json, "access_token"))
    assert.strictEqual(recent.status, 200)
    const again = { grant_type: "refresh_token", refresh_token: String(at(issued.json, "refresh_token")) }
    assert.strictEqual((await token(again)).status, 400)
    const ended = await read("/v1/accounts", at(refreshed.json, "access_token"))
    assert.strictEqual(at(ended.json, "tppMessages", 0, "code"), "TOKEN_INVALID")
    assert.deepStrictEqual([...problems, ...bare.problems], [])
    await town.close()
  })

  it("has the reports of a bank that writes XML and text", async () => {
    const { askOf, redirected, town } = await open({ institutions: ["kontor-de"] })
    const { consent } = await redirected("kontor-de")
    const { problems, watch } = watched(file(), askOf("kontor-de"))
    const ask = (target: string, accept: string) =>
      watch(target, { headers: { "consent-id": consent, ...person, accept } })
    const id = String(at((await ask("/v1/accounts", "application/json")).json, "accounts", 0, "resourceId"))
    const list = `/v1/accounts/${id}/transactions?bookingStatus=both&dateFrom=2026-01-01`
    const xml = await ask(list, "application/json")
    assert.match(xml.headers["content-type"] ?? "", /application\/xml/)
    const { bank } = town.institution("kontor-de")
    assert.strictEqual(
      xml.text.split("<Ntry>").length - 1,
      bank.ledger("paul-giro").length + bank.pending("paul-giro").length
    )
    const text = await ask(list, "text/plain")
    assert.strictEqual(text.text.split("\r\n:61:").length - 1, bank.ledger("paul-giro").length)
    assert.isTrue(text.text.split("\r\n").every((line) => line.length <= 70))
    assert.deepStrictEqual(problems, [])
    await town.close()
  })

  it("would notice an answer that is wrong", async () => {
    const { askOf, redirected, town } = await open({ institutions: ["nordbank-de"] })
    const { consent } = await redirected("nordbank-de")
    const { problems, watch } = watched(file(), askOf("nordbank-de"))
    const { bank, quirks } = town.institution("nordbank-de")
    quirks.numericAmounts = "all"
    quirks.midnightDates = true
    const own = `/v1/accounts/${bank.account("lena-giro").resourceId}/transactions?bookingStatus=booked&dateFrom=2026-05-01`
    await watch(own, { headers: { "consent-id": consent } })
    assert.isTrue(problems.some((problem) => problem.includes("transactionAmount/amount")))
    assert.isTrue(problems.some((problem) => problem.includes("bookingDate")))
    await town.close()
  })
})
