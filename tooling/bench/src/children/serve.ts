/**
 * The far side of the socket: `serve <rows> <page size>`. Every answer is built before the port is told, so that its
 * cost is not measured. A plain server and not the sandbox, whose world costs more than what is measured here.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { pages } from "../Purchases.ts"

const [rows = "0", size = "200"] = process.argv.slice(3)
const feed = pages(Number(rows), Number(size))
const last = feed.length - 1

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const others: Readonly<Record<string, Buffer>> = {
  "/auth/v1/token/refresh": json({ access_token: "access", expires_in: 86_400 }),
  "/consumer/v2/profile": json({ profile: { id: "person" } }),
  "/consumer/v2/balance": json({ balance: { amount_minor: 0, currency: "USD", as_of: "2026-01-01T00:00:00Z" } })
}

const server = createServer((request, response) => {
  const url = request.url ?? ""
  const cursor = /updated_after=c(\d+)/.exec(url)?.[1] ?? "0"
  const body = others[url] ?? feed[Math.min(Number(cursor), last)] ?? json({ purchases: [], next_cursor: `c${last}` })
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length })
  response.end(body)
})
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo
  console.log(port)
})
