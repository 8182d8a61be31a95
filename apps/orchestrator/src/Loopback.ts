/**
 * The way back from a bank's page to this terminal: one listener on this machine alone, for the one address that is
 * registered at the bank, for one return. It judges nothing of what comes back: the connector checks the state. What a
 * bank puts after the `#` never reaches a server by itself, so the page that answers hands it over.
 */
import { createHash } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"

const script =
  "const back = location.hash.slice(1); if (back) fetch(location.pathname, { method: 'POST', body: back }).then(() => { document.body.textContent = 'Done. You can close this page and go back to the terminal.' })"

const headers = {
  "cache-control": "no-store",
  "content-security-policy": `default-src 'none'; connect-src 'self'; script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  "connection": "close",
  "content-type": "text/html; charset=utf-8",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff"
}

const page = (text: string, run = ""): string =>
  `<!doctype html><meta charset="utf-8"><title>paymirror</title><body>${text}</body>${run === "" ? "" : `<script>${run}</script>`}`

/** Whether this program can answer at that address itself. */
export const answers = (redirectUrl: string): boolean => {
  const url = URL.parse(redirectUrl)
  return url?.protocol === "http:" && ["127.0.0.1", "localhost"].includes(url.hostname) && url.port !== ""
}

const longestBody = 16_384

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = ""
  for await (const chunk of request) {
    body += String(chunk)
    if (body.length > longestBody) return ""
  }
  return body
}

const serve =
  (expected: URL, came: (address: string) => void) => (request: IncomingMessage, response: ServerResponse) => {
    const reply = (status: number, text: string, run?: string): void => {
      response.writeHead(status, headers).end(page(text, run))
    }
    const handedOver = async (from: IncomingMessage): Promise<void> => {
      const body = await bodyOf(from)
      reply(200, "")
      if (body !== "") came(`${expected.href}#${body}`)
    }
    const asked = URL.parse(request.url ?? "", expected)
    // Any other name for this machine is somebody else's page that points here.
    if (request.headers.host !== expected.host || asked?.pathname !== expected.pathname) return reply(404, "Not here.")
    if (request.method === "POST") {
      return void handedOver(request)
    }
    if (request.method !== "GET") return reply(405, "Not this way.")
    if (asked.search === "") return reply(200, "One moment.", script)
    reply(200, "Done. You can close this page and go back to the terminal.")
    return came(`${expected.origin}${expected.pathname}${asked.search}`)
  }

/**
 * Listens for as long as its scope lasts and gives what waits for the person: the whole address they came back to.
 * Nothing where the port is not free.
 */
export const listen = (redirectUrl: string): Effect.Effect<Option.Option<Effect.Effect<string>>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const expected = new URL(redirectUrl)
    const back = yield* Deferred.make<string>()
    const server = createServer(serve(expected, (address) => Deferred.doneUnsafe(back, Effect.succeed(address))))
    const listening = yield* Effect.acquireRelease(
      Effect.callback<boolean>((resume) => {
        server.once("error", () => resume(Effect.succeed(false)))
        server.listen(Number(expected.port), "127.0.0.1", () => resume(Effect.succeed(true)))
      }),
      () =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          // The page that says goodbye is on its way; whoever keeps a connection open is not waited for.
          server.closeIdleConnections()
        })
    )
    return listening ? Option.some(Deferred.await(back)) : Option.none()
  })
