/** Every route of the service: the interface, its description and its reference page, the page of whoever is linked, and calendars. */
import { Api } from "@paymirror/api"
import * as Layer from "effect/Layer"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiScalar from "effect/http-api/HttpApiScalar"
import { routes as calendar } from "../calendar/routes.ts"
import { routes as page } from "../page/routes.ts"
import * as Authorization from "./Authorization.ts"
import { accounts } from "./handlers/accounts.ts"
import { audit } from "./handlers/audit.ts"
import { calendars } from "./handlers/calendars.ts"
import { connections } from "./handlers/connections.ts"
import { consents } from "./handlers/consents.ts"
import { feed } from "./handlers/feed.ts"
import { holders } from "./handlers/holders.ts"
import { imports } from "./handlers/imports.ts"
import { linkSessions } from "./handlers/linkSessions.ts"
import { streams } from "./handlers/streams.ts"
import { system } from "./handlers/system.ts"
import { webhooks } from "./handlers/webhooks.ts"
import * as Idempotency from "./Idempotency.ts"
import { everyRequest } from "./middleware/everyRequest.ts"

const handlers = Layer.mergeAll(
  accounts,
  holders,
  streams,
  feed,
  calendars,
  linkSessions,
  connections,
  consents,
  audit,
  imports,
  webhooks,
  system
)

export const routes = Layer.mergeAll(
  HttpApiBuilder.layer(Api, { openapiPath: "/openapi.json" }).pipe(
    Layer.provide(handlers),
    Layer.provide([
      Authorization.layer,
      Idempotency.layer,
      HttpApiMiddleware.layerProblemDetails({ includeDetails: true })
    ])
  ),
  HttpApiScalar.layer(Api, { path: "/docs" }),
  page,
  calendar,
  everyRequest
)
