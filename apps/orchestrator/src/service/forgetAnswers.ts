/** Lets go of the answers of creating calls whose day is over. Apart from the service, so that a command can do it too. */
import { Instant } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

export const forgetAnswers = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM idempotency WHERE expires_at <= ${Instant.fromEpochMillis(yield* Clock.currentTimeMillis)}`
})
