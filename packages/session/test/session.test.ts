/** The rules of a session: one refresh for any number of readers, stored before it is used, and no token spent twice. */
import { assert, describe, it } from "@effect/vitest"
import { Connector, type Session } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type Hook, json } from "./Provider.ts"
import { fresh, ids, read, run, sealed, sessionOf, withProvider } from "./Reading.ts"

const refresh = "/auth/token"
const expired = sealed({ accessToken: "access-secret-old", accessExpiresAt: "2020-01-01T00:00:00.000Z" })

const tokensOf = (grant: Connector.SealedGrant) => JSON.parse(Redacted.value(grant))

describe("a refresh", () => {
  for (const [name, grant] of [
    ["an expired token", expired],
    ["a refused token", sealed({ accessToken: "access-secret-old" })],
    ["no token yet", sealed()]
  ] as const) {
    it.live(`is one call for a hundred readers with ${name}`, () =>
      withProvider((provider) =>
        Effect.gen(function* () {
          const session = sessionOf(grant)
          const readings = yield* Effect.all(
            Array.from({ length: 100 }, () => read({ baseUrl: provider.url }, { stream: "profile", session })),
            { concurrency: "unbounded" }
          )
          assert.strictEqual(provider.to(refresh).length, 1)
          for (const { error, events } of readings) {
            assert.isUndefined(error)
            assert.deepStrictEqual(ids(events), ["u_77"])
          }
        })
      )
    )
  }

  it.live("is stored before the new tokens are used", () =>
    withProvider((provider) => {
      const order: Array<string> = []
      provider.hook = ({ headers, path }) => {
        order.push(path === refresh ? "refresh" : `read with ${headers.authorization}`)
        return false
      }
      const session = sessionOf(expired, (grant) =>
        Effect.gen(function* () {
          yield* Effect.sleep("20 millis")
          order.push(`stored ${tokensOf(grant).refreshToken}`)
        })
      )
      return Effect.map(read({ baseUrl: provider.url }, { stream: "profile", session }), ({ error }) => {
        assert.isUndefined(error)
        assert.deepStrictEqual(order, ["refresh", "stored refresh-secret-1", "read with Bearer access-secret-1"])
      })
    })
  )

  it.live("keeps the token where the provider did not rotate it", () =>
    withProvider((provider) => {
      provider.rotates = false
      const session = sessionOf(expired)
      return Effect.gen(function* () {
        yield* read({ baseUrl: provider.url }, { stream: "profile", session })
        const { grant } = yield* session.current
        assert.deepInclude(tokensOf(grant), { refreshToken: "refresh-secret-0", accessToken: "access-secret-1" })
      })
    })
  )

  it.live("that was begun is carried to its end when its reader is stopped", () =>
    withProvider((provider) => {
      const stored: Array<string> = []
      provider.hook = ({ path }, response) => {
        if (path !== refresh) return false
        setTimeout(() => json(response, 200, provider.renewed()), 100)
        return true
      }
      const session = sessionOf(expired, (grant) => Effect.sync(() => stored.push(tokensOf(grant).refreshToken)))
      return Effect.gen(function* () {
        yield* read({ baseUrl: provider.url }, { stream: "profile", session }).pipe(Effect.timeoutOption("30 millis"))
        assert.deepStrictEqual(stored, ["refresh-secret-1"])
      })
    })
  )
})

describe("an answer that was lost", () => {
  const lost: Record<string, Hook> = {
    "the connection broke": (_, response) => {
      response.destroy()
      return true
    },
    "it never came": () => true,
    "it was cut off": (_, response) => {
      response
        .writeHead(200, { "content-type": "application/json", "content-length": "400" })
        .write('{"access_token":"acc')
      setTimeout(() => response.destroy(), 5)
      return true
    },
    "it cannot be read": (_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end('{"access_token":"acc')
      return true
    }
  }
  for (const [name, hook] of Object.entries(lost)) {
    it.live(`is met by exactly one more try, then the person links again, and nothing more is sent: ${name}`, () =>
      withProvider((provider) =>
        Effect.gen(function* () {
          provider.hook = (asked, response) => asked.path === refresh && hook(asked, response)
          const options = { baseUrl: provider.url, timeout: "150 millis" } as const
          const session = sessionOf(expired)
          const first = yield* read(options, { stream: "profile", session })
          assert.strictEqual(first.error?.reason._tag, "ConsentRequired")
          assert.deepStrictEqual(
            provider.asked.map(({ body, path }) => [path, JSON.parse(body).refresh_token]),
            [
              [refresh, "refresh-secret-0"],
              [refresh, "refresh-secret-0"]
            ]
          )
          const second = yield* read(options, { stream: "profile", session })
          assert.strictEqual(second.error?.reason._tag, "ConsentRequired")
          assert.strictEqual(provider.asked.length, 2)
        })
      )
    )
  }

  it.live("is survived where the provider lets the old token renew once more", () =>
    withProvider((provider) => {
      let answers = 0
      provider.hook = ({ path }, response) => {
        if (path !== refresh || answers++ > 0) return false
        response.destroy()
        return true
      }
      return Effect.map(read({ baseUrl: provider.url }, { grant: expired }), ({ error, events }) => {
        assert.isUndefined(error)
        assert.strictEqual(ids(events).length, 8)
      })
    })
  )

  it.live("is not suspected where no connection was made: the session stays as it was", () =>
    Effect.gen(function* () {
      const gone = yield* withProvider((provider) => Effect.succeed(provider.url))
      const session = sessionOf(expired)
      for (let run = 0; run < 3; run++) {
        const { error } = yield* read({ baseUrl: gone }, { stream: "profile", session })
        assert.deepInclude(error?.reason, { _tag: "ProviderUnavailable", answerLost: false })
      }
    })
  )
})

describe("a refusal", () => {
  const ended = (session: Session.Session<Connector.SealedGrant>) => Effect.flip(session.current)

  it.live("of the refresh asks the person to link again, at once", () =>
    withProvider((provider) =>
      Effect.gen(function* () {
        provider.refreshToken = "someone-else"
        const session = sessionOf(expired)
        const { error } = yield* read({ baseUrl: provider.url }, { stream: "profile", session })
        assert.strictEqual(error?.reason._tag, "ConsentRequired")
        assert.strictEqual(provider.asked.length, 1)
        assert.strictEqual((yield* ended(session)).reason._tag, "ConsentRequired")
      })
    )
  )

  it.live("of a token that was just renewed is not tried a third time", () =>
    withProvider((provider) => {
      provider.hook = ({ path }, response) => {
        if (path === refresh) return false
        json(response, 401, { error: "invalid_token" })
        return true
      }
      return Effect.map(read({ baseUrl: provider.url }, { stream: "profile" }), ({ error }) => {
        assert.strictEqual(error?.reason._tag, "ConsentRequired")
        assert.deepStrictEqual(
          provider.asked.map(({ method }) => method),
          ["GET", "POST", "GET"]
        )
      })
    })
  )

  it.live("because the session was ended at the provider asks the person to link again", () =>
    withProvider((provider) => {
      provider.hook = (_, response) => {
        json(response, 403, { error: "session_revoked" })
        return true
      }
      return Effect.map(read({ baseUrl: provider.url }), ({ error }) => {
        assert.strictEqual(error?.reason._tag, "ConsentRequired")
        assert.strictEqual(provider.asked.length, 1)
      })
    })
  )

  for (const [status, tag] of [
    [429, "RateLimited"],
    [503, "ProviderUnavailable"]
  ] as const) {
    it.live(`with ${status} leaves the session to be renewed later, and is not repeated now`, () =>
      withProvider((provider) =>
        Effect.gen(function* () {
          provider.hook = ({ path }, response) => {
            if (path !== refresh || provider.asked.length > 1) return false
            json(response, status, {}, { "retry-after": "5" })
            return true
          }
          const session = sessionOf(expired)
          const first = yield* read({ baseUrl: provider.url }, { stream: "profile", session })
          assert.strictEqual(first.error?.reason._tag, tag)
          assert.strictEqual(provider.asked.length, 1)
          const second = yield* read({ baseUrl: provider.url }, { stream: "profile", session })
          assert.isUndefined(second.error)
        })
      )
    )
  }
})

describe("revoking", () => {
  const revoke = "/auth/revoke"

  it.live("ends the session at the provider", () =>
    withProvider((provider) =>
      Effect.gen(function* () {
        yield* run({ baseUrl: provider.url }, (connector) => connector.revoke(sessionOf(fresh)))
        assert.deepStrictEqual(
          provider.asked.map(({ body, method, path }) => [method, path, JSON.parse(body)]),
          [["POST", revoke, { refresh_token: "refresh-secret-0", device_id: "device-secret" }]]
        )
      })
    )
  )

  it.live("succeeds for one that is already gone, here or there", () =>
    withProvider((provider) =>
      Effect.gen(function* () {
        provider.hook = ({ path }, response) => {
          if (path !== revoke) return false
          json(response, 400, { error: "invalid_grant" })
          return true
        }
        yield* run({ baseUrl: provider.url }, (connector) => connector.revoke(sessionOf(fresh)))
        provider.refreshToken = "someone-else"
        const session = sessionOf(expired)
        yield* read({ baseUrl: provider.url }, { session })
        yield* run({ baseUrl: provider.url }, (connector) => connector.revoke(session))
      })
    )
  )
})
