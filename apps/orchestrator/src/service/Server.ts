/** The service on one port: HTTP over the mirror in context. Closing the scope stops taking requests and ends those under way. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { createServer } from "node:http"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as HttpRouter from "effect/http/HttpRouter"
import { migrate } from "./migrations.ts"
import { routes } from "./Routes.ts"
import * as Tenants from "./Tenants.ts"

export interface Options {
  readonly port: number
  /** Where it listens. Only this machine, unless said. */
  readonly host?: string
}

export const layer = ({ host = "127.0.0.1", port }: Options) =>
  HttpRouter.serve(routes, { disableListenLog: true, disableLogger: true }).pipe(
    Layer.provideMerge(NodeHttpServer.layer(createServer, { port, host })),
    Layer.provide(Layer.effectDiscard(Effect.andThen(migrate, Tenants.adopt)))
  )
