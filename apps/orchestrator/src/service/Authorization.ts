/**
 * Lets a request through with a key that stands, that has not asked too often and that has the endpoint's scope; its
 * handler learns whose it is. What the answer tells of people is written into the access log before it goes out.
 */
import { Authorization, type Caller, CurrentCaller, Problem, RequiredScope } from "@paymirror/api"
import { AccessLog } from "@paymirror/sync"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as HttpEffect from "effect/http/HttpEffect"
import * as HttpServerRespondable from "effect/http/HttpServerRespondable"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as SqlClient from "effect/sql/SqlClient"
import * as ApiKeys from "./ApiKeys.ts"
import { RateLimit } from "./RateLimit.ts"
import * as Reading from "./Reading.ts"

const unauthorized = HttpServerRespondable.toResponse(
  new Problem.Unauthorized({
    detail: "Send a key as `Authorization: Bearer pmk_…`. Keys are made with `paymirror keys create`."
  })
).pipe(Effect.map(HttpServerResponse.setHeader("www-authenticate", 'Bearer realm="paymirror"')), Effect.orDie)

/** Errors bear them too, and those are made further out. */
const withHeaders = (headers: Readonly<Record<string, string>>) =>
  HttpEffect.appendPreResponseHandler((_, response) => Effect.succeed(HttpServerResponse.setHeaders(response, headers)))

export const layer = Layer.effect(
  Authorization,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const limit = yield* RateLimit
    const log = yield* AccessLog
    return Authorization.of({
      bearer: (handler, { credential, endpoint }) =>
        Effect.gen(function* () {
          const caller: Caller | undefined = yield* ApiKeys.callerOf(credential).pipe(
            Effect.provideService(SqlClient.SqlClient, sql),
            Effect.orDie
          )
          if (caller === undefined) return yield* unauthorized
          const { headers, refusal } = yield* limit.take(caller.keyId)
          yield* withHeaders(headers)
          if (refusal !== undefined) return refusal
          const scope = Context.get(endpoint.annotations, RequiredScope)
          if (scope !== undefined && !caller.scopes.has(scope))
            return yield* new Problem.Forbidden({ scope, detail: `This needs the scope "${scope}".` })
          const reading = new Reading.Reading()
          const response = yield* handler.pipe(
            Effect.provideService(CurrentCaller, caller),
            Effect.provideService(Reading.Current, reading)
          )
          if (endpoint.method === "GET" && response.status < 300)
            yield* Effect.orDie(log.append(Reading.line(reading, caller, `GET ${endpoint.path}`)))
          return response
        })
    })
  })
)
