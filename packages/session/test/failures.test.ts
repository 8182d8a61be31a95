/** What a read does when the provider does not answer as it should: wait it out, come back later, or ask the person. */
import { assert, describe, it } from "@effect/vitest"
import { Instant } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import type { Hook } from "./Provider.ts"
import { json, Provider } from "./Provider.ts"
import { ids, read, withProvider } from "./Reading.ts"

const passing: Record<string, Hook> = {
  "a 503": (_, response) => {
    json(response, 503, {})
    return true
  },
  "a broken connection": (_, response) => {
    response.destroy()
    return true
  },
  "no answer at all": () => true
}

describe("a passing failure", () => {
  for (const [name, hook] of Object.entries(passing)) {
    it.live(`is waited out: ${name}, three times over`, () =>
      withProvider((provider) => {
        provider.hook = (asked, response) => provider.asked.length <= 3 && hook(asked, response)
        return Effect.map(
          read({ baseUrl: provider.url, timeout: "100 millis" }, { stream: "profile" }),
          ({ error, events }) => {
            assert.isUndefined(error)
            assert.deepStrictEqual(ids(events), ["u_77"])
            assert.strictEqual(provider.asked.length, 4)
          }
        )
      })
    )
  }

  it.live("that does not pass is reported after three more tries", () =>
    withProvider((provider) => {
      provider.hook = (_, response) => {
        json(response, 502, {})
        return true
      }
      return Effect.map(read({ baseUrl: provider.url }, { stream: "profile" }), ({ error }) => {
        assert.strictEqual(error?.reason._tag, "ProviderUnavailable")
        assert.strictEqual(provider.asked.length, 4)
      })
    })
  )

  it.effect("is given twice as long each time, by the clock of the host", () =>
    Effect.acquireUseRelease(
      Effect.promise(() => new Provider().start()),
      (provider) =>
        Effect.gen(function* () {
          provider.hook = (_, response) => {
            json(response, 503, {})
            return true
          }
          const asked = (count: number) =>
            Effect.promise(async () => {
              while (provider.asked.length < count) await new Promise((resolve) => setTimeout(resolve, 2))
              await new Promise((resolve) => setTimeout(resolve, 20))
              assert.strictEqual(provider.asked.length, count)
            })
          const fiber = yield* Effect.forkChild(
            read({ baseUrl: provider.url, backoff: "1 second" }, { stream: "profile" })
          )
          for (const [index, millis] of [1000, 2000, 4000].entries()) {
            yield* asked(index + 1)
            yield* TestClock.adjust(millis - 1)
            yield* asked(index + 1)
            yield* TestClock.adjust(1)
          }
          const { error } = yield* Fiber.join(fiber)
          assert.strictEqual(error?.reason._tag, "ProviderUnavailable")
        }),
      (provider) => Effect.promise(() => provider.stop())
    )
  )

  it.live("in the middle of a feed keeps the pages before it", () =>
    withProvider((provider) => {
      provider.hook = ({ query }, response) => {
        if (query.get("updated_after") !== "c2") return false
        json(response, 500, {})
        return true
      }
      return Effect.map(read({ baseUrl: provider.url, pageSize: 1 }), ({ error, events }) => {
        assert.strictEqual(error?.reason._tag, "ProviderUnavailable")
        assert.deepStrictEqual(ids(events), ["o_1", "o_1:plan", "o_2", "o_2:plan"])
      })
    })
  )
})

describe("a rate limit", () => {
  const now = Instant.toEpochMillis("2026-06-08T12:00:00.000Z")
  for (const [header, until] of [
    ["30", "2026-06-08T12:00:30.000Z"],
    ["Mon, 08 Jun 2026 12:05:00 GMT", "2026-06-08T12:05:00.000Z"],
    ["Mon, 08 Jun 2026 11:00:00 GMT", "2026-06-08T12:00:00.000Z"],
    ["99999999999999999999", "2026-06-09T12:00:00.000Z"],
    ["Fri, 31 Dec 9999 23:59:59 GMT", "2026-06-09T12:00:00.000Z"],
    ["soon", "2026-06-08T12:01:00.000Z"],
    ["", "2026-06-08T12:01:00.000Z"]
  ] as const) {
    it.effect(`carries when to come back, at most a day away, and is not tried again: "${header}"`, () =>
      withProvider((provider) =>
        Effect.gen(function* () {
          yield* TestClock.setTime(now)
          provider.hook = (_, response) => {
            json(response, 429, { error: "slow_down" }, header === "" ? {} : { "retry-after": header })
            return true
          }
          const { error } = yield* read({ baseUrl: provider.url }, { stream: "profile" })
          assert.deepStrictEqual(error?.reason._tag === "RateLimited" && error.reason.until, until)
          assert.strictEqual(provider.asked.length, 1)
        })
      )
    )
  }
})

for (const status of [200, 403, 503]) {
  it.live(`a bot check with status ${status} is left to the person and never answered`, () =>
    withProvider((provider) => {
      provider.hook = (_, response) => {
        response.writeHead(status, { "content-type": "text/html; charset=utf-8" }).end("<html>Are you human?</html>")
        return true
      }
      return Effect.map(read({ baseUrl: provider.url }), ({ error }) => {
        assert.deepInclude(error?.reason, { _tag: "InteractionRequired", kind: "bot_check" })
        assert.strictEqual(provider.asked.length, 1)
      })
    })
  )
}

for (const [name, hook] of [
  [
    "no JSON",
    ((_, response) => (response.writeHead(200, { "content-type": "application/json" }).end("{,"), true)) as Hook
  ],
  ["an answer for something else", ((_, response) => (json(response, 200, { hello: 1 }), true)) as Hook],
  ["a status nobody wrote down", ((_, response) => (json(response, 418, {}), true)) as Hook]
] as const) {
  it.live(`${name} is an unexpected response and is not tried again`, () =>
    withProvider((provider) => {
      provider.hook = hook
      return Effect.map(read({ baseUrl: provider.url }, { stream: "profile" }), ({ error }) => {
        assert.strictEqual(error?.reason._tag, "UnexpectedResponse")
        assert.strictEqual(provider.asked.length, 1)
      })
    })
  )
}
