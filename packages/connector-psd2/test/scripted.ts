/** A bank on a real socket that answers what a test tells it to, for manners no bank of the sandbox has. */
import * as http from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type { Credentials } from "../src/Credentials.ts"
import { dialects } from "../src/dialects/index.ts"
import type { Institution } from "../src/Institution.ts"
import { settings as settingsOf } from "../src/Options.ts"

export interface Scripted {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** By `METHOD /path`; a function is asked each time. */
export type Script = Readonly<Record<string, Scripted | ((body: string) => Scripted)>>

export interface Host {
  readonly ownAddress?: string
  readonly credentials?: Credentials
  /** Absent: the usual one. */
  readonly redirectUrl?: string | undefined
}

export const scripted = (institution: Institution, script: Script, host: Host = {}) =>
  Effect.gen(function* () {
    const asked: Array<{ readonly what: string; readonly headers: http.IncomingHttpHeaders; readonly body: string }> =
      []
    const server = http.createServer((request, response) => {
      let body = ""
      request.on("data", (chunk) => (body += String(chunk)))
      request.on("end", () => {
        const what = `${request.method} ${new URL(request.url ?? "/", "http://bank").pathname}`
        asked.push({ what, headers: request.headers, body })
        const found = script[what]
        const {
          body: answer,
          headers,
          status = 200
        } = typeof found === "function" ? found(body) : (found ?? { status: 404 })
        response.writeHead(status, { "content-type": "application/json", ...headers })
        response.end(typeof answer === "string" ? answer : JSON.stringify(answer ?? {}))
      })
    })
    yield* Effect.acquireRelease(
      Effect.promise(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))),
      () => Effect.sync(() => server.closeAllConnections())
    )
    yield* Effect.addFinalizer(() =>
      Effect.promise(() => new Promise<void>((resolve) => server.close(() => resolve())))
    )
    const { port }: AddressInfo = Object(server.address())
    const baseUrl = `http://127.0.0.1:${port}`
    const { credentials, ownAddress, redirectUrl } = { redirectUrl: "https://reader.example/back", ...host }
    const settings = settingsOf({
      institution,
      baseUrl,
      backoff: "1 millis",
      ...(redirectUrl !== undefined && { redirectUrl }),
      ...(ownAddress !== undefined && { ownAddress }),
      ...(credentials !== undefined && { credentials })
    })
    const client = yield* Effect.provide(HttpClient.HttpClient, FetchHttpClient.layer)
    const dialect = dialects[institution.dialect](client, settings)
    return { asked, baseUrl, dialect }
  })
