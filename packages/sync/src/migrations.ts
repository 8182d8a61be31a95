/**
 * The schema of the mirror, numbered and forward-only, brought up to date when the layer is built. A row's versions are
 * stored once each: the newest in `row`, every earlier one in the `change` that replaced it. Each step is a file of
 * `migrations/`, and stays as it is once it was published.
 */
import * as Effect from "effect/Effect"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import { foundation } from "./migrations/0001_foundation.ts"
import { attendance } from "./migrations/0002_attendance.ts"
import { reach } from "./migrations/0003_reach.ts"
import { dataKeys } from "./migrations/0004_data_keys.ts"
import { consentEvents } from "./migrations/0005_consent_events.ts"
import { retention } from "./migrations/0006_retention.ts"
import { occurrences } from "./migrations/0007_occurrences.ts"

const run = (statements: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const statement of statements) yield* sql.unsafe(statement)
  })

/** Brings the schema up to date. */
export const migrate = Migrator.make({})({
  loader: Migrator.fromRecord({
    "0001_foundation": run(foundation),
    "0002_attendance": run(attendance),
    "0003_reach": run(reach),
    "0004_data_keys": run(dataKeys),
    "0005_consent_events": run(consentEvents),
    "0006_retention": run(retention),
    "0007_occurrences": run(occurrences)
  })
})
