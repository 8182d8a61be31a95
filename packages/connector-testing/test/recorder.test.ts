import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import { Recorder } from "../src/index.ts"

const answers: Readonly<Record<string, () => Response>> = {
  "/here": () => new Response("here"),
  "/moved": () => new Response(null, { status: 302, headers: { location: "https://elsewhere.example/here" } }),
  "/along": () => new Response(null, { status: 302, headers: { location: "/here" } })
}

const recorder = Recorder.make({
  hosts: ["api.acme.example"],
  fetch: async (input) =>
    (
      answers[new URL(input instanceof Request ? input.url : input).pathname] ??
      (() => new Response(null, { status: 404 }))
    )()
})

const get = (url: string, made: Recorder.Recorder) =>
  HttpClient.get(url).pipe(
    Effect.flatMap((response) => response.text),
    Effect.orElseSucceed(() => "refused"),
    Effect.provide(made.layer)
  )

describe("the recorder", () => {
  it.live("sends what is for the manifest's hosts to the far side and notes it", () =>
    Effect.gen(function* () {
      const made = yield* recorder
      assert.strictEqual(yield* get("https://api.acme.example/along?token=t0ken", made), "here")
      assert.deepStrictEqual(
        made.sent().map(({ method, path }) => `${method} ${path}`),
        ["GET /along", "GET /here"]
      )
      assert.notInclude(JSON.stringify(made.sent()), "t0ken")
    })
  )

  it.live("refuses every other host, also one it is redirected to", () =>
    Effect.gen(function* () {
      const made = yield* recorder
      assert.strictEqual(yield* get("https://elsewhere.example/here", made), "refused")
      assert.strictEqual(yield* get("https://api.acme.example/moved", made), "refused")
      assert.deepStrictEqual(
        made
          .sent()
          .filter(({ allowed }) => !allowed)
          .map(({ host }) => host),
        ["elsewhere.example", "elsewhere.example"]
      )
    })
  )

  it.live("refuses the global fetch meanwhile, and gives it back", () =>
    Effect.gen(function* () {
      const before = globalThis.fetch
      const around = yield* Effect.scoped(
        Effect.gen(function* () {
          const made = yield* recorder
          yield* Effect.ignore(Effect.tryPromise(() => globalThis.fetch("https://api.acme.example/here")))
          return made.around()
        })
      )
      assert.deepStrictEqual(around, ["api.acme.example"])
      assert.strictEqual(globalThis.fetch, before)
    })
  )
})
