/**
 * What a person should hear before a consent ends or has to be confirmed, each once: what was given out is written down
 * in the same transaction, so that neither a restart nor a second worker says it again. How it reaches the person is the
 * host's business.
 */
import { Consent } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "./clock.ts"
import { Connections } from "./Connections.ts"
import * as Occurrences from "./Occurrences.ts"

export interface Untold extends Consent.Reminder {
  readonly connectionId: string
  readonly holderId: string
  readonly connector: string
}

/** The reminders that are due and have not been given out, the nearest end first. */
export const untold = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const connections = yield* Connections
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      const at = yield* now
      const all: Array<Untold> = []
      for (const { connectionId, connector, consent, holderId, status } of yield* connections.list) {
        if (consent === undefined || status !== "active") continue
        for (const reminder of Consent.reminders(consent, at)) {
          const { days, of, until } = reminder
          const told = yield* sql`INSERT INTO reminder (consent_id, of, until, days, told_at)
            SELECT ${consent.consentId}, ${of}, ${until}, ${days}, ${at} WHERE NOT EXISTS (SELECT 1 FROM reminder
              WHERE consent_id = ${consent.consentId} AND of = ${of} AND until = ${until} AND days <= ${days})
            RETURNING days`
          if (told.length === 0) continue
          yield* Occurrences.ofConsent(sql, "consent.expiring", consent, at, days)
          all.push({ ...reminder, connectionId, connector, holderId })
        }
      }
      return all.toSorted((a, b) => (a.until < b.until ? -1 : 1))
    })
  )
})
