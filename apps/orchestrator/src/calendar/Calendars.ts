/**
 * Calendars of due dates: an address a calendar program subscribes to. Whoever has the address reads the dates, the
 * merchants and the amounts, because the person asked for just that; it is found by its hash, and is over when it is ended.
 */
import { Instant, Money } from "@paymirror/core"
import { createHash } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as SqlClient from "effect/sql/SqlClient"
import * as Token from "../service/Token.ts"
import type { AllDay } from "./ICalendar.ts"

const now = Effect.map(Clock.currentTimeMillis, Instant.fromEpochMillis)

/** Makes an address; its token is given this once. */
export const create = (holderId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const calendarId = yield* (yield* SecureRandom.SecureRandom).uuidV7()
    const token = yield* Token.fresh
    yield* sql`INSERT INTO calendar (calendar_id, holder_id, token_hash, created_at)
      VALUES (${calendarId}, ${holderId}, ${Token.hashOf(token)}, ${yield* now})`
    return { calendarId, token }
  })

/** Whose calendar it is; nobody's where it was ended. */
export const find = (token: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ calendarId: string; holderId: string; tenantId: string }>`SELECT
        calendar_id AS "calendarId", holder_id AS "holderId", tenant_id AS "tenantId"
      FROM calendar JOIN holder USING (holder_id) WHERE token_hash = ${Token.hashOf(token)} AND ended_at IS NULL`
    return rows[0]
  })

interface Due {
  readonly accountId: string
  readonly planId: string
  readonly number: number
  readonly dueDate: string
  readonly state: "scheduled" | "due" | "late" | "paused"
  readonly amount: number
  readonly currency: Money.Currency
  readonly merchant: string | null
  readonly origin: string
  readonly changedAt: string
}

const most = 2000

const uidOf = ({ accountId, number, planId }: Due): string =>
  `${createHash("sha256").update(`${accountId}\n${planId}\n${number}`).digest("hex").slice(0, 32)}@paymirror`

const notes: { readonly [State in Due["state"]]: string } = {
  scheduled: "",
  due: "",
  late: "It is late.",
  paused: "Paused: nothing is asked for yet, and the day may change."
}

const eventOf = (due: Due): AllDay => {
  const { amount, changedAt, currency, dueDate, merchant, number, origin, state } = due
  const projected = origin === "projected" ? "Worked out here; the provider has not said it yet." : ""
  return {
    uid: uidOf(due),
    on: dueDate,
    summary: `${merchant ?? "Installment"} ${Money.format({ amount, currency })}`,
    description: [`Installment ${number}.`, notes[state], projected].filter((line) => line !== "").join(" "),
    changedAt,
    tentative: state === "paused"
  }
}

/** What a person still has to pay, by due date. */
export const events = (holderId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found =
      yield* sql<Due>`SELECT account_id AS "accountId", row.id AS "planId", number, due_date AS "dueDate", state,
        amount_due AS amount, installment.currency, json_extract(row.body, '$.merchantName') AS merchant, row.origin,
        run.started_at AS "changedAt"
      FROM installment JOIN row ON row.n = installment.row JOIN account ON account.n = installment.account
        JOIN run ON run.n = row.run
      WHERE account.holder_id = ${holderId} AND row.gone IS NULL AND state IN ('scheduled', 'due', 'late', 'paused')
      ORDER BY due_date, row.id, number LIMIT ${most}`
    return { events: found.map(eventOf), accountIds: [...new Set(found.map(({ accountId }) => accountId))] }
  })
