/** Handing a session over: what the person is told, what is proved before it counts, and that the rotated grant is kept. */
import { assert, describe, it } from "@effect/vitest"
import type { Link } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { json } from "./Provider.ts"
import { account, read, run, withProvider } from "./Reading.ts"

const entered = (values: Record<string, string>): Link.LinkInput => ({
  answer: {
    _tag: "Entered",
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Redacted.make(value)]))
  },
  state: "hand-over"
})
const handOver = entered({ refresh_token: " refresh-secret-0\n", device_id: "device-secret" })

describe("linking", () => {
  it.live("says in plain words what is handed over and what it allows, and asks for no password", () =>
    withProvider((provider) =>
      Effect.map(
        run({ baseUrl: provider.url }, (connector) => connector.link({ answer: { _tag: "Start" }, state: "" })),
        (step) => {
          assert.strictEqual(step._tag, "Prompt")
          if (step._tag !== "Prompt") return
          assert.match(step.message, /everything you see in the app/)
          assert.match(step.message, /Never enter your password/)
          assert.deepStrictEqual(
            step.fields.map(({ name, secret }) => [name, secret]),
            [
              ["refresh_token", true],
              ["device_id", true]
            ]
          )
          assert.strictEqual(provider.asked.length, 0)
        }
      )
    )
  )

  it.live("asks again for what is missing, without asking the provider", () =>
    withProvider((provider) =>
      Effect.gen(function* () {
        for (const values of [{}, { refresh_token: "x" }, { refresh_token: "  ", device_id: "d" }]) {
          const step = yield* run({ baseUrl: provider.url }, (connector) => connector.link(entered(values)))
          assert.strictEqual(step._tag, "Prompt")
        }
        assert.strictEqual(provider.asked.length, 0)
      })
    )
  )

  it.live("proves the session by one renewal and two reads, and keeps the rotated grant", () =>
    withProvider((provider) =>
      Effect.gen(function* () {
        const step = yield* run({ baseUrl: provider.url }, (connector) => connector.link(handOver))
        if (step._tag !== "Linked") return assert.fail(step._tag)
        assert.deepStrictEqual(step.accounts, [account])
        assert.deepStrictEqual(
          provider.asked.map(({ method, path }) => `${method} ${path}`),
          ["POST /auth/v1/token/refresh", "GET /consumer/v2/profile", "GET /consumer/v2/balance"]
        )
        assert.deepInclude(JSON.parse(Redacted.value(step.grant)), { refreshToken: "refresh-secret-1" })
        const { error } = yield* read({ baseUrl: provider.url }, { grant: step.grant })
        assert.isUndefined(error)
        assert.strictEqual(provider.refreshes, 1)
      })
    )
  )

  it.live("of a session the provider does not know asks the person to link again", () =>
    withProvider((provider) =>
      Effect.gen(function* () {
        provider.refreshToken = "someone-else"
        const error = yield* Effect.flip(run({ baseUrl: provider.url }, (connector) => connector.link(handOver)))
        assert.strictEqual(error.reason._tag, "ConsentRequired")
      })
    )
  )

  it.live("survives a passing failure after the token was rotated", () =>
    withProvider((provider) => {
      let failures = 2
      provider.hook = ({ path }, response) => {
        if (path !== "/consumer/v2/balance" || failures-- <= 0) return false
        json(response, 503, {})
        return true
      }
      return Effect.map(
        run({ baseUrl: provider.url }, (connector) => connector.link(handOver)),
        (step) => assert.strictEqual(step._tag, "Linked")
      )
    })
  )
})
