/**
 * A provider on a real socket, written from the wire page for these tests: feeds cut into pages by an opaque cursor,
 * tokens that expire and rotate, a ledger of what was asked, and one hook per request for everything that goes wrong.
 */
import { readFileSync } from "node:fs"
import * as http from "node:http"
import type { AddressInfo } from "node:net"

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }
export type Row = Record<string, Json>

export const fixture = (name: string): string =>
  readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8")
export const rowsOf = (name: string): Array<Row> => JSON.parse(fixture(name))
const statements: Record<"balance" | "cashback" | "profile", Row> = JSON.parse(fixture("statements"))

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/** Answers the request itself and says so, or leaves it to the provider. */
export type Hook = (asked: Asked, response: http.ServerResponse) => boolean

export class Provider {
  readonly asked: Array<Asked> = []
  readonly feeds: Record<string, Array<Row>> = {
    "purchases": rowsOf("purchases"),
    "card/transactions": rowsOf("card"),
    "balance/entries": rowsOf("balance-entries"),
    "cashback/entries": rowsOf("cashback-entries"),
    "deliveries": rowsOf("deliveries")
  }
  readonly statements = structuredClone(statements)
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
    if (path === "/auth/v1/token/refresh") {
      const { device_id, refresh_token }: Record<string, unknown> = JSON.parse(body)
      const known = refresh_token === this.refreshToken && device_id === "device-secret"
      return known ? json(response, 200, this.renewed()) : json(response, 400, { error: "invalid_grant" })
    }
    if (path === "/auth/v1/token/revoke") return void response.writeHead(204).end()
    if (headers.authorization !== `Bearer ${this.accessToken}`) return json(response, 401, { error: "token_expired" })
    const name = path.replace("/consumer/v2/", "")
    if (name === "balance" || name === "cashback" || name === "profile")
      return json(response, 200, this.statements[name])
    const rows = this.feeds[name]
    if (rows === undefined) return json(response, 404, { error: "not_found" })
    const from = Number((query.get("updated_after") ?? "c0").slice(1))
    const page = rows.slice(from, from + Number(query.get("page_size") ?? 50))
    const under = name === "card/transactions" ? "transactions" : name.endsWith("entries") ? "entries" : name
    json(response, 200, { [under]: page, next_cursor: `c${from + page.length}` })
  }
}

export const json = (
  response: http.ServerResponse,
  status: number,
  value: Json,
  headers: Record<string, string> = {}
) => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value))
}
