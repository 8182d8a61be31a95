/** The end of a service: what is under way comes to its end, and nothing new begins. */
import { once } from "node:events"
import { Agent, request } from "node:http"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Home, home } from "../terminal.ts"
import { Listener } from "./Listener.ts"
import { Service } from "./Service.ts"

describe("a service that stops", () => {
  it("says that it is not ready, ends its listeners, answers what it has begun and refuses what comes", async () => {
    const service = await Service.start()
    const key = await service.key()
    const listener = new Listener(`${service.base}/v1/events`, key)
    await listener.until(() => listener.lastId !== "")

    // Two connections from before: one in the middle of a request, one that asks again while it ends.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const url = new URL(service.base)
    const slow = request({
      agent: new Agent(),
      host: url.hostname,
      port: url.port,
      path: "/v1/holders",
      method: "POST",
      headers: {
        "authorization": `Bearer ${key}`,
        "content-type": "application/json",
        "idempotency-key": "slow",
        "content-length": 20
      }
    })
    slow.write(`{"reference":`)
    const ask = (path: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        request(
          { agent, host: url.hostname, port: url.port, path, headers: { authorization: `Bearer ${key}` } },
          (answer) => {
            answer.resume().on("end", () => resolve(answer.statusCode))
          }
        )
          .on("error", reject)
          .end()
      })
    assert.strictEqual(await ask("/ready"), 200)

    const stopped = service.stop()
    await listener.over
    assert.strictEqual(await ask("/ready"), 503)
    assert.strictEqual(await ask("/health"), 200)
    assert.strictEqual(await ask("/v1/accounts"), 503)
    const answered = once(slow, "response") as Promise<[{ statusCode: number }]>
    slow.end(`"slow"}`)
    const [{ statusCode }] = await answered
    assert.strictEqual(statusCode, 201)
    await stopped
    await ask("/health").then(
      () => assert.fail("the port is closed"),
      () => undefined
    )
    agent.destroy()

    const again = await Service.start({ folder: service.folder })
    const found = await again.ask("/v1/holders?reference=slow", { key })
    assert.strictEqual((found.json as { items: ReadonlyArray<unknown> }).items.length, 1)
    await again.close()
  })
})

describe("paymirror serve", () => {
  let at: Home
  beforeAll(() => {
    at = home()
  })
  afterAll(() => at.remove())

  it("makes a key, answers with it, and ends well when it is asked to", async () => {
    const { key, keyId } = JSON.parse((await at.run("keys", "create", "--tenant", "acme", "--json")).out) as {
      key: string
      keyId: string
    }
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const serving = at.start("serve", "--port", "0", "--json", ...(signal === "SIGINT" ? ["--no-sync"] : []))
      const [line] = (await once(serving.stdout ?? serving, "data")) as [Buffer]
      const { docs, url } = JSON.parse(line.toString()) as { url: string; docs: string }
      const answer = await fetch(`${url}/v1/accounts`, { headers: { authorization: `Bearer ${key}` } })
      assert.strictEqual(answer.status, 200)
      const page = await fetch(docs)
      assert.include(await page.text(), "paymirror")
      assert.strictEqual(page.headers.get("x-content-type-options"), "nosniff")
      const figures = await (await fetch(`${url}/metrics`)).text()
      assert.include(figures, `paymirror_http_requests_total{route="/v1/accounts",method="GET",status="200"} 1`)
      assert.include(figures, "paymirror_mirror_rows 0")
      serving.kill(signal)
      const [code] = (await once(serving, "close")) as [number]
      assert.strictEqual(code, 0)
    }
    assert.strictEqual((await at.run("keys", "revoke", keyId)).code, 0)
    const listed = JSON.parse((await at.run("keys", "list", "--json")).out) as ReadonlyArray<{
      revokedAt: string | null
    }>
    assert.isNotNull(listed[0]?.revokedAt)
    const tenants = JSON.parse((await at.run("tenants", "list", "--json")).out) as ReadonlyArray<{
      name: string
      keys: number
    }>
    assert.deepStrictEqual(
      tenants.map(({ keys, name }) => [name, keys]),
      [
        ["local", 0],
        ["acme", 0]
      ]
    )
  }, 180_000)
})
