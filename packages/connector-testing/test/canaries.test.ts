/** The search that a recording has to pass: it is shown each way a person could hide in one, and has to find them. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import * as Redacted from "effect/Redacted"
import { vi } from "vitest"
import * as Canaries from "../src/recording/Canaries.ts"
import type { Recorded } from "../src/recording/Fixture.ts"
import * as Recording from "../src/recording/Recording.ts"
import { StandIns } from "../src/recording/StandIns.ts"
import { wire } from "./wire.ts"

const canary = (name: string, value: string): Canaries.Canary => ({ name, value: Redacted.make(value) })

const stored = (json: unknown, path = "/v1/x"): Recorded => ({
  request: { method: "GET", path, query: [], headers: {} },
  answer: { status: 200, headers: {}, body: { json } }
})

const search = (json: unknown, value: string) => Canaries.search("balance", [stored(json)], [canary("it", value)])

describe("a canary", () => {
  const name = "Zoë Quillfeather/2"
  const hidings: ReadonlyArray<readonly [string, string]> = [
    ["as it is", `said ${name} today`],
    ["in other case", name.toUpperCase()],
    ["percent-encoded", `/x/${encodeURIComponent(name)}?y`],
    ["as a form has it", encodeURIComponent(name).replaceAll("%20", "+")],
    ["escaped as JSON", "Zo\\u00eb Quillfeather/2"],
    ["with escaped slashes", "Zoë Quillfeather\\/2"],
    ...[0, 1, 2, 3].map((shift): readonly [string, string] => [
      `in base64 after ${shift} bytes`,
      Buffer.from(`${"x".repeat(shift)}${name} and more`).toString("base64")
    ]),
    ["in a token's base64url", Buffer.from(JSON.stringify({ a: "??>>", name })).toString("base64url")]
  ]
  for (const [how, text] of hidings) {
    it(`is found ${how}`, () => {
      const [hit] = search({ row: [{ field: text }] }, name)
      assert.strictEqual(hit?.place, "balance[0].answer.body.json.row[0].field")
      assert.notInclude(JSON.stringify(hit), "Quillfeather")
    })
  }

  it("is found as a number, as a telephone written otherwise, and as the name of a field", () => {
    assert.lengthOf(search({ a: 4_471_220 }, "4471220"), 1)
    assert.lengthOf(search({ a: "+1 (555) 010-0199" }, "+15550100199"), 1)
    const [hit] = search({ rosalind: { b: 1 } }, "Rosalind")
    assert.include(hit?.place, "a name below")
    assert.notInclude(JSON.stringify(search({ rosalind: { b: "rosalind" } }, "Rosalind")), "osalind")
  })

  it("in a path is found", () => {
    const hits = Canaries.search("balance", [stored({}, "/v1/acc-771")], [canary("it", "acc-771")])
    assert.strictEqual(hits[0]?.place, "balance[0].request.path")
  })

  it("that is short is found alone and not in every word", () => {
    assert.lengthOf(search({ a: "Al" }, "al"), 1)
    assert.lengthOf(search({ a: "to Alex, with love" }, "alex"), 1)
    assert.lengthOf(search({ a: "balexi" }, "alex"), 0)
  })

  it("that is not there is not found", () => {
    assert.deepEqual(search({ a: ["something", 12, null, true] }, "Quillfeather"), [])
  })
})

describe("a recording", () => {
  const manifest = {
    spec: "1",
    id: "example",
    name: "Example",
    provider: "example",
    markets: ["US"],
    route: "session",
    link: "prompt",
    maturity: "illustrative",
    hosts: ["api.example"],
    streams: {}
  } as const

  const recordedOf = (json: unknown, allow: ReadonlyArray<string> = [], key?: Redacted.Redacted<Uint8Array>) =>
    Effect.gen(function* () {
      const recording = Recording.make({ manifest, wire, allow, ...(key !== undefined && { key }) })
      const http = HttpClient.make((request) =>
        Effect.succeed(HttpClientResponse.fromWeb(request, Response.json(json)))
      )
      const url = "https://api.example/v1/accounts/acc-77/entries"
      const response = yield* recording.during("balance")(
        recording.around(http).execute(HttpClientRequest.get(url, { urlParams: { limit: "5" } }))
      )
      return { recording, heard: yield* response.json }
    })

  it.effect("hands on what was answered as it was", () =>
    Effect.gen(function* () {
      const json = { entries: [{ id: "e-100200", text: "Rosalind Quillfeather" }] }
      const { heard, recording } = yield* recordedOf(json)
      assert.deepEqual<unknown>(heard, json)
      const [file] = yield* recording.finish([])
      assert.notInclude(file?.text, "Quillfeather")
      assert.include(file?.text, '"limit"')
    })
  )

  it.effect("is not written where an allowed field holds what is replaced elsewhere, though no canary names it", () =>
    Effect.gen(function* () {
      const { recording } = yield* recordedOf({ text: "Rosalind Quillfeather", note: "for Rosalind Quillfeather" }, [
        "note"
      ])
      const leak = yield* Effect.flip(recording.finish([]))
      assert.deepEqual(
        leak.hits.map(({ place }) => place),
        ["balance[0].answer.body.json.note"]
      )
      assert.notInclude(leak.message, "Quill")
    })
  )

  it.effect("is not refused for what a stand-in spells by chance", () =>
    Effect.gen(function* () {
      // One of some twenty draws for two digits is one of these, whatever they are drawn for.
      const sought = ["12", "34", "56", "78", "90"].map((value) => canary("the house", value))
      for (const drawn of Array(50).keys()) {
        const { recording } = yield* recordedOf({ id: "41" }, [], Redacted.make(new Uint8Array([drawn])))
        yield* recording.finish(sought)
      }
    })
  )

  it.effect("by an anonymizer that lets a field through is caught by the canaries alone", () =>
    Effect.gen(function* () {
      const { recording } = yield* recordedOf({ owner: "Rosalind Quillfeather", text: "other" })
      const forgets = vi.spyOn(StandIns.prototype, "of").mockImplementation((text) => text)
      const leak = yield* Effect.flip(recording.finish([canary("the owner", "Rosalind Quillfeather")])).pipe(
        Effect.ensuring(Effect.sync(() => forgets.mockRestore()))
      )
      assert.deepEqual(leak.hits, [
        { place: "balance[0].answer.body.json.owner", name: "the owner", spelling: "as it is" }
      ])
    })
  )
})
