/** A bank on the far side of the socket: `serveBank <rows> <page size> <epoch day>`. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { bank } from "../Transactions.ts"

const [rows = "0", size = "500", today = "0"] = process.argv.slice(3)
const answer = bank(Number(rows), Number(size), Number(today))

const server = createServer((request, response) => {
  const body = answer(new URL(request.url ?? "/", "http://bank.invalid"))
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length })
  response.end(body)
})
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo
  console.log(port)
})
