/** The typed client, with Effect and without: rows out, the session and the cursor looked after. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { FetchHttpClient } from "effect/http"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { http, HttpResponse } from "msw"
import { setupServer } from "msw/node"
import { afterAll, afterEach, beforeAll } from "vitest"
import * as KlarnaUs from "../src/index.ts"
import * as Plain from "../src/promise.ts"
import { json, rowsOf } from "./Provider.ts"
import { withProvider } from "./Reading.ts"

const collect = async <A>(rows: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const all: Array<A> = []
  for await (const row of rows) all.push(row)
  return all
}

describe("with Effect", () => {
  it.live("yields rows, tells each cursor after its rows, and hands the rotated grant over first", () =>
    withProvider((provider) =>
      Effect.gen(function* () {
        const said: Array<string> = []
        const klarna = KlarnaUs.client({
          refreshToken: Redacted.make("refresh-secret-0"),
          deviceId: Redacted.make("device-secret"),
          baseUrl: provider.url,
          pageSize: 3,
          onGrant: ({ refreshToken }) => Effect.sync(() => said.push(Redacted.value(refreshToken)))
        })
        yield* klarna
          .plans({ onCursor: (cursor) => Effect.sync(() => said.push(cursor)) })
          .pipe(Stream.runForEach((plan) => Effect.sync(() => said.push(plan.planId))))
        assert.deepStrictEqual(said, [
          "refresh-secret-1",
          "p_1:plan",
          "p_2:plan",
          "p_3:plan",
          "c3",
          "p_4:plan",
          "c4",
          "c4"
        ])
        const rest = yield* Stream.runCollect(klarna.purchases({ updatedAfter: "c3" }))
        assert.deepStrictEqual(
          rest.map(({ merchantName }) => merchantName),
          ["Corner Pharmacy"]
        )
        assert.strictEqual((yield* klarna.profile()).profileId, "u_77")
        assert.strictEqual((yield* Stream.runCollect(klarna.card())).length, 5)
        assert.strictEqual((yield* Stream.runCollect(klarna.balance())).length, 5)
        assert.strictEqual((yield* Stream.runCollect(klarna.cashback())).length, 4)
        assert.strictEqual((yield* Stream.runCollect(klarna.deliveries())).length, 1)
        yield* klarna.revoke()
        assert.strictEqual(provider.refreshes, 1)
        assert.strictEqual(provider.to("/auth/v1/token/revoke").length, 1)
      }).pipe(Effect.provide(FetchHttpClient.layer))
    )
  )
})

describe("without Effect", () => {
  const baseUrl = "https://klarna.example"
  const server = setupServer()
  beforeAll(() => server.listen({ onUnhandledFrame: "error" }))
  afterEach(() => server.resetHandlers())
  afterAll(() => server.close())

  const signedIn = (calls: Array<string>) => {
    let token = "none"
    return [
      http.post(`${baseUrl}/auth/v1/token/refresh`, () => {
        calls.push("refresh")
        token = "access-1"
        return HttpResponse.json({ access_token: token, expires_in: 1800, refresh_token: "refresh-1" })
      }),
      http.get(`${baseUrl}/consumer/v2/purchases`, ({ request }) => {
        calls.push(new URL(request.url).search)
        if (request.headers.get("authorization") !== `Bearer ${token}`) {
          return HttpResponse.json({ error: "token_expired" }, { status: 401 })
        }
        const from = Number(new URL(request.url).searchParams.get("updated_after") ?? 0)
        const page = rowsOf("purchases").slice(from, from + 1)
        return HttpResponse.json({ purchases: page, next_cursor: String(from + page.length) })
      })
    ]
  }

  it("a plain loop reads everything, and the grant was stored before the first row", async () => {
    const calls: Array<string> = []
    server.use(...signedIn(calls))
    const order: Array<string> = []
    const klarna = Plain.client({
      refreshToken: "refresh-0",
      deviceId: "device",
      baseUrl,
      onGrant: async (grant) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        order.push(grant.refreshToken)
        assert.deepStrictEqual(calls, ["refresh"])
      }
    })
    for await (const { merchantName } of klarna.purchases()) order.push(merchantName)
    assert.deepStrictEqual(order, ["refresh-1", "Alder & Ash", "Northside Books", "Halyard", "Corner Pharmacy"])
  })

  it("what onGrant throws reaches the caller as it is, and nothing is read with a grant that was not stored", async () => {
    const calls: Array<string> = []
    server.use(...signedIn(calls))
    const full = new Error("disk full")
    const klarna = Plain.client({
      refreshToken: "refresh-0",
      deviceId: "device",
      baseUrl,
      onGrant: () => {
        throw full
      }
    })
    const caught = await collect(klarna.purchases()).catch((error: unknown) => error)
    assert.strictEqual(caught, full)
    assert.deepStrictEqual(calls, ["refresh"])
  })

  it("a failure is an Error with a reason to switch on", async () => {
    server.use(
      http.get(`${baseUrl}/consumer/v2/profile`, () =>
        HttpResponse.json({}, { status: 429, headers: { "retry-after": "60" } })
      )
    )
    const klarna = Plain.client({
      refreshToken: "refresh-0",
      deviceId: "device",
      accessToken: "access-0",
      baseUrl,
      onGrant: () => undefined
    })
    const caught = await klarna.profile().catch((error: unknown) => error)
    assert.instanceOf(caught, Plain.ConnectorError)
    assert.strictEqual(caught instanceof Plain.ConnectorError && caught.reason._tag, "RateLimited")
  })

  it("the connector links, reads and revokes through plain promises, and stops when the loop does", async () => {
    const calls: Array<string> = []
    server.use(...signedIn(calls))
    const klarna = await Plain.connector({ baseUrl, pageSize: 1 })
    assert.deepInclude(klarna.manifest, { id: "klarna-us", maturity: "illustrative", hosts: ["klarna.example"] })
    assert.strictEqual((await klarna.link())._tag, "Prompt")
    const grant = JSON.stringify({ refreshToken: "refresh-0", deviceId: "device" })
    const account = {
      identification: "u",
      currency: "USD",
      market: "US",
      legalEntity: "WebBank",
      status: "OPEN",
      displayName: "Klarna"
    } as const
    const first = []
    for await (const event of klarna.read("purchases", { grant, account, onGrant: () => undefined })) {
      first.push(event)
      if (event._tag === "Checkpoint") break
    }
    assert.deepStrictEqual(
      first.map(({ _tag }) => _tag),
      ["Upsert", "Upsert", "Checkpoint"]
    )
    const stopped = calls.length
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.strictEqual(calls.length, stopped)
    await klarna.close()
  })
})

it.live("a host that sends more per page is asked for more", () =>
  withProvider((provider) => {
    provider.hook = ({ path }, response) => {
      if (path !== "/consumer/v2/deliveries") return false
      json(response, 200, { deliveries: [], next_cursor: "x" })
      return true
    }
    return Effect.gen(function* () {
      const klarna = Plain.client({
        refreshToken: "refresh-secret-0",
        deviceId: "device-secret",
        accessToken: "access-secret-0",
        baseUrl: provider.url,
        pageSize: 1000,
        onGrant: () => undefined
      })
      yield* Effect.promise(() => collect(klarna.deliveries({ updatedAfter: "a b&c" })))
      assert.deepStrictEqual(Object.fromEntries(provider.asked[0]?.query ?? []), {
        updated_after: "a b&c",
        page_size: "1000"
      })
    })
  })
)
