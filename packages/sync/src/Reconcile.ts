/**
 * Holds what the provider states a balance (or a standing of points) to be against the sum of its ledger: booked entries
 * against a booked balance, never one that looks ahead or holds a credit line. Where the route reaches the whole history
 * the ledger starts at zero; elsewhere the first comparison fixes the opening, and every later one must agree with it;
 * history from before, imported later, is part of that opening. A closing balance is that of its day: what was booked
 * after it does not count. Only what was booked while the opening was fixed corrects it. A gap is raised and stays raised
 * until the two agree; no row is ever adjusted.
 */
import { CalendarDate, Instant, type StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "./clock.ts"
import * as KeptFrom from "./KeptFrom.ts"
import * as Occurrences from "./Occurrences.ts"
import * as Reach from "./Reach.ts"

export interface Reconciliation {
  readonly stream: "balance" | "points"
  /** Minor units, or points. */
  readonly stated: number
  readonly ledger: number
  readonly agrees: boolean
}

/** The streams that state a figure their ledger has to add up to. */
export const reconciles = (stream: StreamName.StreamName): stream is "balance" | "points" =>
  stream === "balance" || stream === "points"

/** What is stated is sought in the text first: reading the JSON of a long ledger to find one row takes most of the time. */
const figures = {
  balance: {
    stated:
      "SELECT json_extract(body, '$.amount.amount') AS v, CASE WHEN json_extract(body, '$.balanceType') = 'closingBooked' THEN substr(version, 1, 10) END AS until FROM row WHERE account = ? AND stream = 'balance' AND gone IS NULL AND instr(body, '\"rowType\":\"balance\"') > 0 AND json_extract(body, '$.rowType') = 'balance' AND json_extract(body, '$.balanceType') IN ('interimBooked', 'closingBooked') ORDER BY json_extract(body, '$.balanceType') = 'interimBooked' DESC, version DESC LIMIT 1",
    ledger:
      "SELECT coalesce(sum(json_extract(body, '$.amount.amount')), 0) AS v FROM row WHERE account = ? AND stream = 'balance' AND gone IS NULL AND json_extract(body, '$.rowType') = 'entry' AND json_extract(body, '$.status') = 'BOOKED' AND json_extract(body, '$.fundingSource') IS NULL",
    day: Reach.dayInSql
  },
  points: {
    stated:
      "SELECT json_extract(body, '$.points') AS v, NULL AS until FROM row WHERE account = ? AND stream = 'points' AND gone IS NULL AND instr(body, '\"rowType\":\"standing\"') > 0 AND json_extract(body, '$.rowType') = 'standing' ORDER BY version DESC LIMIT 1",
    ledger:
      "SELECT coalesce(sum(json_extract(body, '$.points')), 0) AS v FROM row WHERE account = ? AND stream = 'points' AND gone IS NULL AND json_extract(body, '$.rowType') = 'entry' AND json_extract(body, '$.status') = 'CONFIRMED'",
    day: "substr(json_extract(body, '$.createdAt'), 1, 10)"
  }
} as const

/** Compares and raises or resolves. `isWhole`: the route reaches the first entry. `undefined` where the provider has stated nothing yet. */
export const reconcile = (account: number, stream: "balance" | "points", isWhole: boolean) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* sql.withTransaction(
      Effect.gen(function* () {
        const said = (yield* sql.unsafe<{ v: number; until: string | null }>(figures[stream].stated, [account]))[0]
        if (said === undefined) return undefined
        const { until, v: stated } = said
        const at = yield* now
        const anchor =
          (yield* sql<Anchor>`
          SELECT opening, since, fixed_on, last_row FROM anchor WHERE account = ${account} AND stream = ${stream}`)[0] ??
          (yield* drop(account, stream, said, isWhole, at))
        const entries = yield* sum(account, stream, anchor.since, until)
        const surplus = anchor.opening + entries - stated
        const ledger = entries + (yield* corrected(account, stream, anchor, surplus, at))
        const agrees = ledger === stated
        yield* sql`UPDATE discrepancy SET resolved_at = ${at}
          WHERE account = ${account} AND stream = ${stream} AND name = 'ledger' AND resolved_at IS NULL
            AND (${agrees ? 1 : 0} = 1 OR expected <> ${String(stated)} OR actual <> ${String(ledger)})`
        if (!agrees) yield* raise(account, stream, "ledger", "sum", String(stated), String(ledger), at)
        const result: Reconciliation = { stream, stated, ledger, agrees }
        return result
      })
    )
  })

interface Anchor {
  readonly opening: number
  /** The first day whose entries count; empty where all do. */
  readonly since: string
  /** The day it was fixed, and the newest row of the mirror then; absent where all entries count. */
  readonly fixed_on: string | null
  readonly last_row: number | null
}

/** Days in which what was missed when the opening was fixed is heard: as many as a read looks back. */
const youngDays = 14

/**
 * The opening, less what was booked while it was fixed. A balance is asked for after the entries and may know of one that
 * they did not show yet; that one is heard soon afterwards, bears that day, and is exactly what is too much. Nothing else
 * moves an opening, and an entry that a comparison agreed with never does.
 */
const corrected = (
  account: number,
  stream: "balance" | "points",
  { fixed_on: fixedOn, last_row: lastRow, opening }: Anchor,
  surplus: number,
  at: Instant.Instant
) =>
  Effect.gen(function* () {
    if (fixedOn === null || lastRow === null) return opening
    if (CalendarDate.daysBetween(fixedOn, Instant.utcDate(at)) > youngDays) return opening
    const sql = yield* SqlClient.SqlClient
    const { day, ledger } = figures[stream]
    const heard = yield* sql.unsafe<{ v: number }>(`${ledger} AND n > ? AND ${day} >= ? AND ${day} <= ? GROUP BY n`, [
      account,
      lastRow,
      CalendarDate.addDays(fixedOn, -1),
      fixedOn
    ])
    const all = heard.reduce((total, { v }) => total + v, 0)
    const isExplained = surplus === 0 || surplus === all || heard.some(({ v }) => v === surplus)
    if (heard.length === 0 || !isExplained) return opening
    yield* sql`UPDATE anchor SET opening = ${opening - surplus}, last_row = (SELECT max(n) FROM row)
      WHERE account = ${account} AND stream = ${stream}`
    return opening - surplus
  })

/** Rows are about to go because they are old: what they add up to becomes part of the opening. Inside the transaction. */
export const shed = (account: number, stream: "balance" | "points", rows: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { day, ledger } = figures[stream]
    const anchors = yield* sql<{
      since: string
    }>`SELECT since FROM anchor WHERE account = ${account} AND stream = ${stream}`
    const since = anchors[0]?.since
    if (since === undefined) return
    const found = yield* sql.unsafe<{ v: number }>(
      `${ledger} AND n IN (SELECT value FROM json_each(?)) AND coalesce(${day}, '9999') >= ?`,
      [account, JSON.stringify(rows), since]
    )
    yield* sql`UPDATE anchor SET opening = opening + ${found[0]?.v ?? 0}
      WHERE account = ${account} AND stream = ${stream}`
  })

/** What was booked from a day on, up to another: both included, and whatever bears no day. */
const sum = (account: number, stream: "balance" | "points", since: string, until: string | null) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { day, ledger } = figures[stream]
    const rows =
      since === "" && until === null
        ? yield* sql.unsafe<{ v: number }>(ledger, [account])
        : yield* sql.unsafe<{ v: number }>(
            `${ledger} AND coalesce(${day}, '9999') >= ? AND coalesce(${day}, '') <= ?`,
            [account, since, until ?? "9999-12-31"]
          )
    return rows[0]?.v ?? 0
  })

/**
 * Fixes the opening: zero for a whole history, else what the entries so far leave of the stated figure. Entries count from
 * the day the route reaches back to, so that one booked late counts, and older history that turns up later does not; a
 * route that does not say counts from its first entry.
 */
const drop = (
  account: number,
  stream: "balance" | "points",
  { until, v: stated }: { readonly v: number; readonly until: string | null },
  isWhole: boolean,
  at: string
) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    let anchor: Anchor = { opening: 0, since: "", fixed_on: null, last_row: null }
    // A ledger of which only the last part is kept has an opening too, whatever the route reaches.
    if (!isWhole || (yield* KeptFrom.of(account, at)).has(stream)) {
      const reach = yield* Reach.since(account, stream)
      const first = yield* sql.unsafe<{ day: string | null }>(
        `SELECT min(${figures[stream].day}) AS day FROM row WHERE account = ? AND stream = ? AND gone IS NULL
          AND json_extract(body, '$.rowType') = 'entry'`,
        [account, stream]
      )
      const since = reach ?? first[0]?.day ?? at.slice(0, 10)
      const last = yield* sql<{ n: number }>`SELECT coalesce(max(n), 0) AS n FROM row`
      anchor = {
        opening: stated - (yield* sum(account, stream, since, until)),
        since,
        fixed_on: at.slice(0, 10),
        last_row: last[0]?.n ?? 0
      }
    }
    yield* sql`INSERT INTO anchor (account, stream, opening, since, fixed_on, last_row)
      VALUES (${account}, ${stream}, ${anchor.opening}, ${anchor.since}, ${anchor.fixed_on}, ${anchor.last_row})`
    return anchor
  })

/** Raises a discrepancy and tells of it, once; it stays open until it is resolved. */
export const raise = (
  account: number,
  stream: StreamName.StreamName,
  name: string,
  where: string,
  expected: string,
  actual: string,
  at: string
) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql.withTransaction(
      Effect.gen(function* () {
        const raised = yield* sql`INSERT INTO discrepancy (account, stream, name, place, expected, actual, raised_at)
          VALUES (${account}, ${stream}, ${name}, ${where}, ${expected}, ${actual}, ${at})
          ON CONFLICT (account, stream, name, place) WHERE resolved_at IS NULL DO NOTHING RETURNING n`
        if (raised.length > 0) yield* Occurrences.gap(sql, account, stream, at)
      })
    )
  })
