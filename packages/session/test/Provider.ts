/**
 * Acme's side on a real socket, for these tests: lists cut into pages by an opaque cursor, tokens that expire and rotate,
 * a ledger of what was asked, and one hook per request for everything that goes wrong or is done otherwise.
 */
import * as http from "node:http"
import type { AddressInfo } from "node:net"

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }
export type Row = Record<string, Json>

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/** Answers the request itself and says so, or leaves it to the provider. */
export type Hook = (asked: Asked, response: http.ServerResponse) => boolean

export const order = (number: number, change: Row = {}): Row => ({
  id: `o_${number}`,
  shop: "Alder & Ash",
  cents: 4000,
  currency: "USD",
  state: "open",
  ordered_at: "2026-05-01T09:30:00Z",
  payments: [
    { due: "2026-05-01", cents: 2000, state: "paid", paid_on: "2026-05-01" },
    { due: "2026-05-15", cents: 2000, state: "upcoming" }
  ],
  updated_at: `2026-06-0${number}T08:00:00Z`,
  ...change
})

export class Provider {
  readonly asked: Array<Asked> = []
  readonly lists: Record<string, { readonly under: string; rows: Array<Row> }> = {
    "/v1/orders": { under: "orders", rows: [1, 2, 3, 4].map((number) => order(number)) },
    "/v1/wallet/entries": {
      under: "entries",
      rows: [
        { id: "e_1", kind: "load", state: "booked", cents: 5000, currency: "USD", at: "2026-06-01T00:00:00Z" },
        { id: "e_2", kind: "spend", state: "pending", cents: -700, currency: "USD", at: "2026-06-02T00:00:00Z" }
      ]
    }
  }
  readonly singles: Record<string, Row> = {
    "/v1/wallet": { cents: 5000, currency: "USD", as_of: "2026-06-08T12:00:00Z" },
    "/v1/me": { id: "u_77", first_name: "Rosalind", email: "rosalind@quillfeather.example" }
  }
  hook: Hook = () => false
  rotates = true
  refreshToken = "refresh-secret-0"
  accessToken = "access-secret-0"
  refreshes = 0
  url = ""
  readonly server = http.createServer((request, response) => {
    let body = ""
    request.on("data", (chunk) => (body += String(chunk)))
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://provider")
      const { headers, method = "" } = request
      const asked = { method, path: pathname, query: searchParams, headers, body }
      this.asked.push(asked)
      if (!this.hook(asked, response)) this.answer(asked, response)
    })
  })

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve))
    const { port }: AddressInfo = Object(this.server.address())
    this.url = `http://127.0.0.1:${port}`
    return this
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  to(path: string): ReadonlyArray<Asked> {
    return this.asked.filter((asked) => asked.path === path)
  }

  /** What a successful renewal answers; the tokens count up. */
  renewed(): Row {
    this.refreshes += 1
    this.accessToken = `access-secret-${this.refreshes}`
    if (this.rotates) this.refreshToken = `refresh-secret-${this.refreshes}`
    return {
      access_token: this.accessToken,
      expires_in: 1800,
      ...(this.rotates && { refresh_token: this.refreshToken })
    }
  }

  private answer({ body, headers, path, query }: Asked, response: http.ServerResponse): void {
    if (path === "/auth/token") {
      const { device_id, refresh_token }: Record<string, unknown> = JSON.parse(body)
      const known = refresh_token === this.refreshToken && device_id === "device-secret"
      return known ? json(response, 200, this.renewed()) : json(response, 400, { error: "invalid_grant" })
    }
    if (path === "/auth/revoke") return void response.writeHead(204).end()
    if (headers.authorization !== `Bearer ${this.accessToken}`) return json(response, 401, { error: "token_expired" })
    const single = this.singles[path]
    if (single !== undefined) return json(response, 200, single)
    const list = this.lists[path]
    if (list === undefined) return json(response, 404, { error: "not_found" })
    const from = Number((query.get("updated_after") ?? "c0").slice(1))
    const page = list.rows.slice(from, from + Number(query.get("page_size") ?? 50))
    json(response, 200, { [list.under]: page, next_cursor: `c${from + page.length}` })
  }
}

export const json = (
  response: http.ServerResponse,
  status: number,
  value: Json,
  headers: Record<string, string> = {}
): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value))
}
