/** Whether the process lives, whether it can work, and its figures: how many, never whose. */
import { Api, Problem } from "@paymirror/api"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import * as SqlClient from "effect/sql/SqlClient"
import { Draining } from "../Draining.ts"

const sizes = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // They are numbered as they come: the highest number is read at once, a count would go through all of them.
  const found = yield* sql<Readonly<Record<keyof typeof gauges, number | null>>>`SELECT
    (SELECT max(n) FROM row) AS rows, (SELECT max(seq) FROM change) AS changes, (SELECT max(n) FROM run) AS runs`
  for (const [name, gauge] of Object.entries(gauges)) {
    yield* Metric.update(gauge, found[0]?.[name as keyof typeof gauges] ?? 0)
  }
}).pipe(Effect.ignore)

const gauges = {
  rows: Metric.gauge("paymirror_mirror_rows", { description: "Rows the mirror has been told of" }),
  changes: Metric.gauge("paymirror_mirror_changes", { description: "Entries of the change log so far" }),
  runs: Metric.gauge("paymirror_mirror_runs", { description: "Reads of one stream of one account so far" })
} as const

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
      metrics: () => Effect.andThen(sizes, PrometheusMetrics.format())
    })
  })
)
