/** Lets a request through with a key that stands and has the endpoint's scope; its handler learns whose it is. */
import { Authorization, CurrentCaller, Problem, RequiredScope } from "@paymirror/api"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as ApiKeys from "./ApiKeys.ts"

const unauthorized = new Problem.Unauthorized({
  detail: "Send a key as `Authorization: Bearer pmk_…`. Keys are made with `paymirror keys create`."
})

export const layer = Layer.effect(
  Authorization,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return Authorization.of({
      bearer: (handler, { credential, endpoint }) =>
        Effect.gen(function* () {
          const caller = yield* ApiKeys.callerOf(credential).pipe(
            Effect.provideService(SqlClient.SqlClient, sql),
            Effect.orDie
          )
          if (caller === undefined) return yield* unauthorized
          const scope = Context.get(endpoint.annotations, RequiredScope)
          if (scope !== undefined && !caller.scopes.has(scope))
            return yield* new Problem.Forbidden({ scope, detail: `This needs the scope "${scope}".` })
          return yield* Effect.provideService(handler, CurrentCaller, caller)
        })
    })
  })
)
