/**
 * What the service stores beside the mirror, in the same database: numbered, forward-only, after the mirror's own. Each
 * step is a file of `migrations/`, and stays as it is once it was published.
 */
import * as Effect from "effect/Effect"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import { tenancy } from "./migrations/0001_tenancy.ts"
import { serving } from "./migrations/0002_serving.ts"
import { linking } from "./migrations/0003_linking.ts"
import { webhooks } from "./migrations/0004_webhooks.ts"

const run = (statements: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const statement of statements) yield* sql.unsafe(statement)
  })

/** Brings the service's part of the schema up to date; the mirror's has to be there. */
export const migrate = Migrator.make({})({
  table: "service_migrations",
  loader: Migrator.fromRecord({
    "0001_tenancy": run(tenancy),
    "0002_serving": run(serving),
    "0003_linking": run(linking),
    "0004_webhooks": run(webhooks)
  })
})
