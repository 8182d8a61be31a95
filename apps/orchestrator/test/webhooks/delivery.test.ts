/** The life of a delivery, to receivers on real sockets, on a clock that a test moves. */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as Deliveries from "../../src/webhooks/Deliveries.ts"
import { Dispatcher, type Options } from "../../src/webhooks/Dispatcher.ts"
import * as Endpoints from "../../src/webhooks/Endpoints.ts"
import * as FanOut from "../../src/webhooks/FanOut.ts"
import { pauses } from "../../src/webhooks/Verdict.ts"
import {
  deliver,
  dispatcherOf,
  filename,
  happens,
  isSigned,
  mirrorOn,
  person,
  Receiver,
  register,
  type Services
} from "./Post.ts"

const hour = 3_600_000
const start = Date.UTC(2026, 10, 28)

/** On a mirror of its own, from a day on. */
const posted =
  <A, E>(use: Effect.Effect<A, E, Services | Scope.Scope>, options: Options = {}, timeout?: number) =>
  () =>
    Effect.scoped(
      Effect.gen(function* () {
        yield* TestClock.setTime(start)
        return yield* Effect.provide(use, Layer.provideMerge(dispatcherOf(options, timeout), mirrorOn(yield* filename)))
      })
    )

const deliveries = (tenantId: string) => Deliveries.list({ tenantId, limit: 1000 })
const statusOf = (one: Endpoints.Endpoint) =>
  Effect.map(Endpoints.get(one.tenantId, one.webhookEndpointId), (found) => ({
    status: found?.status,
    detail: found?.detail
  }))

/** Moves to the moment something is due, as far as `until`. Gives whether there was one. */
const toNext = (until: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ at: number | null }>`
      SELECT min(max(next_at, coalesce(throttled_until, 0))) AS at FROM webhook_delivery
        JOIN webhook_endpoint ON webhook_endpoint.n = endpoint
      WHERE webhook_delivery.status = 'pending' AND webhook_endpoint.status = 'enabled'`
    const at = rows[0]?.at ?? undefined
    if (at === undefined || at > until) return false
    yield* TestClock.setTime(Math.max(at, yield* Clock.currentTimeMillis))
    return true
  })

describe("a receiver that answers 500", () => {
  it.effect(
    "is asked ten times over three days with the same id and body, each time signed anew; then the delivery stands as failed",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const receiver = yield* Receiver.start
        receiver.answer = 500
        const endpoint = yield* register(alex.tenantId, receiver)
        yield* happens(alex.connectionId)
        const times: Array<number> = []
        do {
          times.push(yield* Clock.currentTimeMillis)
          yield* deliver
        } while (yield* toNext(Number.POSITIVE_INFINITY))
        assert.lengthOf(receiver.received, 10)
        const [first] = receiver.received
        for (const [n, { body, id, timestamp }] of receiver.received.entries()) {
          assert.deepEqual({ body, id }, { body: first?.body, id: first?.id })
          assert.strictEqual(timestamp, Math.floor((times[n] ?? 0) / 1000))
          if (n > 0)
            assert.closeTo(
              (times[n] ?? 0) - (times[n - 1] ?? 0),
              pauses[n] ?? 0,
              (pauses[n] ?? 0) * 0.1 + 1,
              `pause ${n}`
            )
        }
        assert.isTrue(receiver.received.every((one) => isSigned(one, endpoint.secret)))
        assert.lengthOf(new Set(receiver.received.map(({ headers }) => headers["webhook-signature"])), 10)
        assert.containsSubset(yield* deliveries(alex.tenantId), [
          { status: "failed", attempts: 10, lastStatus: 500, lastError: "The receiver answered 500.", nextAt: null }
        ])
        assert.deepEqual(yield* statusOf(endpoint), { status: "enabled", detail: undefined })
      })
    )
  )

  it.effect(
    "is told to the operator without a word of its answer, and to its owner with the status alone",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const receiver = yield* Receiver.start
        receiver.answer = 500
        yield* register(alex.tenantId, receiver)
        yield* happens(alex.connectionId)
        yield* deliver
        const sql = yield* SqlClient.SqlClient
        assert.notInclude(JSON.stringify(yield* sql`SELECT * FROM webhook_delivery`), "never to be repeated")
      })
    )
  )
})

describe("an endpoint that fails steadily", () => {
  /** An event now and then, up to so many hours from the start. */
  const goingOn = (connectionId: string, hours: number) =>
    Effect.gen(function* () {
      for (let passed = 0; passed <= hours; passed += 17) {
        while (yield* toNext(start + passed * hour)) yield* deliver
        yield* TestClock.setTime(start + passed * hour)
        yield* happens(connectionId)
        yield* deliver
      }
    })

  it.effect(
    "for 120 hours is disabled, says so once, and leaves what is pending where it is",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const receiver = yield* Receiver.start
        receiver.answer = 500
        const endpoint = yield* register(alex.tenantId, receiver)
        yield* goingOn(alex.connectionId, 119)
        assert.strictEqual((yield* statusOf(endpoint)).status, "enabled")
        yield* TestClock.setTime(start + 120 * hour - 1)
        yield* deliver
        assert.strictEqual((yield* statusOf(endpoint)).status, "enabled")
        yield* TestClock.setTime(start + 120 * hour)
        yield* happens(alex.connectionId)
        yield* deliver
        assert.deepEqual(yield* statusOf(endpoint), {
          status: "disabled",
          detail: "Every delivery failed for 120 hours. The receiver answered 500."
        })
        const { length } = receiver.received
        yield* TestClock.setTime(start + 500 * hour)
        yield* deliver
        assert.lengthOf(receiver.received, length)
        const pending = (yield* deliveries(alex.tenantId)).filter(({ status }) => status === "pending")
        assert.isAbove(pending.length, 0)
        receiver.answer = 204
        yield* Endpoints.update(endpoint, { status: "enabled" })
        yield* deliver
        assert.includeMembers(
          receiver.ids.slice(length),
          pending.map(({ eventId }) => eventId)
        )
      })
    )
  )

  it.effect(
    "for 119 hours and then succeeds once stays enabled",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const receiver = yield* Receiver.start
        receiver.answer = 500
        const endpoint = yield* register(alex.tenantId, receiver)
        yield* goingOn(alex.connectionId, 118)
        yield* TestClock.setTime(start + 119 * hour)
        receiver.answer = 204
        yield* happens(alex.connectionId)
        const dispatcher = yield* Dispatcher
        yield* dispatcher.turn
        yield* dispatcher.idle
        receiver.answer = 500
        yield* TestClock.setTime(start + 121 * hour)
        yield* happens(alex.connectionId)
        yield* deliver
        assert.strictEqual((yield* statusOf(endpoint)).status, "enabled")
      })
    )
  )

  it.effect(
    "disturbs no other endpoint of its tenant",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const [bad, good] = [yield* Receiver.start, yield* Receiver.start]
        bad.answer = 410
        const gone = yield* register(alex.tenantId, bad)
        yield* register(alex.tenantId, good)
        yield* happens(alex.connectionId, 3)
        yield* deliver
        assert.deepEqual(yield* statusOf(gone), {
          status: "disabled",
          detail: "The receiver answered 410: it wants nothing more."
        })
        assert.lengthOf(good.received, 3)
      })
    )
  )
})

describe("410", () => {
  it.effect(
    "disables the endpoint at once: nothing more is sent, and nothing more is written for it",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const receiver = yield* Receiver.start
        receiver.answer = 410
        yield* register(alex.tenantId, receiver)
        yield* happens(alex.connectionId)
        yield* deliver
        yield* happens(alex.connectionId, 5)
        yield* TestClock.adjust("2 days")
        yield* deliver
        assert.lengthOf(receiver.received, 1)
        assert.containsSubset(yield* deliveries(alex.tenantId), [{ status: "failed", lastStatus: 410 }])
        assert.lengthOf(yield* deliveries(alex.tenantId), 1)
      })
    )
  )
})

describe("a receiver that asks for patience", () => {
  for (const status of [429, 502, 503, 504])
    it.effect(
      `with ${status} is left alone until then, all of its deliveries, and is asked one at a time afterwards`,
      posted(
        Effect.gen(function* () {
          const alex = yield* person("acme", "alex")
          const receiver = yield* Receiver.start
          receiver.answer = { status, headers: { "retry-after": "600" } }
          yield* register(alex.tenantId, receiver)
          yield* happens(alex.connectionId)
          yield* deliver
          yield* happens(alex.connectionId, 20)
          yield* TestClock.adjust("599 seconds")
          yield* deliver
          assert.lengthOf(receiver.received, 1)
          yield* TestClock.adjust("2 seconds")
          const dispatcher = yield* Dispatcher
          yield* dispatcher.turn
          yield* dispatcher.idle
          assert.lengthOf(receiver.received, 2)
          receiver.answer = 204
          yield* TestClock.adjust("11 minutes")
          yield* deliver
          assert.strictEqual(new Set(receiver.ids).size, 21)
        })
      )
    )
})

describe("what waits behind a failure", () => {
  it.effect(
    "is given back without an attempt, and goes on once one succeeds",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const receiver = yield* Receiver.start
        receiver.answer = 500
        yield* register(alex.tenantId, receiver)
        yield* happens(alex.connectionId, 30)
        const dispatcher = yield* Dispatcher
        yield* dispatcher.turn
        yield* dispatcher.idle
        assert.lengthOf(receiver.received, 2)
        const all = yield* deliveries(alex.tenantId)
        assert.lengthOf(
          all.filter(({ attempts, nextAt }) => attempts === 0 && nextAt === start),
          28
        )
        receiver.answer = 204
        yield* deliver
        assert.strictEqual(new Set(receiver.ids).size, 30)
        assert.lengthOf(receiver.received, 30)
        yield* TestClock.adjust("6 seconds")
        yield* deliver
        assert.lengthOf(receiver.received, 32)
      }),
      { perEndpoint: 2 }
    )
  )
})

describe("a redirect", () => {
  for (const status of [301, 302, 303, 307, 308])
    it.effect(
      `of ${status} is a failure and is not followed`,
      posted(
        Effect.gen(function* () {
          const alex = yield* person("acme", "alex")
          const [receiver, elsewhere] = [yield* Receiver.start, yield* Receiver.start]
          receiver.answer = { status, headers: { location: elsewhere.url } }
          yield* register(alex.tenantId, receiver)
          yield* happens(alex.connectionId)
          yield* deliver
          assert.lengthOf(receiver.received, 1)
          assert.lengthOf(elsewhere.received, 0)
          assert.containsSubset(yield* deliveries(alex.tenantId), [{ status: "pending", lastStatus: status }])
        })
      )
    )
})

describe("an answer", () => {
  it.effect(
    "without an end is left after 64 KiB; its status stands",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const receiver = yield* Receiver.start
        let written = 0
        let ended = false
        receiver.answer = (response) => {
          response.writeHead(200)
          response.on("close", () => void (ended = true))
          const more = (): void => {
            if (ended) return
            written += 16_384
            if (response.write(Buffer.alloc(16_384))) setImmediate(more)
            else response.once("drain", more)
          }
          more()
        }
        yield* register(alex.tenantId, receiver)
        yield* happens(alex.connectionId)
        yield* deliver
        assert.containsSubset(yield* deliveries(alex.tenantId), [{ status: "delivered", lastStatus: 200 }])
        yield* Effect.promise(async () => {
          while (!ended) await new Promise((resolve) => setTimeout(resolve, 5))
        })
        // What is beyond it was on its way already, in the buffers of both sides.
        assert.isBelow(written, 16 * 2 ** 20)
      })
    )
  )

  it.effect(
    "that trickles is not waited for once its status is there",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const receiver = yield* Receiver.start
        receiver.answer = (response) => {
          response.writeHead(200)
          const drip = setInterval(() => response.write("."), 100)
          response.on("close", () => clearInterval(drip))
        }
        yield* register(alex.tenantId, receiver)
        yield* happens(alex.connectionId)
        yield* deliver
        assert.containsSubset(yield* deliveries(alex.tenantId), [{ status: "delivered" }])
      })
    )
  )

  for (const [how, begin] of [
    ["whose head trickles", "HTTP/1.1 200 OK\r\n"],
    ["that never begins", ""]
  ] as const)
    it.effect(
      `${how} is a failure when its time is over`,
      posted(
        Effect.gen(function* () {
          const alex = yield* person("acme", "alex")
          const receiver = yield* Receiver.start
          receiver.answer = (response) => {
            if (begin !== "") response.socket?.write(begin)
            const drip = setInterval(() => begin !== "" && response.socket?.write("x-slow: 1\r\n"), 50)
            response.on("close", () => clearInterval(drip))
          }
          yield* register(alex.tenantId, receiver)
          yield* happens(alex.connectionId)
          yield* deliver
          assert.containsSubset(yield* deliveries(alex.tenantId), [
            { status: "pending", attempts: 1, lastStatus: null, lastError: "There was no answer in time." }
          ])
        }),
        {},
        300
      )
    )
})

describe("a slow receiver", () => {
  it.effect(
    "delays nobody else, and has no more under way than it may",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const [slow, quick] = [yield* Receiver.start, yield* Receiver.start]
        let open = 0
        let most = 0
        const held: Array<() => void> = []
        slow.answer = (response) => {
          open += 1
          most = Math.max(most, open)
          held.push(() => {
            open -= 1
            response.writeHead(204).end()
          })
        }
        yield* register(alex.tenantId, slow)
        yield* register(alex.tenantId, quick)
        yield* happens(alex.connectionId, 40)
        const dispatcher = yield* Dispatcher
        while (quick.received.length < 40) {
          yield* dispatcher.turn
          yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 2)))
        }
        assert.strictEqual(most, 3)
        assert.strictEqual(new Set(quick.ids).size, 40)
        while (new Set(slow.ids).size < 40 || open > 0) {
          for (const letGo of held.splice(0)) letGo()
          yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 2)))
          yield* dispatcher.turn
        }
        yield* dispatcher.idle
        assert.strictEqual(most, 3)
        assert.isTrue((yield* deliveries(alex.tenantId)).every(({ status }) => status === "delivered"))
      }),
      { perEndpoint: 3, most: 20 }
    )
  )
})

describe("two processes on one mirror", () => {
  it.live("do not send the same attempt twice", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const file = yield* filename
        const receiver = yield* Receiver.start
        const one = Layer.provideMerge(dispatcherOf(), mirrorOn(file))
        const alex = yield* Effect.provide(
          Effect.gen(function* () {
            const alex = yield* person("acme", "alex")
            yield* register(alex.tenantId, receiver)
            yield* happens(alex.connectionId, 60)
            return alex
          }),
          one
        )
        yield* Effect.all(
          [1, 2].map(() => Effect.provide(deliver, Layer.fresh(one))),
          { concurrency: "unbounded" }
        )
        assert.lengthOf(receiver.received, 60)
        assert.strictEqual(new Set(receiver.ids).size, 60)
        const all = yield* Effect.provide(deliveries(alex.tenantId), one)
        assert.isTrue(all.every(({ attempts, status }) => status === "delivered" && attempts === 1))
      })
    )
  )

  it.effect(
    "take over what one of them held and did not end, when its time is over",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const receiver = yield* Receiver.start
        const endpoint = yield* register(alex.tenantId, receiver)
        yield* happens(alex.connectionId)
        yield* FanOut.fanOut
        const claimed = yield* Deliveries.claim(endpoint.n, "another process", start, start + 30_000, 8)
        assert.lengthOf(claimed, 1)
        yield* TestClock.adjust("29 seconds")
        yield* deliver
        assert.lengthOf(receiver.received, 0)
        yield* TestClock.adjust("1 second")
        yield* deliver
        assert.lengthOf(receiver.received, 1)
        // The other one wakes up and says that it failed: that is no longer for it to say.
        const failed = {
          _tag: "Failed",
          status: 500,
          error: "-",
          nextAt: undefined,
          throttledUntil: undefined,
          gone: true
        } as const
        for (const one of claimed) yield* Deliveries.settle(endpoint.n, one, "another process", failed, start + 31_000)
        assert.containsSubset(yield* deliveries(alex.tenantId), [{ status: "delivered", attempts: 1 }])
        assert.strictEqual((yield* statusOf(endpoint)).status, "enabled")
      })
    )
  )
})

describe("a secret that is rotated under load", () => {
  it.effect(
    "fails no receiver that has the old one, both, or the new one, as long as the overlap lasts",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const receiver = yield* Receiver.start
        const endpoint = yield* register(alex.tenantId, receiver)
        const secrets = [endpoint.secret]
        const dispatcher = yield* Dispatcher
        for (let round = 0; round < 30; round += 1) {
          yield* happens(alex.connectionId, 2)
          yield* dispatcher.turn
          if (round === 10 || round === 20) secrets.push(Redacted.value(yield* Endpoints.rotateSecret(endpoint, 24)))
        }
        yield* deliver
        const has = (n: number) => receiver.received.filter((one) => isSigned(one, secrets[n] ?? "")).length
        assert.lengthOf(receiver.received, 60)
        // Whoever never changes, and whoever changes the moment the new one is given.
        assert.strictEqual(has(0), 60)
        const sinceFirst = receiver.received.findIndex((one) => isSigned(one, secrets[1] ?? ""))
        assert.isTrue(receiver.received.slice(sinceFirst).every((one) => isSigned(one, secrets[1] ?? "")))
        const sinceSecond = receiver.received.findIndex((one) => isSigned(one, secrets[2] ?? ""))
        assert.isTrue(receiver.received.slice(sinceSecond).every((one) => isSigned(one, secrets[2] ?? "")))
        const { length } = receiver.received
        yield* TestClock.adjust("25 hours")
        yield* happens(alex.connectionId)
        yield* deliver
        assert.deepEqual(
          secrets.map((secret) => receiver.received.slice(length).some((one) => isSigned(one, secret))),
          [false, false, true]
        )
      })
    )
  )
})

describe("a replay", () => {
  it.effect(
    "sends the events of its range again with the ids they had, twice the same, and leaves a receiver that dedupes as it was",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const receiver = yield* Receiver.start
        const endpoint = yield* register(alex.tenantId, receiver)
        yield* happens(alex.connectionId, 3)
        yield* TestClock.adjust("2 hours")
        yield* happens(alex.connectionId, 4)
        yield* deliver
        const bodies = new Map(receiver.received.map(({ body, id }) => [id, body]))
        assert.strictEqual(bodies.size, 7)
        const range = { from: "2026-11-28T01:00:00.000Z", to: "2026-11-28T23:00:00.000Z" }
        for (const round of [1, 2]) {
          const { length } = receiver.received
          assert.strictEqual(yield* FanOut.replay(endpoint, range), 4)
          assert.strictEqual(yield* FanOut.replay(endpoint, range), 0)
          yield* deliver
          assert.lengthOf(receiver.received, length + 4, `round ${round}`)
        }
        for (const { body, id } of receiver.received) assert.strictEqual(body, bodies.get(id))
        assert.strictEqual(new Set(receiver.ids).size, 7)
      })
    )
  )

  it.effect(
    "brings what an endpoint missed while it was disabled, and what was given up or forgotten long ago",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const receiver = yield* Receiver.start
        const endpoint = yield* register(alex.tenantId, receiver)
        yield* happens(alex.connectionId)
        yield* deliver
        yield* Endpoints.update(endpoint, { status: "disabled" })
        yield* happens(alex.connectionId, 2)
        yield* deliver
        yield* Endpoints.update(endpoint, { status: "enabled" })
        yield* TestClock.adjust("31 days")
        yield* deliver
        assert.lengthOf(yield* deliveries(alex.tenantId), 0)
        assert.lengthOf(receiver.received, 1)
        // The consent itself was given before the endpoint was there; whoever asks for that time gets it too.
        yield* FanOut.replay(endpoint, { from: "2026-11-28T00:00:00.000Z", to: "2026-11-29T00:00:00.000Z" })
        yield* deliver
        assert.lengthOf(receiver.received, 5)
        assert.strictEqual(new Set(receiver.ids).size, 4)
      })
    )
  )
})
