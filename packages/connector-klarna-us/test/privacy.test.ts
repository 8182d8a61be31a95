/** What never leaves: no request to another host, no write, and neither a secret nor a person in any error. */
import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { type StreamName, StreamName as Streams } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as KlarnaUs from "../src/index.ts"
import { type Hook, json } from "./Provider.ts"
import { read, sealed, withProvider } from "./Reading.ts"

const expired = sealed({ accessToken: "access-secret-old" })
const canaries = /secret|Quillfeather|Rosalind|5555550123|Alder|p_1\b|10000|5300/

const shown = (value: unknown): string =>
  [inspect(value, { depth: 20, showHidden: true }), JSON.stringify(value), String(value), Object(value).stack].join(
    "\n"
  )

describe("an error", () => {
  const profile = { profile: { id: "u_77", given_name: "Rosalind", family_name: 5, email: "Quillfeather" } }
  const failures: Record<string, Hook> = {
    "a refused token": ({ path }, response) => (path.includes("refresh") ? false : (json(response, 401, {}), true)),
    "a refused refresh": (_, response) => (json(response, 400, { error: "invalid_grant", for: "Rosalind" }), true),
    "a broken connection": (_, response) => (response.destroy(), true),
    "a lost answer": ({ path }, response) => path.includes("refresh") && (response.destroy(), true),
    "an answer that is not JSON": ({ path }, response) =>
      !path.includes("refresh") &&
      (response.writeHead(200, { "content-type": "application/json" }).end('Rosalind Quillfeather"'), true),
    "an answer of another shape": ({ path }, response) =>
      !path.includes("refresh") && (json(response, 200, profile), true),
    "a page for people": (_, response) => (
      response.writeHead(200, { "content-type": "text/html" }).end("Hello Rosalind"),
      true
    ),
    "a server's failure": (_, response) => (json(response, 500, { trace: "Rosalind", token: "access-secret-0" }), true),
    "a redirect": (_, response) => (
      response.writeHead(307, { location: "http://127.0.0.1:1/?access-secret" }).end(),
      true
    )
  }
  for (const [name, hook] of Object.entries(failures)) {
    it.live(`after ${name} holds no secret and nothing of the person`, () =>
      withProvider((provider) => {
        provider.hook = hook
        return Effect.map(read({ baseUrl: provider.url }, { stream: "profile", grant: expired }), ({ error }) => {
          assert.isDefined(error)
          assert.notMatch(shown(error), canaries)
        })
      })
    )
  }

  it.live("over a whole run no reason of a row set aside holds what the row held", () =>
    withProvider((provider) => {
      for (const rows of Object.values(provider.feeds)) for (const row of rows) row["updated_at"] = "Rosalind"
      return Effect.gen(function* () {
        for (const stream of ["purchases", "card", "balance", "points", "deliveries"] as const) {
          const { events } = yield* read({ baseUrl: provider.url }, { stream, grant: sealed() })
          provider.refreshToken = "refresh-secret-0"
          const aside = events.filter((event) => event._tag === "Quarantined")
          assert.isAbove(aside.length, 0)
          for (const { reason } of aside) assert.notMatch(reason, canaries)
        }
      })
    })
  )
})

describe("the network", () => {
  it.live("is the one host of the base URL, and only the two session calls are not reads", () =>
    withProvider((provider) =>
      Effect.gen(function* () {
        provider.rotates = false
        for (const stream of Streams.streamNames as ReadonlyArray<StreamName.StreamName>) {
          assert.isUndefined((yield* read({ baseUrl: provider.url }, { stream, grant: expired })).error)
        }
        for (const { headers, method, path } of provider.asked) {
          assert.strictEqual(`http://${headers.host}`, provider.url)
          assert.strictEqual(method, path.startsWith("/auth/v1/token/") ? "POST" : "GET")
          assert.notProperty(headers, "traceparent")
        }
        for (const { path, query } of provider.asked) assert.notMatch(`${path}?${query.toString()}`, /secret/)
      })
    )
  )

  for (const call of ["refresh", "read"] as const) {
    it.live(`is never a host a ${call} is redirected to`, () =>
      withProvider((elsewhere) =>
        withProvider((provider) => {
          provider.hook = ({ path }, response) => {
            if (path.includes("refresh") !== (call === "refresh")) return false
            response.writeHead(307, { location: `${elsewhere.url}${path}` }).end()
            return true
          }
          return Effect.map(read({ baseUrl: provider.url }, { stream: "profile", grant: expired }), ({ error }) => {
            assert.strictEqual(error?.reason._tag, "UnexpectedResponse")
            assert.strictEqual(elsewhere.asked.length, 0)
          })
        })
      )
    )
  }

  it("carries no token in the open, save to this machine and to a sandbox that is named", () => {
    assert.throws(() => KlarnaUs.layer({ baseUrl: "http://klarna.example" }), TypeError)
    assert.throws(() => KlarnaUs.layer({ baseUrl: "https://me:pass@klarna.example" }), TypeError)
    assert.throws(() => KlarnaUs.layer({ pageSize: 0 }), RangeError)
    KlarnaUs.layer({ baseUrl: "http://sandbox:8080", sandboxHosts: ["sandbox:8080"] })
    KlarnaUs.layer({ baseUrl: "http://127.0.0.1:8080/klarna/" })
  })
})
