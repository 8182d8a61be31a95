/** The other door: what it refuses, what it lists, and the program that opens it. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Sandbox } from "../src/index.ts"
import { ask, body, json, post, signIn, walk } from "./reader.ts"

describe("the control interface", () => {
  it.effect("lists its commands, people and clock", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make()
      const list = body(yield* ask(`${sandbox.baseUrl}/_sandbox`))
      assert.isAtLeast(Object.keys(list.postForOnePerson).length, 20)
      assert.deepStrictEqual(json(yield* ask(`${sandbox.baseUrl}/_sandbox/clock`)), { now: "2026-06-01T09:00:00Z" })
      const people = body(yield* ask(`${sandbox.baseUrl}/_sandbox/people`))
      assert.deepStrictEqual(
        people.people.map(({ id }) => id),
        ["alex", "robin"]
      )
    })
  )

  it.effect("says what is wrong with a body, an order, or a path", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make()
      const status = (path: string, body: unknown) => Effect.map(post(sandbox, path, body), (heard) => heard.status)
      const alex = "/_sandbox/people/alex"
      assert.strictEqual(yield* status(`${alex}/shop`, { merchant: "Pebble Row", amount: -1, plan: "pay_in_4" }), 400)
      assert.strictEqual(yield* status(`${alex}/shop`, { merchant: "Pebble Row", amount: 3, plan: "pay_in_4" }), 409)
      assert.strictEqual(yield* status(`${alex}/redeem-points`, { points: 900_000 }), 409)
      assert.strictEqual(yield* status(`${alex}/refund`, { purchaseId: "p_none" }), 409)
      assert.strictEqual(yield* status("/_sandbox/people/nobody/open-session", {}), 409)
      assert.strictEqual(yield* status("/_sandbox/advance", { to: "2020-01-01T00:00:00Z" }), 409)
      assert.strictEqual(yield* status(`${alex}/dance`, {}), 404)
      const broken = yield* ask(`${sandbox.baseUrl}/_sandbox/advance`, { method: "POST", body: "{" })
      assert.strictEqual(broken.status, 400)
      assert.strictEqual((yield* ask(`${sandbox.baseUrl}/_sandbox/clock`, { method: "DELETE" })).status, 405)
    })
  )

  it.effect("does the same as the world does when it is commanded directly", () =>
    Effect.gen(function* () {
      const [near, far] = [yield* Sandbox.make(), yield* Sandbox.make()]
      const sale = { merchant: "Pebble Row", amount: 8_888, plan: "pay_in_4" } as const
      const heard = yield* post(far, "/_sandbox/people/robin/shop", sale)
      assert.deepStrictEqual(json(heard), JSON.parse(JSON.stringify(near.world.shop("robin", sale))))
      near.advance({ days: 20 })
      yield* post(far, "/_sandbox/advance", { days: 20 })
      assert.strictEqual(near.exportOrders("robin"), far.exportOrders("robin"))
    })
  )

  it.effect("fills a history quickly, and the feed pages through it", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make()
      assert.strictEqual((yield* post(sandbox, "/_sandbox/people/robin/bulk", { purchases: 5_000 })).status, 200)
      const { rows } = yield* walk(sandbox, yield* signIn(sandbox, "robin"), "purchases", { size: 200 })
      assert.strictEqual(new Set(rows.map((row) => row.id)).size, 5_002)
    })
  )
})

describe("the program", () => {
  it("listens on the port it is given, from the seed it is given", async () => {
    const program = new URL("../src/serve.ts", import.meta.url).pathname
    const child = spawn(process.execPath, [program, "--port", "0", "--seed", "7"], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    try {
      let said = ""
      for await (const chunk of child.stdout) {
        said += String(chunk)
        if (said.includes("clock")) break
      }
      const baseUrl = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0]
      const answer = await fetch(`${baseUrl}/_sandbox/people/robin/exports/orders.csv`)
      const here = await Sandbox.start()
      assert.strictEqual(await answer.text(), here.exportOrders("robin"))
      await here.close()
    } finally {
      child.kill("SIGTERM")
      await once(child, "exit")
    }
  })
})
