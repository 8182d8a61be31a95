/**
 * Writes one batch of what a connector said, in one transaction: rows, the change log, installments and their
 * transitions, quarantine and the checkpoint. Before anything is written it looks, inside the same transaction, whether
 * the writer still holds the account and whether consent still stands; otherwise the batch is discarded whole.
 */
import { Row } from "@paymirror/core"
import type { CalendarDate, Plan, ReadEvent, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Iterable from "effect/Iterable"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { type Kind, type Said, type Standing, decide } from "./decide.ts"
import * as KeptFrom from "./KeptFrom.ts"
import * as Lease from "./Lease.ts"
import { PlanWriter } from "./PlanWriter.ts"
import * as Quarantine from "./Quarantine.ts"
import * as Reach from "./Reach.ts"
import type { Seal } from "./Seal.ts"
import type { SealError } from "./SealError.ts"
import { Bulk, type Value } from "./Bulk.ts"

/** What a batch is written under. */
export interface Writer {
  readonly account: number
  readonly connectionId: string
  readonly consentId: string
  readonly lease: Lease.Lease
  readonly run: number
  readonly at: string
  readonly rank: number
}

export interface Counts {
  added: number
  updated: number
  removed: number
  unchanged: number
  quarantined: number
  kept: number
}

export const noCounts = (): Counts => ({ added: 0, updated: 0, removed: 0, unchanged: 0, quarantined: 0, kept: 0 })

export interface Batch {
  readonly said: ReadonlyArray<SaidOf>
  readonly pending: ReadonlyArray<Snapshot>
  readonly quarantine: ReadonlyArray<ReadEvent.Quarantined>
  /** Rows of `said` that stood in quarantine until they were said. */
  readonly readable: ReadonlyArray<SaidOf>
  /** The first day of which the run has heard everything, where it said so. */
  readonly reach: { readonly stream: StreamName.StreamName; readonly from: CalendarDate.CalendarDate } | undefined
  readonly checkpoint: { readonly stream: StreamName.StreamName; readonly value: string } | undefined
}

/** The pending rows of a stream at a moment of the batch: after its first `after` rows. */
export interface Snapshot {
  readonly stream: StreamName.StreamName
  readonly ids: ReadonlyArray<string>
  readonly after: number
}

export interface SaidOf extends Said {
  /** {@link keyOf} the row. */
  readonly key: string
  readonly stream: StreamName.StreamName
  readonly id: string
  readonly row: Row.Row | undefined
}

/** Why a writer may not write: another took the account, consent ended, or a new one took its place. */
export type Why = "lease" | "consent" | "renewed"

/** `Lost`: nothing was written. */
export type Outcome =
  | { readonly _tag: "Committed"; readonly counts: Counts; readonly invalid: ReadonlyArray<Invalid> }
  | { readonly _tag: "Lost"; readonly why: Why }

/** A row that does not satisfy the model of its stream: a bug of the connector, kept out and told. */
export interface Invalid {
  readonly said: SaidOf
  readonly reason: string
}

/** What a row is known by inside a batch. */
export const keyOf = (stream: StreamName.StreamName, id: string): string => `${stream}\n${id}`

/** That a row is gone, as it is said of it. */
export const goneOf = (
  { rank }: Pick<Writer, "rank">,
  { id, reason, stream, version }: Omit<ReadEvent.Tombstone, "_tag">
): SaidOf => ({
  key: keyOf(stream, id),
  stream,
  id,
  row: undefined,
  body: undefined,
  version,
  pending: false,
  gone: reason,
  rank,
  origin: "reported"
})

const perStream = <A>(make: (schema: Schema.Codec<Row.Row>) => A) =>
  Object.fromEntries(
    Object.entries(Row.schemas).map(([stream, schema]) => [stream, make(schema as Schema.Codec<Row.Row>)])
  ) as Record<StreamName.StreamName, A>

/** The schemas transform nothing: a row is checked without being built again, and decoded only to say what is wrong. */
export const isRow = perStream((schema) => Schema.is(schema))
const decode = perStream((schema) => Schema.decodeUnknownResult(schema))

const lookupRow =
  "SELECT n, body, version, pending, gone, origin, rank FROM row WHERE account = ? AND stream = ? AND id = ?"
const lookupNeighbours =
  "SELECT n, body, version, pending, gone, origin, rank, stream, id FROM row WHERE n >= ? AND n < ? AND +account = ?"
const insertRow =
  "INSERT INTO row (n, account, stream, id, body, version, pending, gone, origin, rank, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
const updateRow =
  "UPDATE row SET body = ?, version = ?, pending = ?, gone = ?, origin = ?, rank = ?, run = ? WHERE n = ?"
const insertChange = "INSERT INTO change (row, account, kind, before, run, at) VALUES (?, ?, ?, ?, ?, ?)"

interface Touched {
  readonly key: string
  readonly stream: StreamName.StreamName
  readonly id: string
  initial: Standing | undefined
  now: Standing | undefined
  said: SaidOf | undefined
}

/** Commits a batch. Where a row is invalid the checkpoint stays behind, for the commit that puts it in quarantine. */
export const commit = (
  writer: Writer,
  batch: Batch
): Effect.Effect<Outcome, SqlError | SealError, SqlClient.SqlClient | Bulk | Seal> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const readable = Iterable.filter(batch.said, ({ row, stream }) => row !== undefined && isRow[stream](row))
    const undated = yield* KeptFrom.undated(writer, readable)
    return yield* sql.withTransaction(write(sql, writer, batch, undated))
  })

const write = (sql: SqlClient.SqlClient, writer: Writer, batch: Batch, undated: KeptFrom.Undated) =>
  Effect.gen(function* () {
    const bulk = yield* Bulk
    const lost = yield* whyLost(sql, writer)
    if (lost !== undefined) return { _tag: "Lost", why: lost } as const

    const counts = noCounts()
    const invalid: Array<Invalid> = []
    const said = yield* inPrecedence(writer, batch, counts)
    const touched = yield* look(sql, bulk, writer, said)
    const staysAway = yield* KeptFrom.stayingAway(writer, undated)
    let judged = 0
    for (const snapshot of batch.pending) {
      for (; judged < Math.min(snapshot.after, said.length); judged += 1)
        judge(touched, said[judged] as SaidOf, counts, invalid, staysAway)
      yield* settle(sql, writer, snapshot, touched, counts)
    }
    for (; judged < said.length; judged += 1) judge(touched, said[judged] as SaidOf, counts, invalid, staysAway)

    yield* writeRows(sql, bulk, writer, touched.values())
    yield* Quarantine.put(writer, batch.quarantine)
    counts.quarantined = batch.quarantine.length
    const refused = new Set(invalid.map(({ said }) => said))
    yield* Quarantine.release(
      writer,
      batch.readable.filter((said) => !refused.has(said))
    )
    if (batch.checkpoint !== undefined && invalid.length === 0) {
      yield* sql`INSERT INTO checkpoint (connection_id, account, stream, checkpoint, updated_at)
        VALUES (${writer.connectionId}, ${writer.account}, ${batch.checkpoint.stream}, ${batch.checkpoint.value}, ${writer.at})
        ON CONFLICT (connection_id, account, stream) DO UPDATE
          SET checkpoint = excluded.checkpoint, updated_at = excluded.updated_at
          WHERE checkpoint.checkpoint <> excluded.checkpoint`
    }
    return { _tag: "Committed", counts, invalid } as const
  })

/** What was said, without what a live route has heard already; and what files had said of days that it has heard now. */
const inPrecedence = (writer: Writer, { reach, said }: Batch, counts: Counts) =>
  Effect.gen(function* () {
    if (writer.rank === 0) {
      const heard = yield* Reach.since(writer.account, "balance")
      if (heard === undefined) return said
      const older = said.filter(({ origin, row, stream }) => origin !== "reported" || !Reach.covers(heard, stream, row))
      counts.kept += said.length - older.length
      return older
    }
    if (reach === undefined) return said
    if (!(yield* Reach.heard(writer.account, reach.stream, reach.from, writer.at))) return said
    const superseded = yield* Reach.fromFiles(writer.account, reach.stream, reach.from, writer.run)
    const reason = "the live route has these days now"
    return [...said, ...superseded.map((id) => goneOf(writer, { stream: reach.stream, id, reason }))]
  })

/** Why nothing may be written any more; ask inside the transaction that writes. */
export const whyLost = (
  sql: SqlClient.SqlClient,
  writer: Pick<Writer, "lease" | "connectionId" | "consentId" | "at">
) =>
  Effect.gen(function* () {
    if (!(yield* Lease.isHeld(writer.lease))) return "lease" as const
    const standing = yield* sql<{ consent_id: string }>`SELECT consent_id FROM consent
      WHERE connection_id = ${writer.connectionId} AND withdrawn_at IS NULL AND expires_at > ${writer.at}`
    if (standing.some((consent) => consent.consent_id === writer.consentId)) return undefined
    return standing.length === 0 ? ("consent" as const) : ("renewed" as const)
  })

/**
 * What stands of the rows that were said. Rows that were said together once stand together: where the first is known its
 * neighbours are read in one go, and only those that are not among them are looked up one by one.
 */
const look = (sql: SqlClient.SqlClient, bulk: Bulk["Service"], writer: Writer, said: ReadonlyArray<SaidOf>) =>
  Effect.gen(function* () {
    const touched = new Map<string, Touched>()
    for (const { id, key, stream } of said) {
      if (!touched.has(key)) touched.set(key, { key, stream, id, initial: undefined, now: undefined, said: undefined })
    }
    const found = (entry: Touched | undefined, columns: ReadonlyArray<unknown> | undefined): void => {
      if (entry !== undefined && columns !== undefined) entry.now = entry.initial = standing(columns)
    }
    const find = (entries: ReadonlyArray<Touched>) =>
      bulk.lookup(
        lookupRow,
        entries.map(({ id, stream }) => [writer.account, stream, id])
      )
    const all = [...touched.values()]
    const first = (yield* find(all.slice(0, 1)))[0]?.[0] as number | undefined
    if (first !== undefined) {
      let next = 0
      for (const columns of yield* sql.unsafe(lookupNeighbours, [first, first + all.length, writer.account]).values) {
        const [, , , , , , , stream, id] = columns
        const expected = all[next]
        // Mostly they come in the order they were said in, and need not be searched for.
        if (expected !== undefined && expected.id === id && expected.stream === stream) found(expected, columns)
        else found(touched.get(keyOf(stream as StreamName.StreamName, id as string)), columns)
        next += 1
      }
    }
    const others = all.filter(({ initial }) => initial === undefined)
    const rows = yield* find(others)
    rows.forEach((columns, index) => found(others[index], columns))
    return touched
  })

const standing = (columns: ReadonlyArray<unknown>): Standing => ({
  n: columns[0] as number,
  body: columns[1] as string,
  version: columns[2] as string | null,
  pending: columns[3] === 1,
  gone: columns[4] as string | null,
  origin: columns[5] as Standing["origin"],
  rank: columns[6] as number
})

const judge = (
  touched: Map<string, Touched>,
  said: SaidOf,
  counts: Counts,
  invalid: Array<Invalid>,
  staysAway: (said: SaidOf) => boolean
): void => {
  const entry = touched.get(said.key) as Touched
  const verdict = decide(entry.now, said)
  if (verdict === "unchanged") counts.unchanged += 1
  else if (verdict === "stale" || verdict === "outranked") counts.kept += 1
  else {
    if (said.row !== undefined && !isRow[said.stream](said.row)) {
      const model = decode[said.stream](said.row)
      if (Result.isFailure(model)) {
        invalid.push({ said, reason: model.failure.message })
        return
      }
    }
    if (verdict === "added" && staysAway(said)) {
      counts.kept += 1
      return
    }
    if (verdict === "added") counts.added += 1
    else if (verdict === "removed") counts.removed += 1
    else if (verdict === "confirmed") counts.unchanged += 1
    else counts.updated += 1
    const outdated = invalid.findIndex((one) => one.said.key === said.key)
    if (outdated !== -1) invalid.splice(outdated, 1)
    entry.said = said
    entry.now = {
      n: entry.now?.n ?? 0,
      body: said.body ?? entry.now?.body ?? "",
      version:
        said.version ?? (said.gone === undefined && verdict !== "confirmed" ? null : (entry.now?.version ?? null)),
      pending: said.pending,
      gone: said.gone ?? null,
      origin: said.origin,
      rank: said.rank
    }
  }
}

const settle = (
  sql: SqlClient.SqlClient,
  writer: Writer,
  snapshot: Snapshot,
  touched: Map<string, Touched>,
  counts: Counts
) =>
  Effect.gen(function* () {
    const rows = yield* sql`SELECT id, n, body, version, pending, gone, origin, rank FROM row
      WHERE account = ${writer.account} AND stream = ${snapshot.stream} AND pending = 1 AND gone IS NULL`.values
    for (const [id, ...columns] of rows) {
      const key = keyOf(snapshot.stream, String(id))
      if (touched.has(key)) continue
      const initial = standing(columns)
      touched.set(key, { key, stream: snapshot.stream, id: String(id), initial, now: initial, said: undefined })
    }
    const named = new Set(snapshot.ids)
    for (const { id, now, stream } of touched.values()) {
      if (stream !== snapshot.stream || now === undefined || !now.pending || now.gone !== null || named.has(id))
        continue
      const gone = goneOf(writer, { stream, id, reason: "no longer pending at the provider" })
      judge(touched, { ...gone, pending: true }, counts, [], () => false)
    }
  })

const writeRows = (sql: SqlClient.SqlClient, bulk: Bulk["Service"], writer: Writer, touched: Iterable<Touched>) =>
  Effect.gen(function* () {
    const rows: Array<Array<Value>> = []
    const updates: Array<Array<Value>> = []
    const changes: Array<Array<Value>> = []
    const plans = new PlanWriter(writer)
    let last: number | undefined
    for (const { id, initial, now, said, stream } of touched) {
      if (said === undefined || now === undefined || now === initial) continue
      const kind = netKind(initial, now)
      let n: number
      if (initial === undefined) {
        last ??= yield* highest(sql)
        last += 1
        n = last
        rows.push([
          n,
          writer.account,
          stream,
          id,
          now.body,
          now.version,
          now.pending ? 1 : 0,
          now.gone,
          now.origin,
          now.rank,
          writer.run
        ])
      } else {
        n = initial.n
        updates.push([now.body, now.version, now.pending ? 1 : 0, now.gone, now.origin, now.rank, writer.run, n])
      }
      if (kind === undefined) continue
      changes.push([n, writer.account, kind, initial === undefined ? null : initial.body, writer.run, writer.at])
      // Came and went within the batch: both are told, and the row is kept, so that an older word of it finds it gone.
      if (initial === undefined && now.gone !== null)
        changes.push([n, writer.account, "removed", now.body, writer.run, writer.at])
      if (stream !== "plans") continue
      if (now.gone !== null || said.row === undefined) plans.gone(n)
      else plans.stands(n, initial?.body, said.row as Plan.Plan)
    }
    yield* bulk.write(insertRow, rows)
    yield* bulk.write(updateRow, updates)
    yield* bulk.write(insertChange, changes)
    yield* plans.write(bulk)
  })

/** The greatest number a row ever had: those that were purged do not give theirs back, or a reader's place would lie. */
const highest = (sql: SqlClient.SqlClient) =>
  Effect.map(
    sql<{ n: number }>`SELECT max(coalesce((SELECT max(n) FROM row), 0), coalesce((SELECT n FROM row_head), 0)) AS n`,
    (rows) => rows[0]?.n ?? 0
  )

/** What the whole batch did to a row, whatever it said of it in between. */
const netKind = (initial: Standing | undefined, now: Standing): Kind | undefined => {
  if (initial === undefined) return "added"
  if (now.gone !== null) return initial.gone === null ? "removed" : undefined
  if (initial.gone !== null) return "restored"
  return initial.body === now.body && initial.pending === now.pending ? undefined : "updated"
}
