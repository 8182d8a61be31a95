/**
 * The erasure of a person from everything this program keeps: the mirror, and the service's tables beside it. Most of
 * those name a person by an id and are found by it; the remembered answers of the interface do not, and are looked through.
 */
import { Erasure, Seal } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import { endConsent } from "./endConsent.ts"

/** Answers of creating calls are remembered sealed, for a day, with nothing that says whose they are. */
const answers: Erasure.ErasureHook = {
  name: "remembered answers",
  erase: ({ accountIds, connectionIds, holderId }) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const seal = yield* Seal
      if ((yield* sql`SELECT 1 FROM sqlite_master WHERE name = 'idempotency'`).length === 0) return 0
      const ids = [holderId, ...accountIds, ...connectionIds]
      let gone = 0
      for (const { key, scope, sealed } of yield* sql<{ scope: string; key: string; sealed: string }>`
        SELECT scope, key, sealed_answer AS sealed FROM idempotency`) {
        const row = JSON.stringify([scope, key])
        const place = { owner: "idempotency", table: "idempotency", column: "sealed_answer", row }
        const answer = yield* Effect.option(seal.open(place, sealed))
        // One that does not open says nothing to anybody any more.
        if (answer._tag === "Some" && !ids.some((id) => Redacted.value(answer.value).includes(id))) continue
        yield* sql`DELETE FROM idempotency WHERE scope = ${scope} AND key = ${key}`
        gone += 1
      }
      return gone
    })
}

/** Erases a person on somebody's word, and gives the receipt. `later`: the file is rebuilt by the next upkeep. */
export const erasePerson = (holderId: string, by: string, scrub: "now" | "later" = "now") =>
  Erasure.erase(holderId, { endConsent: (connection) => endConsent(connection, by), scrub }).pipe(
    Effect.provideService(Erasure.ErasureHooks, [answers])
  )
