/** What a host can know of a provider's wire, from what its author states for reading it and nothing else. */
import { assert, describe, it } from "@effect/vitest"
import { Connector } from "@paymirror/core"
import {
  cursor,
  feed,
  layer,
  numbered,
  opensOnto,
  type Provider,
  type Published,
  single,
  windows,
  wireMap
} from "@paymirror/session"
import * as Effect from "effect/Effect"
import { FetchHttpClient } from "effect/http"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Api from "./Acme/Api.ts"
import { provider as acme } from "./Acme/read.ts"
import * as Translate from "./Acme/translate.ts"

const orders = { ...Api.endpoints.orders, schema: Api.Order, translate: Translate.order }

const endpoint = (provider: Provider, path: string) => wireMap(provider).endpoints.find((each) => each.path === path)

const fieldOf = (provider: Provider, path: string, name: string) =>
  endpoint(provider, path)?.fields.find((field) => field.path === name)

describe("the map of a provider's wire", () => {
  it("has every endpoint once, with the streams that come of reading it", () => {
    assert.deepStrictEqual(
      wireMap(acme).endpoints.map(({ method, path, streams }) => [method, path, streams.join()]),
      [
        ["POST", "/auth/token", ""],
        ["POST", "/auth/revoke", ""],
        ["GET", "/v1/orders", "purchases,plans"],
        ["GET", "/v1/wallet/entries", "balance"],
        ["GET", "/v1/wallet", "balance"],
        ["GET", "/v1/me", "profile"]
      ]
    )
    assert.deepStrictEqual(wireMap(acme).mappedAgainst, Api.mappedAgainst)
  })

  it("has the fields of a row, the words they may be and what stands beside the rows", () => {
    const found = endpoint(acme, "/v1/orders")
    assert.deepInclude(found, {
      rows: "orders",
      envelope: [{ path: "next_cursor", required: true }],
      parameters: ["page_size"]
    })
    const words = ["open", "done", "void"]
    assert.deepStrictEqual(fieldOf(acme, "/v1/orders", "state"), { path: "state", required: true, values: words })
    const paid = { path: "payments.paid_on", required: false }
    assert.deepStrictEqual(fieldOf(acme, "/v1/orders", "payments.paid_on"), paid)
    const kinds = ["load", "spend", "refund"]
    assert.deepStrictEqual(fieldOf(acme, "/v1/wallet/entries", "kind")?.values, kinds)
  })

  it("says how a refusal is worded, and what a renewal answers", () => {
    const { endpoints, refusal } = wireMap({
      ...acme,
      auth: { ...acme.auth, answer: { accessToken: "data.token" } },
      refusals: { field: "problem.code", ended: ["over"], others: ["late"] }
    })
    assert.deepStrictEqual(refusal, [
      { path: "problem", required: true },
      { path: "problem.code", required: true, values: ["over", "late"] }
    ])
    assert.deepStrictEqual(endpoints[0]?.fields, [
      { path: "data", required: true },
      { path: "data.token", required: true },
      { path: "expires_in", required: false },
      { path: "refresh_token", required: false }
    ])
  })

  it("knows how a list is cut into pages, and requires nothing that a last page leaves out", () => {
    const reading = (purchases: Provider["feeds"]["purchases"] & object): Provider => ({
      ...acme,
      feeds: { ...acme.feeds, purchases }
    })
    const paging = cursor({ next: "meta.next", size: false, ends: "absent" })
    const absent = endpoint(
      reading(feed({ ...orders, paging, alongside: ["total"], query: { view: "all" } })),
      "/v1/orders"
    )
    assert.deepInclude(absent, {
      envelope: [
        { path: "meta.next", required: false },
        { path: "total", required: false }
      ],
      parameters: ["view"]
    })
    const pages = endpoint(reading(feed({ ...orders, paging: numbered({ parameter: "p" }) })), "/v1/orders")
    assert.deepInclude(pages, { envelope: [], parameters: ["page_size", "p"] })
  })

  it("of an interface its provider publishes has the exchange of credentials, and what cuts a list into windows", () => {
    const { auth: _, handOver: __, ...source } = acme
    const paging = windows({
      parameters: { from: "since", to: "until", page: "page", size: "page_size" },
      answer: { pages: "pages", refreshed: "as_of", servedTo: "until" },
      most: 10,
      days: 31,
      history: 90,
      late: 3,
      waiting: { field: "state", is: "open", since: "ordered_at", days: 5 },
      tooLarge: { field: "error", is: "TOO_LARGE" }
    })
    const published: Published = {
      ...source,
      credentials: { token: "/oauth/token" },
      entering: { message: "", labels: { clientId: "", clientSecret: "" } },
      feeds: { ...acme.feeds, purchases: feed({ ...orders, paging }) }
    }
    const [token, ...rest] = wireMap(published).endpoints
    assert.deepStrictEqual(token, {
      method: "POST",
      path: "/oauth/token",
      streams: [],
      fields: [
        { path: "access_token", required: true },
        { path: "expires_in", required: false }
      ]
    })
    assert.deepInclude(
      rest.find(({ path }) => path === "/v1/orders"),
      {
        envelope: [
          { path: "pages", required: true },
          { path: "as_of", required: false },
          { path: "until", required: false }
        ],
        parameters: ["page", "page_size"]
      }
    )
  })

  it("has an answer that is read for two reasons once, and one that only linking asks as the session's", () => {
    const Who = Schema.Struct({ id: Schema.String, since: Schema.String })
    const provider: Provider = {
      ...acme,
      opens: opensOnto(
        { me: { path: "/v1/me", schema: Who }, banks: { path: "/v1/banks", schema: Schema.Struct({}) } },
        () => []
      )
    }
    assert.isTrue(fieldOf(provider, "/v1/me", "since")?.required)
    assert.isFalse(fieldOf(provider, "/v1/me", "email")?.required)
    assert.deepStrictEqual(endpoint(provider, "/v1/me")?.streams, ["profile"])
    assert.deepStrictEqual(endpoint(provider, "/v1/banks")?.streams, [])
  })
})

it.effect("a connector whose accounts have lists of their own maps a path of anybody's", () =>
  Effect.gen(function* () {
    const of = (currency: string): Provider => ({
      ...acme,
      feeds: {
        ...acme.feeds,
        profile: single({ path: `/v1/${encodeURIComponent(currency)}/me`, schema: Api.Me, translate: Translate.me })
      }
    })
    const { wire } = yield* Connector.Connector.pipe(
      Effect.provide(layer(of("USD"), {}, ({ currency }) => of(currency)).pipe(Layer.provide(FetchHttpClient.layer)))
    )
    const paths = (wire?.().endpoints ?? []).map(({ path }) => path)
    assert.include(paths, "/v1/{currency}/me")
    assert.notInclude(paths, "/v1/USD/me")
  })
)
