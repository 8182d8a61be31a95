/** The demo's mirror over HTTP, as `paymirror serve` gives it: on a port of its own where the usual one is taken, with a key for whoever is watching. */
import { scopes } from "@paymirror/api"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as HttpServer from "effect/http/HttpServer"
import * as ApiKeys from "../service/ApiKeys.ts"
import * as Server from "../service/Server.ts"
import * as Tenants from "../service/Tenants.ts"

/** Serves until the scope ends, and says where. People of the simulated provider and banks can be linked there. */
export const serve = (port: number, allowedBaseUrls: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const listening = (at: number) => Layer.build(Server.layer({ port: at, allowedBaseUrls }))
    const context = yield* listening(port).pipe(Effect.catchTag("ServeError", () => listening(0)))
    const { address } = yield* Effect.provide(HttpServer.HttpServer, context)
    const url = HttpServer.formatAddress(address).replace("0.0.0.0", "127.0.0.1")
    const { key } = yield* ApiKeys.create({ tenantId: Tenants.local, name: "demo", scopes })
    yield* Console.log(`\nThe mirror answers over HTTP. Its reference page: ${url}/docs`)
    yield* Console.log(`A key for it: ${Redacted.value(key)}`)
    yield* Console.log(`Try: curl -H "Authorization: Bearer $KEY" "${url}/v1/installments?state=scheduled&limit=3"`)
  })
