/** Every answer that is no success is a problem, and what is too much is refused before it costs anything. */
import { connect } from "node:net"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { RateLimit } from "../../src/service/RateLimit.ts"
import { faultsOf } from "./Description.ts"
import { Service } from "./Service.ts"

/** Speaks to the port itself, and gives all that came back. */
const raw = (base: string, text: string, wait = 0): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base)
    const socket = connect(Number(port), hostname, () => socket.write(text))
    let said = ""
    socket.on("data", (piece) => (said += piece.toString()))
    socket.on("close", () => resolve(said))
    socket.on("error", reject)
    if (wait > 0) setTimeout(() => socket.destroy(), wait)
  })

describe("a service", () => {
  let service: Service
  let key: string
  beforeAll(async () => {
    service = await Service.start({ arrival: 400 })
    key = await service.key()
  })
  afterAll(() => service.close())

  const post = (body: string, headers: Readonly<Record<string, string>> = {}) =>
    service.ask("/v1/holders", { key, method: "POST", body, headers: { "idempotency-key": "k", ...headers } })

  it("refuses a field nobody knows by its name, and never shows what was in it", async () => {
    const cases = [
      ["/v1/holders", { reference: "somebody", refrence: "canary" }, ["payload", "refrence"]],
      [
        "/v1/link-sessions",
        { holderId: "x", connector: "klarna-us", presence: { ipAddress: "192.0.2.1", agent: "canary" } },
        ["payload", "presence", "agent"]
      ],
      ["/v1/webhook-endpoints", { url: "https://receiver.invalid/", secret: "canary" }, ["payload", "secret"]]
    ] as const
    for (const [path, body, field] of cases) {
      const headers = { "idempotency-key": `unknown ${path}`.replaceAll(" ", "-") }
      const answer = await service.ask(path, { key, method: "POST", body, headers })
      assert.strictEqual(answer.status, 400, answer.text)
      assert.deepStrictEqual((answer.json as { readonly errors: unknown }).errors, [
        { path: field, message: "Expected no excess property" }
      ])
      assert.notInclude(answer.text, "canary")
    }
  })

  it("answers what is no success with a problem, whoever comes up with it", async () => {
    const cases = {
      "an address there is not": [await service.ask("/v2/nothing"), 404],
      "another method": [await service.ask("/v1/accounts", { key, method: "PUT" }), 405],
      "a method nobody has": [await service.ask("/v1/holders/x", { key, method: "PATCH", body: {} }), 405],
      "no key": [await service.ask("/v1/accounts"), 401],
      "a body that is none": [await post("{"), 400],
      "a body of another kind": [await post("a=b", { "content-type": "application/xml" }), 415],
      "a query that cannot be": [await service.ask("/v1/accounts?limit=10000", { key }), 400],
      "a cursor of somewhere else": [await service.ask("/v1/accounts?cursor=bm90aGluZw", { key }), 400],
      "a body that is too large": [await post(`{"reference":"${"x".repeat(1_100_000)}"}`), 413],
      "a very deep body": [await post("[".repeat(200_000)), 400],
      "an id that is too long": [await service.ask(`/v1/accounts/${"x".repeat(5000)}`, { key }), 404],
      "a path that cannot be decoded": [await service.ask("/v1/accounts/%E0%A4%A", { key }), 404]
    } as const
    for (const [what, [answer, status]] of Object.entries(cases)) {
      assert.strictEqual(answer.status, status, what)
      assert.deepStrictEqual(faultsOf(undefined, answer), [], what)
      assert.match(answer.headers.get("x-request-id") ?? "", /^[\da-f-]{36}$/)
      assert.strictEqual(answer.headers.get("x-content-type-options"), "nosniff")
    }
    const other = cases["another method"][0]
    assert.strictEqual(other.headers.get("allow"), "GET")
    assert.match(cases["no key"][0].headers.get("www-authenticate") ?? "", /^Bearer/)
  })

  it("keeps what it answers out of caches and of other sites' hands", async () => {
    const { headers } = await service.ask("/v1/accounts", { key, headers: { origin: "https://elsewhere.example" } })
    assert.strictEqual(headers.get("cache-control"), "no-store")
    assert.strictEqual(headers.get("access-control-allow-origin"), null)
    assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'/)
  })

  it("echoes nothing of a key, a query or a body in what it refuses", async () => {
    const canary = "canary-7f3a"
    const answers = [
      await service.ask(`/v1/accounts?limit=${canary}`, { key }),
      await service.ask(`/v1/installments?from=${canary}`, { key }),
      await service.ask(`/v1/accounts?cursor=${canary}`, { key }),
      await service.ask(`/v1/${canary}`, { key }),
      await service.ask("/v1/accounts", { key: `pmk_${canary}_${canary}` }),
      await post(`{"reference":{"${canary}":1}}`),
      await post(`{"reference":"${canary}`)
    ]
    for (const answer of answers) {
      assert.isAtLeast(answer.status, 400)
      assert.notInclude(answer.text, canary)
      assert.notInclude(answer.text, "    at ")
    }
  })

  it("does not wait for a request that never arrives", async () => {
    const head = "POST /v1/holders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    const slow = await raw(
      service.base,
      `${head}authorization: Bearer ${key}\r\nidempotency-key: slow\r\ncontent-length: 50\r\n\r\n{"ref`
    )
    assert.match(slow, /^HTTP\/1\.1 408 /)
    assert.match(slow, /application\/problem\+json/)
    assert.match(await raw(service.base, "GET /v1/accounts HTTP/1.1\r\nhost: x\r\nx-half: "), /^HTTP\/1\.1 408 /)
    assert.match(await raw(service.base, "NONSENSE\r\n\r\n"), /^HTTP\/1\.1 400 [\s\S]*problem\+json/)
    const large = await raw(service.base, `GET /health HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(20_000)}\r\n\r\n`)
    assert.match(large, /^HTTP\/1\.1 431 [\s\S]*problem\+json/)
  })

  it("a hundred megabytes are refused and not kept", async () => {
    const before = process.memoryUsage().rss
    const piece = new Uint8Array(1024 * 1024)
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1
        if (sent > 100) controller.close()
        else controller.enqueue(piece)
      }
    })
    const request = fetch(`${service.base}/v1/holders`, {
      method: "POST",
      body,
      duplex: "half",
      headers: { "authorization": `Bearer ${key}`, "content-type": "application/json", "idempotency-key": "large" }
    } as RequestInit)
    // It is answered, or the connection is closed on whoever goes on sending.
    const status = await request.then(
      (answer) => answer.status,
      () => 413
    )
    assert.strictEqual(status, 413)
    assert.isBelow(process.memoryUsage().rss - before, 64 * 1024 * 1024)
  })
})

describe("a limited key", () => {
  it("that waits when it is told is never refused, in a thousand bursts of any size", () =>
    Effect.gen(function* () {
      const limit = yield* RateLimit
      let left = 20
      for (let turn = 0; turn < 1000; turn++) {
        for (let asked = 1 + ((turn * 7919) % Math.max(1, left)); asked > 0; asked--) {
          const { headers, refusal } = yield* limit.take("key")
          assert.isUndefined(refusal, `turn ${turn}`)
          const [, rest = "", reset = ""] = /r=(\d+);t=(\d+)/.exec(headers["ratelimit"] ?? "") ?? []
          left = Number(rest)
          if (left > 0) continue
          yield* TestClock.adjust(`${Number(reset)} seconds`)
          left = 20
        }
        yield* TestClock.adjust(`${(turn * 104_729) % 4000} millis`)
      }
      // And one that does not keep to it is refused, until it has waited as it was told.
      let refusals = 0
      for (let turn = 0; turn < 30; turn++) {
        const { refusal } = yield* limit.take("greedy")
        if (refusal === undefined) continue
        refusals += 1
        if (turn === 29) yield* TestClock.adjust(`${Number(refusal.headers["retry-after"])} seconds`)
      }
      assert.strictEqual(refusals, 10)
      assert.isUndefined((yield* limit.take("greedy")).refusal)
    }).pipe(Effect.provide(Layer.merge(RateLimit.layer(20), TestClock.layer())), Effect.runPromise))

  it("reads from every answer what is left, and when it is whole again", async () => {
    const service = await Service.start({ rateLimit: 30 })
    try {
      const told = ({ headers }: { readonly headers: Headers }) => {
        const [, left = "", reset = ""] = /r=(\d+);t=(\d+)/.exec(headers.get("ratelimit") ?? "") ?? []
        return { left: Number(left), reset: Number(reset) }
      }
      const obedient = await service.key()
      let left = 1
      let asked = 0
      // In bursts of whatever is said to be left; a wait of a whole window is not a test, so it ends with the first.
      while (left > 0) {
        const burst = await Promise.all(
          Array.from({ length: Math.min(left, 1 + Math.floor(Math.random() * 6)) }, () =>
            service.ask("/v1/accounts", { key: obedient })
          )
        )
        for (const answer of burst) assert.strictEqual(answer.status, 200)
        asked += burst.length
        left = Math.min(...burst.map((answer) => told(answer).left))
        assert.strictEqual(burst[0]?.headers.get("ratelimit-policy"), `"key";q=30;w=60`)
      }
      assert.isAtLeast(asked, 30)
      const refused = await service.ask("/v1/accounts", { key: obedient })
      assert.deepStrictEqual([refused.status, faultsOf(undefined, refused)], [429, []])
      const { left: none, reset } = told(refused)
      assert.strictEqual(none, 0)
      assert.isAtLeast(Number(refused.headers.get("retry-after")), reset)
      assert.isAtMost(reset, 60)
      // Somebody else's key has all of its own.
      assert.strictEqual((await service.ask("/v1/accounts", { key: await service.key() })).status, 200)
    } finally {
      await service.close()
    }
  })
})
