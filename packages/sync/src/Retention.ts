/**
 * How long rows are kept, per stream. Nothing is said by default: then a row is kept until its person is erased. Where a
 * number of days is set, a row that is older by its own day goes, with its history, its installments and what was put
 * aside of it; it leaves no trace in the change feed, whose places stay valid, and does not come back with the next read.
 * What the law holds back stays. Each step is a transaction of its own, and what was not finished is gone on with.
 */
import { StreamName } from "@paymirror/core"
import type { CalendarDate, Row } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "./clock.ts"
import * as KeptFrom from "./KeptFrom.ts"
import * as Reconcile from "./Reconcile.ts"
import { present, rowDay } from "./rowDay.ts"

export interface Policy {
  readonly stream: StreamName.StreamName
  /** `undefined`: until the person is erased. */
  readonly days: number | undefined
  readonly setAt: string | undefined
}

/** Every stream's policy. */
export const policies = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const set = yield* sql<{
    stream: string
    days: number
    set_at: string
  }>`SELECT stream, days, set_at FROM retention_policy`
  return StreamName.streamNames.map((stream): Policy => {
    const found = set.find((one) => one.stream === stream)
    return { stream, days: found?.days, setAt: found?.set_at }
  })
})

/** Keeps rows of a stream for so many days, their own day included; at least one. What is older goes with the next {@link purge}. */
export const set = (stream: StreamName.StreamName, days: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    if (!Number.isInteger(days) || days < 1)
      return yield* Effect.die(new RangeError("rows are kept for whole days, at least one"))
    yield* sql`INSERT INTO retention_policy (stream, days, set_at) VALUES (${stream}, ${days}, ${yield* now})
      ON CONFLICT (stream) DO UPDATE SET days = excluded.days, set_at = excluded.set_at`
  })

/** Keeps rows of a stream until their person is erased. What was purged stays away. */
export const clear = (stream: StreamName.StreamName) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM retention_policy WHERE stream = ${stream}`)

/** Rows that went, per stream. */
export type Purged = Readonly<Partial<Record<StreamName.StreamName, number>>>

/** Carries the policies out. Call it every hour: a day that was worked through is not worked through again. */
export const purge = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const at = yield* now
  const purged: Partial<Record<StreamName.StreamName, number>> = {}
  for (const { days, stream } of yield* policies) {
    if (days === undefined) continue
    const keptFrom = KeptFrom.firstDay(at, days)
    const accounts = yield* sql<{ n: number }>`SELECT n FROM account
      WHERE NOT EXISTS (SELECT 1 FROM retention_mark WHERE account = account.n AND stream = ${stream}
          AND kept_from >= ${keptFrom} AND through = 1)
        AND holder_id NOT IN (SELECT holder_id FROM legal_hold, json_each(legal_hold.streams)
          WHERE value = ${stream} AND ended_at IS NULL AND until > ${at})`
    for (const { n } of accounts) purged[stream] = (purged[stream] ?? 0) + (yield* purgeStream(n, stream, keptFrom))
  }
  const result: Purged = purged
  return result
})

const batch = 500

interface Standing {
  readonly n: number
  readonly id: string
  readonly body: string
}

const purgeStream = (account: number, stream: StreamName.StreamName, keptFrom: CalendarDate.CalendarDate) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    // From here on older rows are not stored, so that none can come in behind the walk.
    yield* sql`INSERT INTO retention_mark (account, stream, kept_from, through) VALUES (${account}, ${stream}, ${keptFrom}, 0)
      ON CONFLICT (account, stream) DO UPDATE SET kept_from = max(kept_from, excluded.kept_from), through = 0`
    const isCurrent = (yield* lastRead(account)) >= keptFrom
    let after = ""
    let purged = 0
    while (true) {
      const step = yield* sql.withTransaction(purgeBatch(account, stream, keptFrom, isCurrent, after))
      purged += step.purged
      if (step.last === undefined) break
      after = step.last
    }
    yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`DELETE FROM quarantine WHERE account = ${account} AND stream = ${stream} AND at < ${keptFrom}`
        yield* sql`DELETE FROM discrepancy WHERE account = ${account} AND stream = ${stream} AND resolved_at < ${keptFrom}`
        yield* sql`UPDATE retention_mark SET through = 1
          WHERE account = ${account} AND stream = ${stream} AND kept_from = ${keptFrom}`
      })
    )
    return purged
  })

/** The day an account was read to its end last; what is of the present is of that day. */
const lastRead = (account: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const runs = yield* sql<{ at: string | null }>`SELECT max(started_at) AS at FROM run
      WHERE account = ${account} AND outcome = 'CaughtUp'`
    return (runs[0]?.at ?? "").slice(0, 10)
  })

const purgeBatch = (
  account: number,
  stream: StreamName.StreamName,
  keptFrom: CalendarDate.CalendarDate,
  isCurrent: boolean,
  after: string
) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<Standing>`SELECT n, id, body FROM row
      WHERE account = ${account} AND stream = ${stream} AND id > ${after} ORDER BY id LIMIT ${batch}`
    const past: Array<Standing> = []
    const current: Array<number> = []
    const undated: Array<string> = []
    for (const row of rows) {
      const day = rowDay(stream, JSON.parse(row.body) as Row.Row)
      if (day === present && isCurrent) current.push(row.n)
      else if ((day === present || day === undefined ? yield* firstSeen(row.n) : day) < keptFrom) {
        past.push(row)
        if (day === undefined) undated.push(yield* KeptFrom.digestOf(account, stream, row.id))
      }
    }
    yield* forget(account, stream, past)
    for (const digest of undated)
      yield* sql`INSERT INTO retention_purged (account, stream, digest) VALUES (${account}, ${stream}, ${digest}) ON CONFLICT DO NOTHING`
    if (current.length > 0) {
      // Of what is of the present only the past goes.
      yield* sql`DELETE FROM change WHERE at < ${keptFrom} AND ${sql.in("row", current)}`
      yield* sql`DELETE FROM transition WHERE at < ${keptFrom} AND ${sql.in("row", current)}`
    }
    return { purged: past.length, last: rows.length < batch ? undefined : rows.at(-1)?.id }
  })

const firstSeen = (row: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* sql<{ at: string | null }>`SELECT coalesce((SELECT min(at) FROM change WHERE row = ${row}),
      (SELECT started_at FROM run JOIN row ON row.run = run.n WHERE row.n = ${row})) AS at`
    return (found[0]?.at ?? "").slice(0, 10)
  })

/** Deletes rows and all that hangs on them. */
const forget = (account: number, stream: StreamName.StreamName, rows: ReadonlyArray<Standing>) =>
  Effect.gen(function* () {
    if (rows.length === 0) return
    const sql = yield* SqlClient.SqlClient
    const numbers = rows.map(({ n }) => n)
    if (Reconcile.reconciles(stream)) yield* Reconcile.shed(account, stream, numbers)
    yield* sql`INSERT INTO row_head (one, n) SELECT 1, max(n) FROM row WHERE true
      ON CONFLICT (one) DO UPDATE SET n = max(row_head.n, excluded.n)`
    for (const table of ["installment", "transition", "change"] as const)
      yield* sql`DELETE FROM ${sql(table)} WHERE ${sql.in("row", numbers)}`
    yield* sql`DELETE FROM row WHERE ${sql.in("n", numbers)}`
    const ids = rows.map(({ id }) => id)
    yield* sql`DELETE FROM quarantine WHERE account = ${account} AND stream = ${stream} AND ${sql.in("row_id", ids)}`
    // What is raised of a plan names it, alone or with the number of an installment.
    if (stream === "plans")
      yield* sql`DELETE FROM discrepancy WHERE account = ${account} AND stream = ${stream}
        AND substr(place, 1, instr(place || ' #', ' #') - 1) IN ${sql.in(ids)}`
  })
