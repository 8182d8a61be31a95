/** A small wire of nobody's, for the tests of recordings: its map, and an exchange as a connector would see it. */
import type { WireMap } from "@paymirror/core"
import type { Exchange } from "../src/recording/Exchange.ts"

export const wire: WireMap.WireMap = {
  mappedAgainst: { app: "example", version: "1", source: "these tests", date: "2026-01-02" },
  endpoints: [
    { method: "POST", path: "/token", streams: [], fields: [{ path: "access_token", required: true }] },
    {
      method: "GET",
      path: "/v1/accounts/{accountId}/entries",
      streams: ["balance"],
      rows: "entries",
      envelope: [{ path: "next", required: true }],
      parameters: ["limit"],
      fields: [
        { path: "id", required: true },
        { path: "kind", required: true, values: ["in", "out"] },
        { path: "text", required: false },
        { path: "parts", required: false },
        { path: "parts.amount", required: true }
      ]
    }
  ],
  refusal: [{ path: "error", required: true, values: ["gone_away"] }]
}

export interface Asked {
  readonly method?: string
  readonly path?: string
  readonly query?: ReadonlyArray<readonly [string, string]>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export const exchange = (
  json: unknown,
  asked: Asked = {},
  answered: { readonly status?: number; readonly type?: string; readonly text?: string } = {}
): Exchange => ({
  request: {
    method: asked.method ?? "GET",
    path: asked.path ?? "/v1/accounts/acc-77/entries",
    query: asked.query ?? [],
    headers: asked.headers ?? {},
    body: asked.body
  },
  answer: {
    status: answered.status ?? 200,
    headers: { "content-type": answered.type ?? "application/json" },
    body: answered.text ?? JSON.stringify(json)
  }
})
