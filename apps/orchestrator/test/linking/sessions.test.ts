/** Link sessions through the interface, against the simulated provider and banks over real sockets. */
import { Sandbox } from "@paymirror/sandbox"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Service, service, until } from "./Service.ts"
import type { Session } from "./Session.ts"

describe("a session that asks for a hand-over", () => {
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

  const open = (more: object = {}) =>
    at.call<Session>("POST", "/v1/link-sessions", {
      holderId: at.alex,
      connector: "klarna-us",
      baseUrl: sandbox.baseUrl,
      ...more
    })
  const answer = (id: string, body: object) => at.call<Session>("POST", `/v1/link-sessions/${id}/answers`, body)

  it("begins with the notice, links, and is read in the background", async () => {
    sandbox.ledger.clear()
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
    const linked = await answer(linkSessionId, {
      type: "entered",
      values: { refresh_token: refreshToken, device_id: deviceId }
    })
    assert.strictEqual(linked.body.status, "linked", linked.text)
    assert.lengthOf(linked.body.accountIds ?? [], 1)
    await until(async () => ((await at.sql("SELECT 1 FROM link_session WHERE read_at IS NOT NULL")).length > 0 ? true : undefined))
    const rows = await at.sql<{ n: number }>("SELECT count(*) AS n FROM row WHERE stream = 'plans'")
    assert.isAbove(rows[0]?.n ?? 0, 0)
    const [consent] = await at.sql<{ body: string }>("SELECT body FROM consent")
    const agreed = JSON.parse(consent?.body ?? "{}") as { notice: { text: string }; purpose: string }
    assert.strictEqual(agreed.notice.text, step?.notice)
    assert.strictEqual(agreed.purpose, "to remind you of payments")
  })
})
