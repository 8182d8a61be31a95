/**
 * A simulated provider behind a real socket: one HTTP server of Node's own, on this machine only, because some faults are
 * things an HTTP framework would rightly not let happen. No `Date` header, so that equal providers give equal bytes.
 */
import { createServer } from "node:http"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { render } from "./Exchange.ts"
import type { Answer, Asked } from "./Exchange.ts"
import type { Reply, Simulator } from "./Simulator.ts"

const bodyLimit = 1_000_000

/** The whole body as text; nothing where it is too large. */
export const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Array<Buffer> = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > bodyLimit) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString()
}

const write = (response: ServerResponse, reply: Reply): void => {
  if (reply === "silence") return
  if (reply === "hang-up") return void response.destroy()
  const { headers, status, text } = reply
  const length: Record<string, number> = status === 204 ? {} : { "content-length": Buffer.byteLength(text) }
  response.writeHead(status, { ...headers, ...length })
  response.end(text)
}

export const send = (response: ServerResponse, answer: Answer): void => write(response, render(answer))

const asked = (request: IncomingMessage, url: URL, body: string): Asked => ({
  method: request.method ?? "GET",
  path: url.pathname,
  query: url.searchParams,
  headers: new Headers(
    Object.entries(request.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((each): [string, string] => [name, each])
    )
  ),
  body
})

const handle = async (
  exchange: Simulator["exchange"],
  request: IncomingMessage,
  response: ServerResponse
): Promise<void> => {
  response.sendDate = false
  const body = await readBody(request)
  if (body === undefined) return send(response, { status: 413, body: { error: "too_large" } })
  const url = URL.parse(request.url ?? "/", "http://simulator.invalid")
  if (url === null) return send(response, { status: 400, body: { error: "invalid_request" } })
  write(response, await exchange(asked(request, url, body)))
}

export interface Listening {
  readonly origin: string
  readonly close: () => Promise<void>
}

/** Listens on `127.0.0.1`; port 0 is any free one. Rejects where the port is taken. */
export const listen = (exchange: Simulator["exchange"], port = 0): Promise<Listening> => {
  const server = createServer((request, response) => {
    handle(exchange, request, response).catch(() => {
      if (response.headersSent || response.destroyed) response.destroy()
      else send(response, { status: 500, body: { error: "simulator_defect" } })
    })
  })
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, "127.0.0.1", () => {
      const { port: taken } = server.address() as AddressInfo
      resolve({ origin: `http://127.0.0.1:${taken}`, close })
    })
  })
}

/** The origin of a provider that listens for as long as the scope lives. */
export const serve = (simulator: Pick<Simulator, "exchange">): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(() => listen(simulator.exchange)),
    ({ close }) => Effect.promise(close)
  ).pipe(Effect.map(({ origin }) => origin))
