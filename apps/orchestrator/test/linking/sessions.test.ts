/** Link sessions through the interface, against the simulated provider and banks over real sockets. */
import { Sandbox } from "@paymirror/sandbox"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type BankedService, withBanks } from "./Banks.ts"
import { Browser } from "./Browser.ts"
import { type Call, type Service, service } from "./Service.ts"
import type { Session } from "./Session.ts"

const answering = (call: Call) => (id: string, body: object) =>
  call<Session>("POST", `/v1/link-sessions/${id}/answers`, body)

describe("a session that asks for a hand-over", () => {
  let at: Service
  let sandbox: Sandbox.RunningSandbox
  let answer: ReturnType<typeof answering>
  beforeAll(async () => {
    sandbox = await Sandbox.start({ seed: 7 })
    at = await service({ allowedBaseUrls: [sandbox.baseUrl] })
    answer = answering(at.call)
  })
  afterAll(async () => {
    await at.close()
    await sandbox.close()
  })

  const open = (more: object = {}) =>
    at.call<Session>("POST", "/v1/link-sessions", {
      holderId: at.alex,
      connector: "klarna-us",
      baseUrl: sandbox.baseUrl,
      ...more
    })
  const get = async (id: string) => (await at.call<Session>("GET", `/v1/link-sessions/${id}`)).body

  it("begins with the notice, links, and is read in the background", async () => {
    const opened = await open({ purpose: "to remind you of payments", streams: ["plans", "purchases"] })
    assert.strictEqual(opened.status, 201, opened.text)
    const { linkSessionId, step, url } = opened.body
    assert.match(url ?? "", /\/link\/[\w-]{43}$/)
    assert.strictEqual(step?.type, "agree")
    assert.include(step?.notice, "You let Fern & Co read your own account")
    assert.include(step?.notice, "What for: to remind you of payments.")
    assert.strictEqual(sandbox.ledger.totals.requests, 0)

    const asked = await answer(linkSessionId, { type: "agree" })
    assert.strictEqual(asked.body.step?.type, "prompt", asked.text)
    assert.isTrue(asked.body.step?.fields?.every(({ secret }) => secret))
    assert.notProperty(asked.body, "url")

    const { deviceId, refreshToken } = sandbox.openSession("alex")
    const values = { refresh_token: refreshToken, device_id: deviceId }
    const linked = await answer(linkSessionId, { type: "entered", values })
    assert.strictEqual(linked.body.status, "linked", linked.text)
    assert.lengthOf(linked.body.accountIds ?? [], 1)
    await at.quiet()
    const rows = await at.sql<{ n: number }>("SELECT count(*) AS n FROM row WHERE stream = 'plans'")
    assert.isAbove(rows[0]?.n ?? 0, 0)
    const consent = await at.call<{ notice: { text: string }; purpose: string; streams: ReadonlyArray<string> }>(
      "GET",
      `/v1/consents/${linked.body.consentId ?? ""}`
    )
    assert.strictEqual(consent.body.notice.text, step?.notice)
    assert.strictEqual(consent.body.purpose, "to remind you of payments")
    assert.deepStrictEqual(consent.body.streams, ["plans", "purchases"])
    const late = await answer(linkSessionId, { type: "entered", values })
    assert.strictEqual(late.status, 409)
  })

  it("is answered in its own order, and at one step at a time", async () => {
    const { linkSessionId } = (await open()).body
    assert.strictEqual((await answer(linkSessionId, { type: "poll" })).status, 409)
    assert.strictEqual((await answer(linkSessionId, { type: "entered", values: {} })).status, 409)
    assert.strictEqual((await get(linkSessionId)).step?.type, "agree")
  })

  it("of two answers at once takes one", async () => {
    const { linkSessionId } = (await open()).body
    await answer(linkSessionId, { type: "agree" })
    const { deviceId, refreshToken } = sandbox.openSession("alex")
    const values = { refresh_token: refreshToken, device_id: deviceId }
    const both = await Promise.all([1, 2].map(() => answer(linkSessionId, { type: "entered", values })))
    assert.deepStrictEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409]
    )
    assert.strictEqual((await get(linkSessionId)).status, "linked")
  })

  it("expires after half an hour, its page with it, and nothing of it stays sealed", async () => {
    const { linkSessionId, url } = (await open()).body
    await answer(linkSessionId, { type: "agree" })
    at.later(31)
    assert.strictEqual((await get(linkSessionId)).status, "expired")
    assert.strictEqual((await answer(linkSessionId, { type: "entered", values: {} })).status, 409)
    const page = await new Browser().open(url ?? "")
    assert.strictEqual(page.status, 410)
    assert.include(page.text, "begin again at Fern & Co")
    await open()
    assert.lengthOf(await at.sql(`SELECT 1 FROM link_session WHERE status = 'expired' AND sealed IS NOT NULL`), 0)
  })

  it("is cancelled once, and then is over", async () => {
    const { linkSessionId } = (await open()).body
    assert.strictEqual((await at.call("DELETE", `/v1/link-sessions/${linkSessionId}`)).status, 204)
    assert.strictEqual((await at.call("DELETE", `/v1/link-sessions/${linkSessionId}`)).status, 409)
    assert.strictEqual((await answer(linkSessionId, { type: "agree" })).status, 409)
    assert.strictEqual((await get(linkSessionId)).status, "cancelled")
  })

  it("is nobody else's: another tenant, and a key of another person, find nothing", async () => {
    const { linkSessionId } = (await open()).body
    for (const call of [at.foreign, at.boundToRobin]) {
      assert.strictEqual((await call("GET", `/v1/link-sessions/${linkSessionId}`)).status, 404)
      assert.strictEqual((await answering(call)(linkSessionId, { type: "agree" })).status, 404)
      assert.strictEqual((await call("DELETE", `/v1/link-sessions/${linkSessionId}`)).status, 404)
      const created = await call("POST", "/v1/link-sessions", { holderId: at.alex, connector: "klarna-us" })
      assert.strictEqual(created.status, 404)
    }
  })

  it("is refused before anything is asked, with what to do, where it cannot be", async () => {
    const refused = async (more: object, status: number, words: string) => {
      const answered = await open(more)
      assert.strictEqual(answered.status, status, answered.text)
      assert.include(answered.text, words)
    }
    await refused({ connector: "csv" }, 422, "POST /v1/imports")
    await refused({ baseUrl: "https://evil.example" }, 422, "--allow-base-url")
    await refused({ returnUrl: "http://fern.example" }, 422, "https")
    await refused({ returnUrl: "javascript:alert(1)" }, 422, "https")
    await refused({ connector: "psd2", baseUrl: undefined }, 422, "institution")
    await refused({ connector: "psd2", institution: "nobody-de" }, 422, "nobody-de")
    await refused({ connector: "psd2", institution: "klarna-de", baseUrl: undefined }, 503, "QWAC")
    await refused({ connector: "psd2", institution: "klarna-de" }, 503, "licence")
    await refused({ presence: { ipAddress: "here" } }, 422, "IP address")
    await refused({ days: 366 }, 400, "days")
  })
})

describe("a session at a bank", () => {
  let banked: BankedService
  let answer: ReturnType<typeof answering>
  beforeAll(async () => {
    banked = await withBanks(["klarna-de", "revolut-gb"], 0)
    answer = answering(banked.at.call)
  })
  afterAll(() => banked.close())
  const open = async (institution: string) => {
    const { at, banks } = banked
    const asked = { holderId: at.alex, connector: "psd2", institution, baseUrl: banks.baseUrl(institution) }
    const { body, text } = await at.call<Session>("POST", "/v1/link-sessions", asked)
    assert.strictEqual(body.step?.type, "agree", text)
    return body.linkSessionId
  }

  it("that asks on its page links with the address the person came back to, and confirms", async () => {
    const { at, banks } = banked
    const id = await open("revolut-gb")
    const asked = await answer(id, { type: "agree" })
    assert.strictEqual(asked.body.step?.type, "redirect", asked.text)
    const back = await banks.visit(asked.body.step?.url ?? "", { customer: "ruth" })
    const forged = back.replace(/state=[^&]+/, "state=forged")
    assert.strictEqual((await answer(id, { type: "redirected", url: forged })).status, 422)
    const linked = await answer(id, { type: "redirected", url: back })
    assert.strictEqual(linked.body.status, "linked", linked.text)
    await at.quiet()
    const read = await at.call<{
      items: ReadonlyArray<{ outcome: string; detail: string; accountId: string }>
    }>("POST", `/v1/connections/${linked.body.connectionId ?? ""}/sync`, { presence: { ipAddress: "203.0.113.7" } })
    assert.lengthOf(read.body.items, 2, read.text)
    assert.isTrue(read.body.items.every(({ outcome }) => outcome === "CaughtUp"))
    const path = `/v1/consents/${linked.body.consentId ?? ""}`
    const before = await at.call<{ reconfirmBy: string }>("GET", path)
    at.later(60)
    const confirmed = await at.call<{ reconfirmBy: string }>("POST", `${path}/reconfirm`)
    assert.isAbove(Date.parse(confirmed.body.reconfirmBy), Date.parse(before.body.reconfirmBy))
    const [listed] = (
      await at.call<{ items: ReadonlyArray<{ institution: string; maturity: string }> }>("GET", "/v1/connections")
    ).body.items.slice(-1)
    assert.strictEqual(listed?.institution, "revolut-gb")
    assert.strictEqual(listed?.maturity, "specified")
    const foreign = await at.foreign<{ items: ReadonlyArray<unknown> }>("GET", "/v1/connections")
    assert.lengthOf(foreign.body.items, 0)
  })

  it("that asks in its app waits as long as the app does, links, and is withdrawn in one call", async () => {
    const { at, banks } = banked
    const id = await open("klarna-de")
    await answer(id, { type: "agree", presence: { ipAddress: "203.0.113.7" } })
    at.later(25)
    const asked = await answer(id, { type: "entered", values: { psuId: "john.doe@example.com" } })
    assert.strictEqual(asked.body.step?.type, "approve", asked.text)
    // Ten minutes for the app, though the session's own half hour has five left.
    assert.isAbove(Date.parse(asked.body.expiresAt), Date.now() + 34 * 60_000)
    banks.approve("klarna-de", { customer: "john" })
    at.later(1)
    const linked = await answer(id, { type: "poll" })
    assert.strictEqual(linked.body.status, "linked", linked.text)
    await at.quiet()
    const { bank, consents } = banks.institution("klarna-de")
    const balance = await at.sql<{ n: number }>(
      `SELECT count(*) AS n FROM row JOIN account ON account.n = row.account WHERE account_id = '${linked.body.accountIds?.[0]}'`
    )
    assert.strictEqual(balance[0]?.n, bank.ledger("john-eur").length + bank.pending("john-eur").length + 1)

    const path = `/v1/consents/${linked.body.consentId ?? ""}/withdraw`
    assert.strictEqual((await at.foreign("POST", path)).status, 404)
    const withdrawn = await at.call<{ revokedUpstream: boolean; withdrawnAt: string }>("POST", path)
    assert.isTrue(withdrawn.body.revokedUpstream, withdrawn.text)
    assert.lengthOf(
      consents.all.filter(({ status }) => status === "valid"),
      0
    )
    const kept = `SELECT 1 FROM connection WHERE sealed_grant IS NOT NULL AND connection_id = '${linked.body.connectionId}'`
    assert.lengthOf(await at.sql(kept), 0)
    const record = await at.call<{ events: ReadonlyArray<{ eventState: string; entityId: string }> }>(
      "GET",
      path.replace("/withdraw", "/record")
    )
    assert.deepStrictEqual(
      record.body.events.map(({ eventState }) => eventState),
      ["dpv:ConsentGiven", "dpv:ConsentWithdrawn"]
    )
    assert.isTrue(record.body.events.every(({ entityId }) => entityId.startsWith("key:")))
    const again = await at.call<{ withdrawnAt: string }>("POST", path)
    assert.deepStrictEqual(again.body, withdrawn.body)
    banks.ledger.clear()
    const read = await at.call("POST", `/v1/connections/${linked.body.connectionId ?? ""}/sync`, {})
    assert.strictEqual(read.status, 409)
    assert.strictEqual(banks.ledger.totals.requests, 0)
    const connection = await at.call<{ status: string }>("GET", `/v1/connections/${linked.body.connectionId ?? ""}`)
    assert.strictEqual(connection.body.status, "revoked")
  })
})
