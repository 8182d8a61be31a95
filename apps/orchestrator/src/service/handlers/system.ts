/** Whether the process lives and whether it can work. */
import { Api, Problem } from "@paymirror/api"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import * as SqlClient from "effect/sql/SqlClient"
import { Draining } from "../Draining.ts"

const ok = { status: "ok" } as const

export const system = HttpApiBuilder.group(
  Api,
  "system",
  Effect.fnUntraced(function* (handlers) {
    const sql = yield* SqlClient.SqlClient
    const draining = yield* Draining
    return handlers.handleAll({
      health: () => Effect.succeed(ok),
      ready: () =>
        draining.hasBegun()
          ? new Problem.Unavailable({ detail: "The service is stopping." })
          : sql`SELECT 1`.pipe(
              Effect.as(ok),
              Effect.catchTag("SqlError", () => new Problem.Unavailable({ detail: "The database does not answer." }))
            ),
      metrics: () => PrometheusMetrics.format()
    })
  })
)
