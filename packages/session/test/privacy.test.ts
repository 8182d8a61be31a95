/** What never leaves, whoever the provider is: no request to another host, and neither a secret nor a person in an error. */
import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { layer, type Options } from "@paymirror/session"
import * as Effect from "effect/Effect"
import { provider as acme } from "./Acme/read.ts"
import { type Hook, json } from "./Provider.ts"
import { read, sealed, withProvider } from "./Reading.ts"

const expired = sealed({ accessToken: "access-secret-old" })
const canaries = /secret|Rosalind|quillfeather|u_77/

describe("an error", () => {
  const isRead = (path: string): boolean => !path.startsWith("/auth/")
  const failures: Record<string, Hook> = {
    "a refused token": ({ path }, response) => isRead(path) && (json(response, 401, { for: "Rosalind" }), true),
    "a refused renewal": (_, response) => (json(response, 400, { error: "invalid_grant", for: "Rosalind" }), true),
    "a lost answer": ({ path }, response) => !isRead(path) && (response.destroy(), true),
    "an answer that is not JSON": ({ path }, response) =>
      isRead(path) &&
      (response.writeHead(200, { "content-type": "application/json" }).end('Rosalind Quillfeather"'), true),
    "an answer of another shape": ({ path }, response) =>
      isRead(path) && (json(response, 200, { id: 77, first_name: "Rosalind" }), true),
    "a page for people": (_, response) => (
      response.writeHead(200, { "content-type": "text/html" }).end("Hello Rosalind"),
      true
    )
  }
  for (const [name, hook] of Object.entries(failures)) {
    it.live(`after ${name} holds no secret and nothing of the person`, () =>
      withProvider((far) => {
        far.hook = hook
        return Effect.map(read({ baseUrl: far.url }, { stream: "profile", grant: expired }), ({ error }) => {
          assert.isDefined(error)
          assert.notMatch(inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error), canaries)
        })
      })
    )
  }
})

for (const call of ["renewal", "read"] as const) {
  it.live(`a host that a ${call} is redirected to is never asked`, () =>
    withProvider((elsewhere) =>
      withProvider((far) => {
        far.hook = ({ path }, response) => {
          if ((path === "/auth/token") !== (call === "renewal")) return false
          response.writeHead(307, { location: `${elsewhere.url}${path}` }).end()
          return true
        }
        return Effect.map(read({ baseUrl: far.url }, { stream: "profile", grant: expired }), ({ error }) => {
          assert.strictEqual(error?.reason._tag, "UnexpectedResponse")
          assert.strictEqual(elsewhere.asked.length, 0)
        })
      })
    )
  )
}

it.live("nothing of a session stands in an address, and no call carries a trace", () =>
  withProvider((far) =>
    Effect.map(read({ baseUrl: far.url }, { grant: expired }), ({ error }) => {
      assert.isUndefined(error)
      for (const { headers, path, query } of far.asked) {
        assert.notMatch(`${path}?${query.toString()}`, canaries)
        assert.notProperty(headers, "traceparent")
      }
    })
  )
)

it("no token goes in the open, save to this machine and to a sandbox that is named", () => {
  const opening = (options: Options) => () => layer(acme, options)
  assert.throws(opening({ baseUrl: "http://api.acme.example" }), TypeError)
  assert.throws(opening({ baseUrl: "https://me:pass@api.acme.example" }), TypeError)
  assert.throws(opening({ pageSize: 0 }), RangeError)
  assert.doesNotThrow(opening({ baseUrl: "http://sandbox:8080", sandboxHosts: ["sandbox:8080"] }))
  assert.doesNotThrow(opening({ baseUrl: "http://127.0.0.1:8080/acme/" }))
})
