/**
 * The world behind a real socket: one HTTP server of Node's own, on this machine only, because some faults are things an
 * HTTP framework would rightly not let happen. It reads a request, lets the provider answer, spoils the answer where a
 * fault says so, and keeps the ledger. No `Date` header, so that equal worlds give equal bytes.
 */
import { createServer } from "node:http"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { consumer, paths } from "./consumer.ts"
import type { Answer, Asked } from "./consumer.ts"
import { control } from "./control.ts"
import type { Controlled } from "./control.ts"
import { instead, readBody, send, spoilt } from "./exchange.ts"
import type { LedgerEntry } from "./RequestLedger.ts"

const provider = async (controlled: Controlled, asked: Asked, response: ServerResponse): Promise<void> => {
  const { faults, ledger, world } = controlled
  const { method } = asked
  const path = paths.includes(asked.path) ? asked.path : asked.path.startsWith("/consumer/") ? "/consumer/*" : "*"
  const fault = faults.meet(asked.path)
  const note = (answer: Answer, outcome: LedgerEntry["outcome"]): void =>
    ledger.record(world.clock.now, {
      method,
      path,
      status: answer.status,
      outcome,
      ...(fault === undefined ? {} : { fault: fault.kind }),
      ...(answer.session === undefined ? {} : { session: answer.session }),
      ...(answer.event === undefined ? {} : { event: answer.event })
    })
  if (fault?.kind === "drop") {
    note({ status: 0 }, "dropped")
    response.destroy()
    return
  }
  const answer = instead(fault) ?? spoilt(consumer(world, asked, fault), fault)
  if (fault?.kind === "lost-answer") {
    note(answer, "lost")
    response.destroy()
    return
  }
  note(answer, "answered")
  if (fault?.kind !== "delay") return send(response, answer)
  const settled = { ...answer, body: answer.body === undefined ? undefined : structuredClone(answer.body) }
  await sleep(fault.ms, undefined, { ref: false })
  send(response, settled)
}

const handle = async (controlled: Controlled, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  response.sendDate = false
  const body = await readBody(request)
  if (body === undefined) return send(response, { status: 413, body: { error: "too_large" } })
  const url = URL.parse(request.url ?? "/", "http://sandbox.invalid")
  if (url === null) return send(response, { status: 400, body: { error: "invalid_request" } })
  const asked: Asked = {
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    authorization: request.headers.authorization,
    body
  }
  const controls = asked.path === "/_sandbox" || asked.path.startsWith("/_sandbox/")
  return controls ? send(response, await control(controlled, asked)) : provider(controlled, asked, response)
}

/** Listens on `127.0.0.1`; port 0 is any free one. */
export const listen = (controlled: Controlled, port: number): Promise<Server> => {
  const server = createServer((request, response) => {
    handle(controlled, request, response).catch(() => {
      if (response.headersSent || response.destroyed) response.destroy()
      else send(response, { status: 500, body: { error: "sandbox_defect" } })
    })
  })
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, "127.0.0.1", () => resolve(server))
  })
}
