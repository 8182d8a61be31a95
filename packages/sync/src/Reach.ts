/**
 * How far back a live route has heard an account, without a day between its runs. A ledger that is cut off is held
 * against its balance from there on; and from there on the live route's word is the ledger. A file has no ids in common
 * with it, so only the day can say which of the two to believe: a file adds what is older, and what it had added of later
 * days gives way. Such rows stay, marked, with the reason.
 */
import { type Balance, type CalendarDate, Instant, type Row, type StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

type Day = CalendarDate.CalendarDate

/** The day from which everything was heard; `undefined` where no route has said so. */
export const since = (account: number, stream: StreamName.StreamName) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ since: Day }>`SELECT since FROM reach WHERE account = ${account} AND stream = ${stream}`
    return rows[0]?.since
  })

/**
 * A live run has heard everything since a day. Runs that follow each other without a day between them reach as far back as
 * the widest of them. Says whether that is further back than was known.
 */
export const heard = (account: number, stream: StreamName.StreamName, from: Day, at: Instant.Instant) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const before = yield* since(account, stream)
    yield* sql`INSERT INTO reach (account, stream, since, heard_on)
      VALUES (${account}, ${stream}, ${from}, ${Instant.utcDate(at)})
      ON CONFLICT (account, stream) DO UPDATE SET heard_on = excluded.heard_on,
        since = CASE WHEN reach.since < excluded.since AND excluded.since <= reach.heard_on
          THEN reach.since ELSE excluded.since END
        WHERE reach.heard_on <> excluded.heard_on OR excluded.since < reach.since`
    return before === undefined || from < before
  })

/** The day of an entry of the deposit ledger, in SQL and of a row. */
export const dayInSql =
  "coalesce(json_extract(body, '$.bookedDate'), json_extract(body, '$.entryDate'), substr(json_extract(body, '$.createdAt'), 1, 10))"

const dayOf = ({ bookedDate, createdAt, entryDate }: Balance.BalanceEntry): Day | undefined =>
  bookedDate ?? entryDate ?? createdAt?.slice(0, 10)

/** Whether a row is of a day the live route has heard. Only the deposit ledger is told by both. */
export const covers = (from: Day, stream: StreamName.StreamName, row: Row.Row | undefined): boolean => {
  if (stream !== "balance" || row === undefined) return false
  const entry = row as Balance.BalanceRow
  const day = entry.rowType === "entry" ? dayOf(entry) : undefined
  return day !== undefined && day >= from
}

/** Ids of what files have added from a day on. In an account's first run no file has come before it, and none is looked for. */
export const fromFiles = (account: number, stream: StreamName.StreamName, from: Day, run: number) =>
  Effect.gen(function* () {
    if (stream !== "balance") return []
    const sql = yield* SqlClient.SqlClient
    const others = yield* sql`SELECT n FROM run WHERE account = ${account} AND n <> ${run} LIMIT 1`
    if (others.length === 0) return []
    const rows = yield* sql<{ id: string }>`SELECT id FROM row
      WHERE account = ${account} AND stream = ${stream} AND rank = 0 AND origin = 'reported' AND gone IS NULL
        AND json_extract(body, '$.rowType') = 'entry'
        AND ${sql.literal(dayInSql)} >= ${from}`
    return rows.map(({ id }) => id)
  })
