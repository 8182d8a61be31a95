/** A recording as a provider: answers in their order, and no answer that was not recorded. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { Fixture, replay } from "../src/recording/index.ts"
import { wire } from "./wire.ts"

const recorded = (method: string, path: string, json: unknown, query: Fixture.Recorded["request"]["query"] = []) => ({
  request: { method, path, query, headers: {} },
  answer: { status: 200, headers: { "content-type": "application/json" }, body: { json } }
})

const fixture = (...exchanges: ReadonlyArray<Fixture.Recorded>): Fixture.Fixture => ({
  fixture: 1,
  connector: "example",
  stream: "balance",
  mappedAgainst: wire.mappedAgainst,
  recorded: "2026-01-02",
  anonymizer: 1,
  exchanges
})

const at = "https://api.example/base"

describe("a replay", () => {
  it.effect("answers in order, a read again with its last answer, and a renewal only once", () =>
    Effect.gen(function* () {
      const provider = replay(
        [
          fixture(
            recorded("GET", "/rows", 1),
            recorded("GET", "/rows", 2),
            recorded("GET", "/rows", 3, [["after", "c"]]),
            recorded("POST", "/token", 4)
          )
        ],
        { base: "/base" }
      )
      const said = (request: HttpClientRequest.HttpClientRequest) =>
        HttpClient.execute(request).pipe(
          Effect.flatMap((response) => response.json),
          Effect.provide(provider.layer)
        )
      const rows = HttpClientRequest.get(`${at}/rows`)
      assert.deepEqual([yield* said(rows), yield* said(rows), yield* said(rows)], [1, 2, 2])
      assert.strictEqual(yield* said(HttpClientRequest.get(`${at}/rows?after=c`)), 3)
      assert.strictEqual(yield* said(HttpClientRequest.post(`${at}/token`)), 4)
      yield* Effect.flip(said(HttpClientRequest.post(`${at}/token`)))
      yield* Effect.flip(said(HttpClientRequest.get(`${at}/rows?after=secret`)))
      assert.deepEqual(provider.unmatched(), ["POST /token", "GET /rows (after)"])
    })
  )

  it.effect("ends a connection where it ended, and refuses an answer that was left out", () =>
    Effect.gen(function* () {
      const { answer: _, ...lost } = recorded("GET", "/lost", 1)
      const omitted = {
        ...recorded("GET", "/xml", 1),
        answer: { status: 200, headers: {}, body: { omitted: "text/xml", bytes: 9 } }
      }
      const { fetch } = replay([fixture(lost, omitted)])
      for (const [path, why] of [
        ["lost", "the connection ended"],
        ["xml", "left out"]
      ] as const) {
        const error = yield* Effect.flip(Effect.tryPromise(() => fetch(`https://api.example/${path}`)))
        assert.include(String(error.cause), why)
      }
    })
  )

  it.effect("reads what was written, which is the same text for the same recording", () =>
    Effect.gen(function* () {
      const written = fixture(recorded("GET", "/rows", { b: [{ z: 1, a: 2 }], a: "x" }))
      const text = Fixture.encode(written)
      assert.strictEqual(Fixture.encode(yield* Fixture.decode(text)), text)
      assert.isBelow(text.indexOf('"a": "x"'), text.indexOf('"b"'))
      yield* Effect.flip(Fixture.decode("{}"))
    })
  )
})
