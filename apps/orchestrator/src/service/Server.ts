/** The service on one port: HTTP over the mirror in context. Closing the scope stops taking requests and ends those under way. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { createServer } from "node:http"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpRouter from "effect/http/HttpRouter"
import * as IpNetwork from "effect/net/IpNetwork"
import { Linking } from "../linking/Linking.ts"
import { migrate } from "./migrations.ts"
import { routes } from "./Routes.ts"
import * as Site from "./Site.ts"
import * as Tenants from "./Tenants.ts"

export interface Options {
  readonly port: number
  /** Where it listens. Only this machine, unless said. */
  readonly host?: string
  /** As people and banks reach it, where that is not `host` and `port`. */
  readonly publicUrl?: string | undefined
  /** Addresses in the place of a provider's own that link sessions may name. None, unless said. */
  readonly allowedBaseUrls?: ReadonlyArray<string>
  /** The proxies before it (`10.0.0.0/8`); with them it knows where people sit. */
  readonly trustedProxies?: ReadonlyArray<IpNetwork.IpNetwork>
}

/** Addresses that are secrets themselves. */
const secret = ["/link/", "/calendar/"]
const untraced = Layer.succeed(HttpMiddleware.TracerDisabledWhen)(({ url }) =>
  secret.some((path) => url.startsWith(path))
)

export const layer = ({ allowedBaseUrls, host = "127.0.0.1", port, publicUrl, trustedProxies = [] }: Options) => {
  const site = Site.make({
    publicUrl: publicUrl ?? `http://${host}:${port}`,
    allowedBaseUrls,
    knowsAddresses: trustedProxies.length > 0
  })
  return HttpRouter.serve(routes, {
    disableListenLog: true,
    disableLogger: true,
    middleware: HttpMiddleware.xForwardedHeaders({ trustedProxies })
  }).pipe(
    Layer.provideMerge(NodeHttpServer.layer(createServer, { port, host })),
    Layer.provide(Linking.layer),
    Layer.provide(Layer.succeed(Site.Site, site)),
    Layer.provide(untraced),
    Layer.provide(Layer.effectDiscard(Effect.andThen(migrate, Tenants.adopt)))
  )
}
