/** Every route of the service: the interface, its description and its reference page, and the page of whoever is linked. */
import { Api } from "@paymirror/api"
import * as Layer from "effect/Layer"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiScalar from "effect/http-api/HttpApiScalar"
import { routes as page } from "../page/routes.ts"
import * as Authorization from "./Authorization.ts"
import { accounts } from "./handlers/accounts.ts"
import { linkSessions } from "./handlers/linkSessions.ts"
import { system } from "./handlers/system.ts"
import { unbuilt } from "./handlers/unbuilt.ts"

const handlers = Layer.mergeAll(
  accounts,
  unbuilt("holders"),
  unbuilt("streams"),
  unbuilt("feed"),
  unbuilt("calendars"),
  linkSessions,
  unbuilt("connections"),
  unbuilt("consents"),
  unbuilt("audit"),
  unbuilt("imports"),
  unbuilt("webhooks"),
  system
)

export const routes = Layer.mergeAll(
  HttpApiBuilder.layer(Api, { openapiPath: "/openapi.json" }).pipe(
    Layer.provide(handlers),
    Layer.provide([Authorization.layer, HttpApiMiddleware.layerProblemDetails({ includeDetails: true })])
  ),
  HttpApiScalar.layer(Api, { path: "/docs" }),
  page
)
