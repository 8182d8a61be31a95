/**
 * The service on one port: HTTP over the mirror in context, and webhooks out of it. Closing the scope stops taking requests, ends event streams
 * and lets what is under way come to its end.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { createServer } from "node:http"
import type { Duplex } from "node:stream"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import type * as IpNetwork from "effect/net/IpNetwork"
import { Linking } from "../linking/Linking.ts"
import { Draining } from "./Draining.ts"
import * as Problems from "./middleware/problems.ts"
import { AllowPrivate } from "../webhooks/AddressGuard.ts"
import { Dispatcher } from "../webhooks/Dispatcher.ts"
import { Sender } from "../webhooks/Sender.ts"
import { migrate } from "./migrations.ts"
import { RateLimit } from "./RateLimit.ts"
import { routes } from "./Routes.ts"
import * as Site from "./Site.ts"
import * as Tenants from "./Tenants.ts"

export interface Options {
  readonly port: number
  /** Where it listens. Only this machine, unless said. */
  readonly host?: string
  /** Requests a minute for each key; 0: any number. 6000 unless said. */
  readonly rateLimit?: number
  /** How long, in seconds, what is under way may take to come to its end. 20 unless said. */
  readonly patience?: number
  /** How long, in milliseconds, a request may take to arrive. Two minutes unless said: a file of 64 MiB comes through. */
  readonly arrival?: number
  /** Webhooks may go to this machine and its network, and over plain http. For development. */
  readonly allowPrivateWebhooks?: boolean
  /** As people and banks reach it, where that is not the address it listens at. */
  readonly publicUrl?: string | undefined
  /** Addresses in the place of a provider's own that link sessions may name. None, unless said. */
  readonly allowedBaseUrls?: ReadonlyArray<string>
  /** The proxies before it; with them it knows where people sit. */
  readonly trustedProxies?: ReadonlyArray<IpNetwork.IpNetwork>
}

/** The port it has, where it was left to choose. */
export const port = Effect.map(HttpServer.HttpServer, ({ address }) => ("port" in address ? address.port : 0))

/** What Node makes of a request that never becomes one, and the status it deserves. */
const statusOf = (code: string | undefined): number =>
  code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : code === "HPE_HEADER_OVERFLOW" ? 431 : 400

const refuse = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy()
  const status = statusOf(error.code)
  const body = Problems.textOf(status)
  const head = [
    `HTTP/1.1 ${status} Refused`,
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    "x-content-type-options: nosniff",
    "cache-control: no-store",
    "connection: close"
  ]
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`)
}

const listener = (arrival: number) => () =>
  createServer({
    requestTimeout: arrival,
    headersTimeout: Math.min(10_000, arrival),
    connectionsCheckingInterval: Math.min(5_000, arrival),
    maxHeaderSize: 16_384
  }).on("clientError", refuse)

/** Addresses that are secrets themselves leave no trace. */
const untraced = Layer.succeed(HttpMiddleware.TracerDisabledWhen)(
  ({ url }) => url.startsWith("/link/") || url.startsWith("/calendar/")
)

export const layer = (options: Options) => {
  const { allowPrivateWebhooks = false, arrival = 120_000, host = "127.0.0.1" } = options
  const { patience = 20, rateLimit = 6000, trustedProxies = [] } = options
  const served = HttpRouter.serve(routes, {
    disableListenLog: true,
    disableLogger: true,
    middleware: HttpMiddleware.xForwardedHeaders({ trustedProxies })
  }).pipe(
    Layer.provide([Linking.layer, Site.layer(options), untraced]),
    Layer.provideMerge(
      NodeHttpServer.layer(listener(arrival), {
        port: options.port,
        host,
        gracefulShutdownTimeout: `${patience} seconds`
      })
    )
  )
  // Comes up last, so it ends first: while the port is still open.
  const stopping = Layer.effectDiscard(
    Effect.gen(function* () {
      const draining = yield* Draining
      yield* Effect.addFinalizer(() => draining.begin(`${patience} seconds`))
    })
  )
  return stopping.pipe(
    Layer.provideMerge(served),
    Layer.provide([Draining.layer, RateLimit.layer(rateLimit)]),
    Layer.merge(Dispatcher.layer().pipe(Layer.provide(Sender.layer()))),
    Layer.provide(Layer.succeed(AllowPrivate, allowPrivateWebhooks)),
    Layer.provide(Layer.effectDiscard(Effect.andThen(migrate, Tenants.adopt)))
  )
}
