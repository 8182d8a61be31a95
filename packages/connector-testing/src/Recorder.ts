/**
 * The `HttpClient` a connector under test is given. It notes method, host and path of each request, sends those for the
 * manifest's hosts to the far side, and refuses every other one; meanwhile the global `fetch` is refused too, except to
 * this machine. So no conformance run reaches a real provider. It notes no header or body, only whether a person's
 * address went with the request.
 */
import type { Access } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type { HttpClient } from "effect/http/HttpClient"
import type * as Scope from "effect/Scope"

export interface Sent {
  readonly method: string
  readonly host: string
  readonly path: string
  /** Whether the host is one of the manifest's. Where it is not, nothing was sent. */
  readonly allowed: boolean
  /** The address of {@link person}, or another one that stands for the person's in the standards' headers. */
  readonly address?: "theirs" | "made up"
}

/** The person of a conformance run: an address that is set aside for documentation. */
export const person: Access.Presence = { ipAddress: "192.0.2.77", userAgent: "conformance" }

const addressHeaders = /^(psu-ip-address|x-fapi-customer-ip-address)$/i

const addressIn = (headers: Headers): Sent["address"] => {
  const all = [...headers]
  if (all.some(([, value]) => value.includes(person.ipAddress))) return "theirs"
  return all.some(([name]) => addressHeaders.test(name)) ? "made up" : undefined
}

export interface Recorder {
  readonly layer: Layer.Layer<HttpClient>
  readonly sent: () => ReadonlyArray<Sent>
  /** Requests that were sent and have neither been answered nor given up. */
  readonly inFlight: () => number
  /** Hosts that were asked for through the global `fetch`, which refused. */
  readonly around: () => ReadonlyArray<string>
  /** The full addresses, to be searched for what must not stand in one. */
  readonly addresses: () => ReadonlyArray<string>
}

type Fetch = typeof globalThis.fetch

const watchers = new Set<(host: string) => void>()
let outside: Fetch | undefined

const guarded: Fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input)
  if (["127.0.0.1", "localhost", "[::1]"].includes(url.hostname)) return (outside ?? globalThis.fetch)(input, init)
  watchers.forEach((note) => note(url.host))
  return Promise.reject(new TypeError("the network is reached through HttpClient"))
}

/** Stands before the global `fetch` until the scope closes. Several may stand at once. */
const guard = (note: (host: string) => void): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      if (watchers.size === 0) {
        outside = globalThis.fetch
        globalThis.fetch = guarded
      }
      watchers.add(note)
    }),
    () =>
      Effect.sync(() => {
        watchers.delete(note)
        if (watchers.size === 0 && outside !== undefined) globalThis.fetch = outside
      })
  )

const redirects = new Set([301, 302, 303, 307, 308])

export const make = (options: {
  readonly hosts: ReadonlyArray<string>
  readonly origin?: string | undefined
  readonly fetch?: Fetch | undefined
}): Effect.Effect<Recorder, never, Scope.Scope> => {
  const around: Array<string> = []
  const sent: Array<Sent> = []
  const addresses: Array<string> = []
  let inFlight = 0
  const origin = options.origin === undefined ? undefined : new URL(options.origin)
  const hosts = new Set(origin === undefined ? options.hosts : [...options.hosts, origin.host])
  const wire: Fetch = (target, init) => (options.fetch ?? outside ?? globalThis.fetch)(target, init)

  const send = async (url: URL, init: RequestInit, hops: number): Promise<Response> => {
    const allowed = hosts.has(url.host)
    const address = addressIn(new Headers(init.headers))
    const method = (init.method ?? "GET").toUpperCase()
    sent.push({ method, host: url.host, path: url.pathname, allowed, ...(address !== undefined && { address }) })
    addresses.push(url.href)
    if (!allowed) throw new TypeError(`${url.host} is not one of the manifest's hosts`)
    if (origin === undefined && options.fetch === undefined) throw new TypeError("this far side has no network")
    inFlight += 1
    const target = origin === undefined ? url : new URL(url.pathname + url.search, origin)
    const answer = await wire(target, { ...init, redirect: init.redirect === "error" ? "error" : "manual" }).finally(
      () => {
        inFlight -= 1
      }
    )
    const follows = init.redirect === undefined || init.redirect === "follow"
    const location = follows && redirects.has(answer.status) ? answer.headers.get("location") : null
    return location === null || hops === 0
      ? answer
      : send(new URL(location, url), { ...init, method: "GET", body: null }, hops - 1)
  }

  const fetch: Fetch = (input, init) => send(new URL(input instanceof Request ? input.url : input), init ?? {}, 5)

  return Effect.as(
    guard((host) => around.push(host)),
    {
      layer: FetchHttpClient.layer.pipe(Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch))),
      sent: () => sent,
      inFlight: () => inFlight,
      around: () => around,
      addresses: () => addresses
    }
  )
}
