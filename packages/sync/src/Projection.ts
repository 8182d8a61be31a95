/**
 * What time alone does to the mirror between two reads: an installment whose day has come is due. Such a row says it was
 * projected; the next newer report confirms or corrects it, and an older one does not undo it. Consent and the account's
 * lease hold here as they do for a read.
 */
import { CalendarDate, InstallmentMachine, Instant } from "@paymirror/core"
import type { Plan } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "./clock.ts"
import * as Commit from "./Commit.ts"
import * as Lease from "./Lease.ts"
import * as RunLog from "./RunLog.ts"

/** The latest day that has begun everywhere on earth: nothing is called due before it is, wherever the person is. */
export const today: Effect.Effect<CalendarDate.CalendarDate> = Effect.map(Clock.currentTimeMillis, (millis) =>
  Instant.utcDate(Instant.fromEpochMillis(millis - 12 * 3_600_000))
)

interface Due {
  readonly id: string
  readonly body: string
  readonly version: string | null
  readonly rank: number
  readonly pending: number
}

/** Projects the plans of one account and gives how many changed. A held account and one without consent are left alone. */
export const project = (accountId: string, on: CalendarDate.CalendarDate) =>
  Effect.scoped(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const at = yield* now
      const due = yield* sql<Due>`SELECT id, body, version, rank, pending FROM row WHERE gone IS NULL AND n IN (
        SELECT installment.row FROM installment JOIN account ON account.n = installment.account
        WHERE account_id = ${accountId} AND due_date <= ${on} AND state = 'scheduled')`
      if (due.length === 0) return 0
      const authority = yield* sql<{ n: number; connection_id: string; consent_id: string; connector: string }>`
        SELECT account.n, connection_id, consent_id, connector FROM account
          JOIN connection_account ON connection_account.account = account.n
          JOIN connection USING (connection_id) JOIN consent USING (connection_id)
        WHERE account_id = ${accountId} AND withdrawn_at IS NULL AND expires_at > ${at}
        ORDER BY consent_id DESC LIMIT 1`
      const by = authority[0]
      const lease = yield* Lease.take(`account:${accountId}`)
      if (by === undefined || lease === undefined) return 0
      const run = yield* RunLog.start(
        { connectionId: by.connection_id, stream: "plans" },
        by.n,
        by.connector,
        by.consent_id,
        RunLog.projected
      )
      const said = due.flatMap(({ body, id, pending, rank, version }): ReadonlyArray<Commit.SaidOf> => {
        const standing = JSON.parse(body) as Plan.Plan
        const { plan } = InstallmentMachine.project(standing, on, {})
        return plan === standing
          ? []
          : [
              {
                key: Commit.keyOf("plans", id),
                stream: "plans",
                id,
                row: plan,
                body: JSON.stringify(plan),
                version: version ?? undefined,
                pending: pending === 1,
                gone: undefined,
                rank,
                origin: "projected"
              }
            ]
      })
      const outcome = yield* Commit.commit(
        { account: by.n, connectionId: by.connection_id, consentId: by.consent_id, lease, run: run.n, at, rank: 0 },
        { said, pending: [], quarantine: [], readable: [], reach: undefined, checkpoint: undefined }
      )
      const counts = outcome._tag === "Committed" ? outcome.counts : Commit.noCounts()
      yield* RunLog.finish(run, counts, RunLog.projected, undefined)
      return counts.updated
    })
  )
