/** The person's page, driven as a browser without scripts drives it, against the simulated provider and banks. */
import { Sandbox } from "@paymirror/sandbox"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type BankedService, withBanks } from "./Banks.ts"
import { Browser } from "./Browser.ts"
import { type Service, service } from "./Service.ts"
import type { Session } from "./Session.ts"

const returnUrl = "https://fern.example/accounts?tab=1"

const sessionOf = async (at: Service, id: string) => (await at.call<Session>("GET", `/v1/link-sessions/${id}`)).body

describe("a person whose provider asks for a hand-over", () => {
  let at: Service
  let sandbox: Sandbox.RunningSandbox
  beforeAll(async () => {
    sandbox = await Sandbox.start({ seed: 7 })
    at = await service({ allowedBaseUrls: [sandbox.baseUrl] })
  })
  afterAll(async () => {
    await at.close()
    await sandbox.close()
  })
  const open = async (more: object = {}) => {
    const { body } = await at.call<Session>("POST", "/v1/link-sessions", {
      holderId: at.alex,
      connector: "klarna-us",
      baseUrl: sandbox.baseUrl,
      returnUrl,
      ...more
    })
    return { id: body.linkSessionId, page: await new Browser().open(body.url ?? ""), notice: body.step?.notice ?? "" }
  }

  it("sees who asks, what for and the notice word for word, enters the session, and is sent back", async () => {
    sandbox.ledger.clear()
    const { id, notice, page } = await open({ purpose: "to remind you <of> payments", days: 30 })
    assert.strictEqual(page.title, "Fern & Co asks to read your account at Klarna (United States)")
    assert.include(page.text, "to remind you <of> payments")
    assert.include(page.text, notice)
    assert.include(page.text, "Withdraw at Fern & Co")
    assert.strictEqual(sandbox.ledger.totals.requests, 0)
    await page.press("Agree")
    const { deviceId, refreshToken } = sandbox.openSession("alex")
    assert.deepStrictEqual(page.labels, ["Refresh token of your session", "Device id the session is bound to"])
    assert.notMatch(page.html, /type="text"/)
    await page.press("Go on", {
      "Refresh token of your session": refreshToken,
      "Device id the session is bound to": deviceId
    })
    assert.include(page.title, "is linked")
    const back = new URL(page.href("Back to Fern & Co"))
    assert.strictEqual(back.origin + back.pathname, "https://fern.example/accounts")
    assert.deepStrictEqual(Object.fromEntries(back.searchParams), { tab: "1", link_session_id: id, status: "linked" })
    assert.strictEqual((await sessionOf(at, id)).status, "linked")
    for (const shown of page.seen) {
      assert.notInclude(shown, refreshToken)
      assert.notInclude(shown, deviceId)
    }
  })

  it("is told what to do where the session they entered is not taken", async () => {
    const { id, page } = await open()
    await page.press("Agree")
    await page.press("Go on", {
      "Refresh token of your session": "made-up",
      "Device id the session is bound to": "made-up"
    })
    assert.strictEqual(page.title, "Your account was not linked")
    assert.include(page.text, "begin again at Fern & Co")
    assert.strictEqual((await sessionOf(at, id)).status, "failed")
  })

  it("declines, and nothing is asked of the provider", async () => {
    await at.quiet()
    sandbox.ledger.clear()
    const { id, page } = await open()
    await page.press("Decline")
    assert.strictEqual(page.title, "Nothing was linked")
    assert.strictEqual((await sessionOf(at, id)).status, "cancelled")
    assert.strictEqual(sandbox.ledger.totals.requests, 0)
  })

  it("waits a minute where the provider does not answer, and enters it once more", async () => {
    const { page } = await open()
    await page.press("Agree")
    const { deviceId, refreshToken } = sandbox.openSession("robin")
    const values = { "Refresh token of your session": refreshToken, "Device id the session is bound to": deviceId }
    const ended = { kind: "fail", status: 503 } as const
    sandbox.faults.add({ fault: ended, times: "always" })
    await page.press("Go on", values)
    assert.strictEqual(page.status, 503)
    assert.include(page.text, "try again in a minute")
    sandbox.faults.heal()
    await page.press("Go on", values)
    assert.include(page.title, "is linked")
  })

  it("has a page that nothing gets out of and nobody gets into", async () => {
    const { page } = await open()
    assert.strictEqual(page.headers.get("referrer-policy"), "no-referrer")
    assert.strictEqual(page.headers.get("cache-control"), "no-store")
    const policy = page.headers.get("content-security-policy") ?? ""
    assert.include(policy, "default-src 'none'")
    assert.include(policy, "frame-ancestors 'none'")
    assert.notInclude(policy, "script-src")
    assert.notInclude(policy, "unsafe")
    assert.notMatch(page.html, /<script|style=|\son\w+=/)
    const foreign = [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }]
    for (const headers of foreign) {
      const other = await new Browser().open(page.url)
      await other.press("Agree", {}, headers)
      assert.strictEqual(other.status, 403)
    }
    const wrong = await new Browser().open(`${at.url}/link/${"A".repeat(43)}`)
    assert.strictEqual(wrong.status, 404)
    await page.press("Agree")
    assert.strictEqual(page.status, 200)
  })
})

describe("a person who approves in their bank's app", () => {
  let banked: BankedService
  beforeAll(async () => {
    banked = await withBanks(["klarna-de"], 0)
  })
  afterAll(() => banked.close())

  it("sees the page look by itself until they have", async () => {
    const { at, banks } = banked
    const opened = await at.call<Session>("POST", "/v1/link-sessions", {
      holderId: at.alex,
      connector: "psd2",
      institution: "klarna-de",
      baseUrl: banks.baseUrl("klarna-de")
    })
    assert.strictEqual(opened.status, 201, opened.text)
    const page = await new Browser().open(opened.body.url ?? "")
    assert.include(page.text, "account information only")
    assert.strictEqual(banks.ledger.totals.requests, 0)
    await page.press("Agree")
    await page.press("Go on", { "The e-mail address of your Klarna account": "john.doe@example.com" })
    assert.strictEqual(page.title, "Waiting for your approval")
    assert.match(page.html, /<meta http-equiv="refresh" content="\d+"/)
    await page.open(page.url)
    assert.strictEqual(page.title, "Waiting for your approval")
    banks.approve("klarna-de", { customer: "john" })
    // The bank is not asked more often than is polite.
    await new Promise((resolve) => setTimeout(resolve, 2000))
    await page.open(page.url)
    assert.include(page.title, "is linked")
    assert.notInclude(page.seen.join(), "john.doe@example.com")
  })
})

describe("a person who approves on their bank's page", () => {
  let banked: BankedService
  beforeAll(async () => {
    banked = await withBanks(["revolut-gb"], 0)
  })
  afterAll(() => banked.close())
  const open = async () => {
    const { at, banks } = banked
    const opened = await at.call<Session>("POST", "/v1/link-sessions", {
      holderId: at.alex,
      connector: "psd2",
      institution: "revolut-gb",
      baseUrl: banks.baseUrl("revolut-gb")
    })
    assert.strictEqual(opened.status, 201, opened.text)
    const page = await new Browser().open(opened.body.url ?? "")
    await page.press("Agree")
    return { id: opened.body.linkSessionId, page }
  }

  it("goes there by a link, comes back, and is linked", async () => {
    const { id, page } = await open()
    const back = await banked.banks.visit(page.href("Continue to Revolut"), { customer: "ruth" })
    await page.open(back)
    assert.include(page.title, "is linked")
    assert.include(page.url, "/link/")
    assert.lengthOf((await sessionOf(banked.at, id)).accountIds ?? [], 2)
    // Going back in the browser sends the code a second time.
    const again = await new Browser().open(back)
    assert.strictEqual(again.status, 404)
  })

  it("pastes the address where they were not sent back, and another conversation's is not taken", async () => {
    const { page } = await open()
    const other = await open()
    const back = await banked.banks.visit(page.href("Continue to Revolut"), { customer: "ruth" })
    const label = "The whole address of the page you see there"
    await other.page.press("Go on", { [label]: back })
    assert.strictEqual(other.page.status, 422)
    await page.press("Go on", { [label]: back })
    assert.include(page.title, "is linked")
  })

  it("who declines there is told that nothing was linked", async () => {
    const { id, page } = await open()
    const back = await banked.banks.visit(page.href("Continue to Revolut"), { customer: "ruth", decision: "deny" })
    await page.open(back)
    assert.strictEqual(page.title, "Your account was not linked")
    assert.strictEqual((await sessionOf(banked.at, id)).status, "failed")
  })

  it("comes back to nothing with a state nobody gave", async () => {
    const page = await new Browser().open(`${banked.at.url}/link/back?code=stolen&state=forged`)
    assert.strictEqual(page.status, 404)
  })
})
