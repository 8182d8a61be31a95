/** Each fault over the socket: what a reader meets, how often, and that the world behind it is unharmed. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Sandbox } from "../src/index.ts"
import type { Rule } from "../src/index.ts"
import { ask, body, json, post, read, rowsOf, signIn, upsert, walk } from "./reader.ts"
import type { Row } from "./reader.ts"

const purchases = "/consumer/v2/purchases"

const ready = Effect.gen(function* () {
  const sandbox = yield* Sandbox.make()
  const token = yield* signIn(sandbox, "alex")
  const look = (path = purchases, query: Record<string, string> = {}) => read(sandbox, token, path, query)
  return { sandbox, token, look }
})

describe("a fault", () => {
  it.effect("fails as many requests as asked for, and no more", () =>
    Effect.gen(function* () {
      const { look, sandbox } = yield* ready
      sandbox.faults.failNext(2, 503)
      assert.deepStrictEqual([(yield* look()).status, (yield* look()).status, (yield* look()).status], [503, 503, 200])
    })
  )

  it.effect("lasts until it is healed", () =>
    Effect.gen(function* () {
      const { look, sandbox } = yield* ready
      sandbox.faults.failAlways(500)
      for (let time = 0; time < 5; time++) assert.strictEqual((yield* look()).status, 500)
      sandbox.faults.heal()
      assert.strictEqual((yield* look()).status, 200)
    })
  )

  it.effect("spoils only the path it is for, and lets pass as many as it is told to", () =>
    Effect.gen(function* () {
      const { look, sandbox } = yield* ready
      sandbox.faults.add({ fault: { kind: "fail", status: 502 }, path: purchases, skip: 1 })
      assert.strictEqual((yield* look("/consumer/v2/profile")).status, 200)
      assert.deepStrictEqual([(yield* look()).status, (yield* look()).status, (yield* look()).status], [200, 502, 200])
    })
  )

  it.effect("throttles and says for how long", () =>
    Effect.gen(function* () {
      const { look, sandbox } = yield* ready
      sandbox.faults.throttle(17)
      const heard = yield* look()
      assert.strictEqual(heard.status, 429)
      assert.strictEqual(heard.headers.get("retry-after"), "17")
    })
  )

  it.effect("shows a bot check as a page, with any status", () =>
    Effect.gen(function* () {
      const { look, sandbox } = yield* ready
      sandbox.faults.add({ fault: { kind: "bot-page" } })
      sandbox.faults.add({ fault: { kind: "bot-page", status: 403 } })
      const [first, second] = [yield* look(), yield* look()]
      assert.deepStrictEqual([first.status, second.status], [200, 403])
      assert.include(first.headers.get("content-type") ?? "", "text/html")
      assert.include(first.text, "<html>")
    })
  )

  it.effect("loses an answer after the request was carried out", () =>
    Effect.gen(function* () {
      const { look, sandbox } = yield* ready
      sandbox.faults.add({ fault: { kind: "lost-answer" } })
      assert.strictEqual((yield* Effect.exit(look()))._tag, "Failure")
      const { event: _, ...entry } = sandbox.ledger.entries.at(-1) ?? {}
      assert.include(entry, { path: purchases, status: 200, outcome: "lost", fault: "lost-answer" })
      assert.strictEqual((yield* look()).status, 200)
    })
  )

  it.effect("drops a request before anything was done with it", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* ready
      sandbox.world.sessions.mode = { ...sandbox.world.sessions.mode, rotation: "strict" }
      const handOver = sandbox.openSession("robin")
      sandbox.faults.add({ fault: { kind: "drop" } })
      const session = { refresh_token: handOver.refreshToken, device_id: handOver.deviceId }
      assert.strictEqual((yield* Effect.exit(post(sandbox, "/auth/v1/token/refresh", session)))._tag, "Failure")
      assert.strictEqual(sandbox.ledger.entries.at(-1)?.outcome, "dropped")
      assert.strictEqual((yield* post(sandbox, "/auth/v1/token/refresh", session)).status, 200)
      assert.strictEqual(sandbox.ledger.totals.reuseEvents, 0)
    })
  )

  it.effect("answers late", () =>
    Effect.gen(function* () {
      const { look, sandbox } = yield* ready
      sandbox.faults.add({ fault: { kind: "delay", ms: 150 } })
      const begin = performance.now()
      assert.strictEqual((yield* look()).status, 200)
      assert.isAtLeast(performance.now() - begin, 140)
    })
  )

  it.effect("cuts the JSON in the middle, or leaves it out", () =>
    Effect.gen(function* () {
      const { look, sandbox } = yield* ready
      const whole = yield* look()
      sandbox.faults.add({ fault: { kind: "truncate" } })
      sandbox.faults.add({ fault: { kind: "empty-body" } })
      const [cut, empty] = [yield* look(), yield* look()]
      assert.deepStrictEqual([cut.status, empty.status], [200, 200])
      assert.isTrue(whole.text.startsWith(cut.text) && cut.text.length < whole.text.length)
      assert.throws(() => json(cut))
      assert.strictEqual(empty.text, "")
    })
  )

  it.effect("says a feed is empty, without moving its cursor past what was not shown", () =>
    Effect.gen(function* () {
      const { look, sandbox, token } = yield* ready
      sandbox.faults.add({ fault: { kind: "empty-rows" } })
      const heard = body(yield* look())
      assert.deepStrictEqual(heard.purchases, [])
      const { rows } = yield* walk(sandbox, token, "purchases", { from: heard.next_cursor })
      assert.strictEqual(upsert(rows).size, 17)
    })
  )

  it.effect("repeats rows between pages, and a walk still ends and reaches every row", () =>
    Effect.gen(function* () {
      const { sandbox, token } = yield* ready
      sandbox.faults.add({ fault: { kind: "shifting-pages", rows: 2 }, times: "always" })
      const { pages, rows } = yield* walk(sandbox, token, "purchases", { size: 5 })
      assert.isAbove(rows.length, 17)
      assert.strictEqual(upsert(rows).size, 17)
      assert.deepStrictEqual(pages[1]?.slice(0, 2), pages[0]?.slice(-2))
    })
  )

  it.effect("expires every cursor given out so far", () =>
    Effect.gen(function* () {
      const { look, sandbox, token } = yield* ready
      const { cursor = "" } = yield* walk(sandbox, token, "purchases")
      sandbox.world.expireCursors()
      const heard = yield* look(purchases, { updated_after: cursor })
      assert.strictEqual(heard.status, 410)
      assert.deepStrictEqual(json(heard), { error: "cursor_expired" })
      const fresh = yield* walk(sandbox, token, "purchases")
      assert.strictEqual((yield* look(purchases, { updated_after: fresh.cursor ?? "" })).status, 200)
    })
  )

  it.effect("drifts: new fields everywhere, and the known ones as before", () =>
    Effect.gen(function* () {
      const { look, sandbox } = yield* ready
      const before = json(yield* look())
      sandbox.faults.add({ fault: { kind: "drift", change: "extra-fields" } })
      const after = yield* look()
      assert.include(after.text, "x_experiment")
      const cleaned: unknown = JSON.parse(after.text, (_, value) => {
        if (typeof value === "object" && value !== null) delete value.x_experiment
        return value
      })
      assert.deepStrictEqual(cleaned, before)
    })
  )

  it.effect("drifts: a word nobody knows, a row that cannot be read, a field or the list gone", () =>
    Effect.gen(function* () {
      const { look, sandbox } = yield* ready
      const drifts: ReadonlyArray<readonly [Rule["fault"], (rows: ReadonlyArray<Row>) => void]> = [
        [
          { kind: "drift", change: "unknown-value" },
          ([first, second]) => {
            assert.strictEqual(first?.["status"], "in_transition")
            assert.notStrictEqual(second?.["status"], "in_transition")
          }
        ],
        [
          { kind: "drift", change: "unknown-value", field: "installments", row: 1 },
          (rows) => assert.include(JSON.stringify(rows[1]), `"state":"in_transition"`)
        ],
        [
          { kind: "drift", change: "malformed-row", field: "amount_minor" },
          ([first]) => assert.isObject(first?.["amount_minor"])
        ],
        [
          { kind: "drift", change: "missing-field", field: "merchant", row: 2 },
          ([first, , third]) => {
            assert.isFalse(Object.hasOwn(third ?? {}, "merchant"))
            assert.isTrue(Object.hasOwn(first ?? {}, "merchant"))
          }
        ]
      ]
      const untouched = (yield* look()).text
      for (const [fault, check] of drifts) {
        sandbox.faults.add({ fault })
        check(rowsOf(yield* look(), "purchases") ?? [])
      }
      sandbox.faults.add({ fault: { kind: "drift", change: "missing-rows" } })
      assert.deepStrictEqual(Object.keys(json(yield* look())), ["next_cursor"])
      assert.strictEqual((yield* look()).text, untouched)
      sandbox.faults.add({ fault: { kind: "drift", change: "missing-field", field: "amount_minor" } })
      assert.notInclude((yield* look("/consumer/v2/balance")).text, `"amount_minor"`)
    })
  )

  it.effect("can be ordered, seen and healed over HTTP", () =>
    Effect.gen(function* () {
      const { look, sandbox } = yield* ready
      const rule: Rule = { fault: { kind: "fail", status: 500 }, times: "always", path: purchases }
      assert.strictEqual((yield* post(sandbox, "/_sandbox/faults", rule)).status, 200)
      assert.strictEqual((yield* look()).status, 500)
      const seen = json(yield* ask(`${sandbox.baseUrl}/_sandbox/faults`))
      assert.deepStrictEqual(seen, { faults: [{ rule, left: "always" }] })
      yield* post(sandbox, "/_sandbox/faults/heal")
      assert.strictEqual((yield* look()).status, 200)
      assert.strictEqual((yield* post(sandbox, "/_sandbox/faults", { fault: { kind: "earthquake" } })).status, 400)
    })
  )
})
