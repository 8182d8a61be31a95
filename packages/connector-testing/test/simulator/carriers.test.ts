import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { setupServer } from "msw/node"
import { farSide, Socket } from "../../src/simulator/index.ts"
import { handlers } from "../../src/simulator/msw.ts"
import { origin, page, renew, shop, signedIn } from "./shop.ts"
import type { Fetch, Shop } from "./shop.ts"

interface Carrier {
  readonly at: string
  readonly fetch: Fetch
}

const inProcess = ({ simulator }: Shop): Effect.Effect<Carrier> =>
  Effect.succeed({ at: origin, fetch: simulator.fetch })

const overSocket = ({ simulator }: Shop): Effect.Effect<Carrier, never, Scope.Scope> =>
  Effect.map(Socket.serve(simulator), (at) => ({ at, fetch: globalThis.fetch }))

const onMsw = ({ simulator }: Shop): Effect.Effect<Carrier, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const server = setupServer(...handlers(simulator, origin))
      server.listen({ onUnhandledFrame: "error" })
      return server
    }),
    (server) => Effect.sync(() => server.close())
  ).pipe(Effect.as({ at: origin, fetch: (input, init) => globalThis.fetch(input, init) }))

const broken = (work: Promise<unknown>) =>
  Effect.promise(() =>
    work.then(
      () => false,
      () => true
    )
  )

for (const [name, carried] of [
  ["in the process", inProcess],
  ["over a socket", overSocket],
  ["on msw", onMsw]
] as const) {
  describe(`a simulator ${name}`, () => {
    const ready = Effect.gen(function* () {
      const made = shop()
      const { access } = yield* Effect.promise(() => signedIn(made))
      const { at, fetch } = yield* carried(made)
      const get = (path: string, init?: RequestInit) => fetch(at + path, init)
      return { ...made, access, get, read: () => page(fetch, access, {}, at) }
    })

    it.live("answers, refuses and knows what it has not", () =>
      Effect.gen(function* () {
        const { get, read, simulator } = yield* ready
        assert.deepStrictEqual((yield* Effect.promise(read)).ids, ["o1", "o2", "o3"])
        const status = (path: string, init?: RequestInit) => Effect.promise(async () => (await get(path, init)).status)
        assert.strictEqual(yield* status("/hello"), 200)
        assert.strictEqual(yield* status("/wallet"), 401)
        assert.strictEqual(yield* status("/nowhere"), 404)
        assert.strictEqual(yield* status("/wallet", { method: "PUT" }), 405)
        assert.deepInclude(simulator.ledger.totals, { requests: 6, writeAttempts: 1 })
      })
    )

    it.live("throttles, fails and asks for a person", () =>
      Effect.gen(function* () {
        const { get, simulator } = yield* ready
        simulator.faults.throttle(17)
        simulator.faults.failNext(1, 502)
        simulator.faults.add({ fault: { kind: "bot-page" } })
        const heard = yield* Effect.promise(async () => [await get("/hello"), await get("/hello"), await get("/hello")])
        assert.deepStrictEqual(
          heard.map(({ status }) => status),
          [429, 502, 200]
        )
        assert.strictEqual(heard[0]?.headers.get("retry-after"), "17")
        assert.include(heard[2]?.headers.get("content-type") ?? "", "text/html")
      })
    )

    it.live("hangs up before and after it did what was asked, and stalls until it is given up", () =>
      Effect.gen(function* () {
        const { get, read, simulator } = yield* ready
        simulator.faults.add({ fault: { kind: "drop" } })
        simulator.faults.add({ fault: { kind: "lost-answer" } })
        simulator.faults.add({ fault: { kind: "stall" } })
        assert.isTrue(yield* broken(get("/hello")))
        assert.isTrue(yield* broken(get("/hello")))
        assert.isTrue(yield* broken(get("/hello", { signal: AbortSignal.timeout(60) })))
        assert.deepStrictEqual(
          simulator.ledger.entries.slice(-3).map(({ outcome }) => outcome),
          ["dropped", "lost", "stalled"]
        )
        assert.strictEqual((yield* Effect.promise(read)).status, 200)
      })
    )

    it.live("drifts where its routes say that it matters", () =>
      Effect.gen(function* () {
        const { read, simulator } = yield* ready
        const changes = ["malformed-row", "unknown-value", "extra-fields", "missing-rows"] as const
        for (const change of changes) simulator.faults.add({ fault: { kind: "drift", change } })
        const heard = yield* Effect.promise(async () => [await read(), await read(), await read(), await read()])
        const rows = heard.map(({ body }) => body.data?.orders)
        assert.deepStrictEqual(rows[0]?.[0]?.["order_id"], { malformed: true })
        assert.strictEqual(rows[1]?.[0]?.["status"], "in_transition")
        assert.property(rows[2]?.[0], "x_experiment")
        assert.isUndefined(rows[3])
      })
    )
  })
}

describe("a far side", () => {
  it.live("is none where a stream is read from a path that no route answers", () =>
    Effect.gen(function* () {
      const { simulator } = shop()
      const staged = yield* Effect.exit(farSide(simulator, { streams: { purchases: "/orders" } }))
      assert.include(String(staged), "no route answers /orders")
    }).pipe(Effect.scoped)
  )

  it.live("tells its tokens as secrets, new ones too, and how many rows it shows", () =>
    Effect.gen(function* () {
      const { simulator } = shop()
      const far = yield* farSide(simulator, { streams: { purchases: "/shops/{shop}/orders" }, over: "fetch" })
      const { refreshToken } = far.handOver
      assert.include(far.secrets ?? [], refreshToken)
      const { body } = yield* Effect.promise(() => renew(far.fetch ?? globalThis.fetch, refreshToken))
      assert.includeMembers([...(far.secrets ?? [])], [body.access_token, body.refresh_token])
      assert.strictEqual(yield* far.shows?.("purchases") ?? Effect.succeed(0), 7)
    }).pipe(Effect.scoped)
  )
})
