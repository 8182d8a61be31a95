/** The provider's interface over the socket: pages, cursors, the shapes of the wire, and what it does not do. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { emptyStory, Sandbox } from "../src/index.ts"
import { Random } from "@paymirror/connector-testing/simulator"
import { doOne } from "./deeds.ts"
import { ask, body, feedPaths, json, read, signIn, upsert, walk } from "./reader.ts"

const feeds = ["purchases", "card", "balance", "cashback", "deliveries"] as const

describe("a feed", () => {
  it.effect("reaches every row while the world changes between its pages", () =>
    Effect.gen(function* () {
      for (const seed of [1, 2, 3]) {
        const sandbox = yield* Sandbox.make({ seed, story: emptyStory, session: { accessSeconds: 1e9 } })
        sandbox.world.addPerson({ id: "kim", givenName: "Kim", familyName: "Testwell" })
        sandbox.world.bulk("kim", { purchases: 80 })
        const random = new Random(`pages/${seed}`)
        for (let step = 0; step < 60; step++) doOne(sandbox.world, random)
        const token = yield* signIn(sandbox, "kim")
        for (const feed of feeds) {
          let changes = 12
          const between = (): void => void (changes-- > 0 && doOne(sandbox.world, random))
          const { rows } = yield* walk(sandbox, token, feed, { size: 7, between })
          const truth = [...sandbox.world.person("kim").feeds[feed]].map((row) => JSON.parse(JSON.stringify(row)))
          const held = [...upsert(rows).values()]
          assert.deepStrictEqual(
            held.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
            truth.toSorted((a, b) => (a.id < b.id ? -1 : 1))
          )
        }
      }
    })
  )

  it.effect("is ordered by updated_at, and shows a changed row again at its end", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make()
      const token = yield* signIn(sandbox, "alex")
      const { cursor, rows } = yield* walk(sandbox, token, "purchases", { size: 4 })
      const stamps = rows.map((row) => Date.parse(row.updated_at))
      assert.deepStrictEqual(
        stamps,
        stamps.toSorted((a, b) => a - b)
      )
      assert.deepStrictEqual((yield* walk(sandbox, token, "purchases", { from: cursor })).rows, [])
      const changed = rows.find((row) => row["status"] === "open")?.id ?? ""
      sandbox.world.payEarly("alex", changed)
      const more = yield* walk(sandbox, token, "purchases", { from: cursor })
      assert.deepStrictEqual(
        more.rows.map((row) => row.id),
        [changed]
      )
    })
  )

  it.effect("repeats itself for the same cursor, and keeps the cursor of a reader who is caught up", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make()
      const token = yield* signIn(sandbox, "alex")
      const { cursor = "" } = yield* walk(sandbox, token, "card", { size: 3 })
      const [path] = feedPaths.card
      const heard = yield* read(sandbox, token, path, { updated_after: cursor })
      assert.deepStrictEqual(json(heard), { transactions: [], next_cursor: cursor })
      const pages = [yield* read(sandbox, token, path), yield* read(sandbox, token, path)]
      assert.strictEqual(pages[0]?.text, pages[1]?.text)
    })
  )

  it.effect("refuses a page size it does not know, and a cursor of another feed or person", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make()
      const token = yield* signIn(sandbox, "alex")
      const [path] = feedPaths.purchases
      for (const page_size of ["0", "201", "many", "1.5"]) {
        assert.strictEqual((yield* read(sandbox, token, path, { page_size })).status, 400)
      }
      assert.strictEqual((yield* read(sandbox, token, path, { page_size: "200" })).status, 200)
      const own = (yield* walk(sandbox, token, "card")).cursor ?? ""
      const others = (yield* walk(sandbox, yield* signIn(sandbox, "robin"), "purchases")).cursor ?? ""
      for (const updated_after of [own, others, "nonsense", ""]) {
        assert.strictEqual((yield* read(sandbox, token, path, { updated_after })).status, 410)
      }
    })
  )
})

describe("the provider", () => {
  it.effect("answers balance, points and profile as one object each", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make()
      const token = yield* signIn(sandbox, "alex")
      sandbox.world.withdraw("alex", { amount: 1_000 })
      const { balance } = json(yield* read(sandbox, token, "/consumer/v2/balance"))
      assert.deepStrictEqual(balance, {
        amount_minor: 30_850,
        available_minor: 29_850,
        currency: "USD",
        as_of: "2026-06-01T09:00:00Z"
      })
      const { cashback } = body(yield* read(sandbox, token, "/consumer/v2/cashback"))
      assert.hasAllKeys(cashback, ["points", "pending_points", "as_of"])
      const { profile } = body(yield* read(sandbox, token, "/consumer/v2/profile"))
      assert.deepStrictEqual(profile.membership, { tier: "plus", since: "2025-10-21" })
      assert.match(profile.email ?? "", /@example\.com$/)
    })
  )

  it.effect("has nothing else to read, and nothing to write", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make()
      const token = yield* signIn(sandbox, "alex")
      const missing = yield* read(sandbox, token, "/consumer/v2/cards")
      assert.strictEqual(missing.status, 404)
      assert.deepStrictEqual(json(missing), { error: "not_found" })
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const heard = yield* ask(`${sandbox.baseUrl}/consumer/v2/purchases`, { method })
        assert.strictEqual(heard.status, 405)
        assert.strictEqual(heard.headers.get("allow"), "GET")
      }
      assert.strictEqual(sandbox.ledger.totals.writeAttempts, 4)
    })
  )

  it.effect("keeps a ledger of requests without a token, a cursor or a person in it", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make()
      const handOver = sandbox.openSession("alex")
      const token = yield* signIn(sandbox, "alex")
      const { cursor = "" } = yield* walk(sandbox, token, "purchases", { size: 9 })
      yield* read(sandbox, token, "/consumer/v2/alex@example.com")
      const heard = yield* ask(`${sandbox.baseUrl}/_sandbox/ledger`)
      for (const secret of [token, cursor, handOver.refreshToken, handOver.deviceId, "alex", "example.com"]) {
        assert.notInclude(heard.text, secret)
      }
      assert.deepInclude(body(heard).totals, { requests: 5, reads: 4, refreshes: 1, writeAttempts: 0 })
    })
  )
})
