import { assert, describe, it } from "vitest"
import { day, Route, Simulator } from "../../src/simulator/index.ts"
import { origin, page, renew, shop, signedIn } from "./shop.ts"

describe("a session", () => {
  it("whose one-time token is used twice is over, and the ledger has seen it", async () => {
    const made = shop()
    const { access, first, refresh } = await signedIn(made)
    const { fetch, ledger } = made.simulator
    assert.strictEqual((await page(fetch, access)).status, 200)
    assert.deepStrictEqual(await renew(fetch, first), { status: 400, body: { failure: { code: "invalid_grant" } } })
    assert.strictEqual((await page(fetch, access)).status, 410)
    assert.strictEqual((await renew(fetch, refresh)).status, 400)
    assert.deepInclude(ledger.totals, { refreshes: 1, reuseEvents: 1, writeAttempts: 0 })
  })

  it("keeps its token without rotation, and lives on with plain rotation", async () => {
    const none = shop({}, { rotation: "none" })
    const held = none.simulator.open("jane").refreshToken
    assert.deepStrictEqual(
      [(await renew(none.simulator.fetch, held)).status, (await renew(none.simulator.fetch, held)).status],
      [200, 200]
    )
    const plain = shop({}, { rotation: "rotate" })
    const { first, refresh } = await signedIn(plain)
    assert.strictEqual((await renew(plain.simulator.fetch, first)).status, 400)
    assert.strictEqual((await renew(plain.simulator.fetch, refresh)).status, 200)
  })

  it("runs out by the simulator's clock, and is renewed", async () => {
    const made = shop()
    const { access, refresh } = await signedIn(made)
    const { clock, fetch } = made.simulator
    clock.moveTo(clock.now + 31 * 60_000)
    const expired = await page(fetch, access)
    assert.deepStrictEqual([expired.status, expired.body], [401, { failure: { code: "token_expired" } }])
    const { body } = await renew(fetch, refresh)
    assert.strictEqual((await page(fetch, body.access_token)).status, 200)
    clock.moveTo(clock.now + 91 * day)
    assert.strictEqual((await renew(fetch, body.refresh_token)).status, 400)
  })

  it("is ended by its holder, once and again", async () => {
    const made = shop()
    const { access, refresh } = await signedIn(made)
    const { fetch } = made.simulator
    const end = () =>
      fetch("https://api.shop.example/revoke", { method: "POST", body: JSON.stringify({ refresh_token: refresh }) })
    assert.deepStrictEqual([(await end()).status, (await end()).status], [204, 204])
    assert.strictEqual((await page(fetch, access)).status, 410)
  })

  it("is opened for a code, and for no other one", async () => {
    const tokens = Route.refresh({ device: false, code: (code) => (code === "c0de" ? "jane" : undefined) })
    const wallet = Route.one("wallet", (person) => ({ of: person }))
    const { fetch } = Simulator.make({ routes: { "POST /token": tokens, "GET /wallet": wallet } })
    const exchange = (code: string) =>
      fetch(`${origin}/token`, {
        method: "POST",
        body: new URLSearchParams({ grant_type: "authorization_code", code })
      })
    assert.strictEqual((await exchange("another")).status, 400)
    const { access_token, refresh_token } = await (await exchange("c0de")).json()
    const seen = await fetch(`${origin}/wallet`, { headers: { authorization: `Bearer ${access_token}` } })
    assert.deepStrictEqual(await seen.json(), { wallet: { of: "jane" } })
    assert.strictEqual((await renew(fetch, refresh_token)).status, 200)
  })

  it("passes each day of a time that goes by", () => {
    const { simulator } = shop()
    const before = simulator.clock.today
    simulator.advance(3)
    assert.strictEqual(Date.parse(simulator.clock.today) - Date.parse(before), 3 * day)
  })
})
