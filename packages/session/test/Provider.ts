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

export const entry = (number: number, change: Row = {}): Row => ({
  id: `e_${number}`,
  kind: "load",
  state: "booked",
  cents: 2500,
  currency: "USD",
  at: "2026-06-01T00:00:00Z",
  ...change
})

/** Rows in the order of their last change; a cursor is the place of the last one taken. */
class List {
  readonly under: string
  places: Array<{ readonly at: number; readonly row: Row }> = []
  last = 0
  constructor(under: string, rows: ReadonlyArray<Row>) {
    this.under = under
    for (const row of rows) this.push(row)
  }

  get rows(): ReadonlyArray<Row> {
    return this.places.map(({ row }) => row)
  }

  push(row: Row): void {
    this.places.push({ at: ++this.last, row })
  }

  /** The oldest row changes, and comes last from now on. */
  republish(change: Row = {}): void {
    const [oldest, ...rest] = this.places
    this.places = rest
    if (oldest !== undefined) this.push({ ...oldest.row, ...change })
  }

  page(cursor: string, size: number): { readonly rows: ReadonlyArray<Row>; readonly next: string } {
    const page = this.places.filter(({ at }) => at > Number(cursor.slice(1))).slice(0, size)
    return { rows: page.map(({ row }) => row), next: `c${page.at(-1)?.at ?? cursor.slice(1)}` }
  }
}

export class Provider {
  readonly asked: Array<Asked> = []
  readonly orders = new List(
    "orders",
    [1, 2, 3, 4].map((number) => order(number))
  )
  readonly entries = new List("entries", [
    entry(1),
    entry(2),
    entry(3, { kind: "spend", state: "pending", cents: -700 })
  ])
  readonly lists: Record<string, List> = { "/v1/orders": this.orders, "/v1/wallet/entries": this.entries }
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

  /** The session is over: neither of its tokens is known from now on. */
  end(): void {
    this.accessToken = "access-secret-none"
    this.refreshToken = "refresh-secret-none"
  }

  private answer({ body, headers, path, query }: Asked, response: http.ServerResponse): void {
    if (path === "/auth/token") {
      const { device_id, refresh_token }: Record<string, unknown> = JSON.parse(body)
      const known = refresh_token === this.refreshToken && device_id === "device-secret"
      return known ? json(response, 200, this.renewed()) : json(response, 400, { error: "invalid_grant" })
    }
    if (path === "/auth/revoke") {
      this.end()
      return void response.writeHead(204).end()
    }
    if (headers.authorization !== `Bearer ${this.accessToken}`) return json(response, 401, { error: "token_expired" })
    const single = this.singles[path]
    if (single !== undefined) return json(response, 200, single)
    const list = this.lists[path]
    if (list === undefined) return json(response, 404, { error: "not_found" })
    const { next, rows } = list.page(query.get("updated_after") ?? "c0", Number(query.get("page_size") ?? 50))
    json(response, 200, { [list.under]: rows, next_cursor: next })
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
