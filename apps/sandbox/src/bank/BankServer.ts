/**
 * A bank on a real socket. Two doors: the interface, over TLS that demands a client's certificate, and the pages a person
 * looks at with a browser, over TLS alone. Each dialect is a handler that answers what is its own. Here are the
 * connection, the faults and the request ledger; what an answer says is not. No `Date` header, like the rest.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import { createServer } from "node:https"
import type { Server } from "node:https"
import type { AddressInfo } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { TLSSocket } from "node:tls"
import { instead, Socket, spoilt } from "@paymirror/connector-testing/simulator"
import type { Clock, Answer as Plain, Faults, LedgerEntry, RequestLedger } from "@paymirror/connector-testing/simulator"
import type { Certificates, Shown } from "./Certificates.ts"
import type { Quirks } from "./Quirks.ts"
import { rowsSpoilt } from "./spoil.ts"

export interface Asked {
  readonly door: "interface" | "pages"
  readonly method: string
  readonly path: string
  /** Path and query as they were sent. */
  readonly target: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  /** What the client showed, where the bank's authority stands behind it. */
  readonly certificate: Shown | undefined
  /** Why there is none. */
  readonly certificateProblem: "missing" | "expired" | "invalid" | undefined
}

export interface Answer extends Plain {
  /** For the ledger: the path without what is in it, `/v1/accounts/{account-id}`. */
  readonly pattern?: string | undefined
  readonly attended?: boolean | undefined
}

export type Handler = (asked: Asked) => Answer | undefined | Promise<Answer | undefined>

export interface BankServerOptions {
  readonly institution: string
  readonly clock: Clock
  readonly certificates: Certificates
  readonly quirks: Quirks
  readonly faults: Faults
  readonly ledger: RequestLedger
  readonly handlers: ReadonlyArray<Handler>
  /**
   * No valid certificate: the handshake fails (`handshake`), or, where the quirk `certificateByStatus` is set, the bank
   * answers and says so, and otherwise hangs up (`later`).
   */
  readonly refusal?: "handshake" | "later" | undefined
  /** A client's certificate is demanded unless said otherwise. */
  readonly mutual?: boolean | undefined
  readonly port?: number | undefined
  readonly pagesPort?: number | undefined
}

export interface BankServer {
  /** Where the interface is, `https://127.0.0.1:…` */
  readonly baseUrl: string
  /** Where the pages for people are. */
  readonly pagesUrl: string
  readonly close: () => Promise<void>
}

const problemOf = (socket: TLSSocket): Asked["certificateProblem"] => {
  if (socket.authorized) return undefined
  if (socket.getPeerX509Certificate() === undefined) return "missing"
  return String(socket.authorizationError).includes("EXPIRED") ? "expired" : "invalid"
}

const asked = async (
  { certificates }: BankServerOptions,
  door: Asked["door"],
  request: IncomingMessage
): Promise<Asked | undefined> => {
  const body = await Socket.readBody(request)
  const target = request.url ?? "/"
  const url = URL.parse(target, "https://bank.invalid")
  if (body === undefined || url === null) return undefined
  const { socket } = request
  const tls = door === "interface" && socket instanceof TLSSocket ? socket : undefined
  const peer = tls?.authorized === true ? tls.getPeerX509Certificate() : undefined
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : value
  ])
  return {
    door,
    method: request.method ?? "GET",
    path: url.pathname,
    target,
    query: url.searchParams,
    headers: Object.fromEntries(headers) as Asked["headers"],
    body,
    certificate: peer === undefined ? undefined : certificates.read(peer.raw),
    certificateProblem: tls === undefined ? undefined : problemOf(tls)
  }
}

const answered = async ({ handlers }: BankServerOptions, request: Asked): Promise<Answer> => {
  for (const handler of handlers) {
    const answer = await handler(request)
    if (answer !== undefined) return answer
  }
  return { status: 404, pattern: "*" }
}

const handle = async (
  options: BankServerOptions,
  door: Asked["door"],
  incoming: IncomingMessage,
  response: ServerResponse
): Promise<void> => {
  response.sendDate = false
  const request = await asked(options, door, incoming)
  if (request === undefined) return Socket.send(response, { status: 413 })
  const { clock, faults, institution, ledger, quirks } = options
  const demanded = door === "interface" && options.mutual !== false
  if (demanded && request.certificateProblem !== undefined && !quirks.certificateByStatus) {
    response.destroy()
    return
  }
  const fault = faults.meet(request.path)
  const note = (answer: Answer, outcome: LedgerEntry["outcome"]): void =>
    ledger.record(clock.now, answer.pattern?.includes("accounts") === true ? "read" : "session", {
      institution,
      method: request.method,
      path: answer.pattern ?? "*",
      status: answer.status,
      outcome,
      ...(fault === undefined ? {} : { fault: fault.kind }),
      ...(answer.attended === undefined ? {} : { attended: answer.attended })
    })
  if (fault?.kind === "drop" || fault?.kind === "stall") {
    note({ status: 0 }, fault.kind === "drop" ? "dropped" : "stalled")
    if (fault.kind === "drop") response.destroy()
    return
  }
  const own = (): Promise<Answer> =>
    answered(options, request).then((given) => spoilt({ ...given, body: rowsSpoilt(given.body, fault) }, fault))
  const answer: Answer = instead(fault) ?? (await own())
  note(answer, fault?.kind === "lost-answer" ? "lost" : "answered")
  if (fault?.kind === "lost-answer") {
    response.destroy()
    return
  }
  if (fault?.kind === "delay") await sleep(fault.ms, undefined, { ref: false })
  Socket.send(response, answer)
}

const open = (server: Server, port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, "127.0.0.1", () => {
      const address = server.address() as AddressInfo
      resolve(`https://127.0.0.1:${address.port}`)
    })
  })

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

/** Listens on `127.0.0.1`; port 0 is any free one. */
export const listen = async (options: BankServerOptions): Promise<BankServer> => {
  const { certificates, mutual = true, refusal = "later" } = options
  const shown = { cert: certificates.server.cert, key: certificates.server.key }
  const serve = (door: Asked["door"]) => (request: IncomingMessage, response: ServerResponse) => {
    handle(options, door, request, response).catch(() => {
      if (response.headersSent || response.destroyed) response.destroy()
      else Socket.send(response, { status: 500, body: { error: "sandbox_defect" } })
    })
  }
  const demands = { requestCert: mutual, rejectUnauthorized: mutual && refusal === "handshake", ca: certificates.ca }
  const doors = createServer({ ...shown, ...demands }, serve("interface"))
  const pages = createServer(shown, serve("pages"))
  const closeBoth = async () => void (await Promise.all([close(doors), close(pages)]))
  try {
    const baseUrl = await open(doors, options.port ?? 0)
    return { baseUrl, pagesUrl: await open(pages, options.pagesPort ?? 0), close: closeBoth }
  } catch (error) {
    await closeBoth()
    throw error
  }
}
