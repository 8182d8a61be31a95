/**
 * The normalized interface as one value: the server implements it, the typed clients are derived from it, and the OpenAPI
 * description is written from it. Within `/v1` nothing is taken away or changes its meaning; fields, endpoints, event
 * types and words of an enumeration may be added, and a client has to pass over what it does not know.
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as OpenApi from "effect/http-api/OpenApi"
import { describe } from "./description.ts"
import { accounts, holders } from "./groups/accounts.ts"
import { connections, linkSessions } from "./groups/connections.ts"
import { audit, consents } from "./groups/consents.ts"
import { calendars, feed } from "./groups/feed.ts"
import { imports } from "./groups/imports.ts"
import { streams } from "./groups/streams.ts"
import { system } from "./groups/system.ts"
import { webhooks } from "./groups/webhooks.ts"

export class Api extends HttpApi.make("paymirror")
  .add(
    accounts.prefix("/v1"),
    holders.prefix("/v1"),
    streams.prefix("/v1"),
    feed.prefix("/v1"),
    calendars.prefix("/v1"),
    linkSessions.prefix("/v1"),
    connections.prefix("/v1"),
    consents.prefix("/v1"),
    audit.prefix("/v1"),
    imports.prefix("/v1"),
    webhooks.prefix("/v1"),
    system
  )
  .middleware(HttpApiMiddleware.ProblemDetails)
  // A field that is misspelled is refused, and not passed over as if it had not been sent.
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error" })
  .annotateMerge(
    OpenApi.annotations({
      title: "paymirror",
      version: "1.0.0",
      transform: describe,
      description:
        "A faithful, current copy of what people see behind their own buy-now-pay-later login. Money is an integer of minor units with its ISO 4217 code; dates a person reads are YYYY-MM-DD; instants are UTC. Creating calls need an Idempotency-Key; errors are problems (RFC 9457); lists are paged by cursor; answers carry an ETag."
    })
  ) {}
