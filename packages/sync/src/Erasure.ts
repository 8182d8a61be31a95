/**
 * The erasure of a person: consents are ended at the providers first, then everything that is theirs goes in one
 * transaction, from every table that names them by an id, whoever added it, and from what a host names (`ErasureHooks`).
 * What stays has a reason and an end: a proof that there was consent, by marks, hashes and dates alone, until three years
 * after the last authorization; and what a legal hold names, apart. The receipt says all of it. The lines of the access
 * log stay as they are: a mark stands in them, no name.
 */
import { Consent, Instant, StreamName } from "@paymirror/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { markOf } from "./AccessLog.ts"
import { now } from "./clock.ts"
import { type Connection, Connections, consentOf } from "./Connections.ts"
import * as ConsentLedger from "./ConsentLedger.ts"
import { forget, rebuild } from "./forget.ts"
import * as LegalHold from "./LegalHold.ts"
import * as Place from "./Place.ts"
import { Seal } from "./Seal.ts"
import type { SealError } from "./SealError.ts"

/** What is the person's in the mirror: a host erases by these in its own tables. */
export interface Whose {
  readonly holderId: string
  readonly accountIds: ReadonlyArray<string>
  readonly connectionIds: ReadonlyArray<string>
}

export interface ErasureHook {
  /** As the receipt names it ("webhook deliveries"). */
  readonly name: string
  /** Deletes, in the transaction of the erasure, and gives how many rows went. */
  readonly erase: (whose: Whose) => Effect.Effect<number, SqlError | SealError, SqlClient.SqlClient | Seal>
}

/**
 * What the host keeps of a person in tables that do not say so: those with a column `holder_id`, `account_id`, `account`,
 * `connection_id` or `consent_id` are found without. None unless the host provides them.
 */
export class ErasureHooks extends Context.Reference<ReadonlyArray<ErasureHook>>("@paymirror/sync/ErasureHooks", {
  defaultValue: () => []
}) {}

/** That there was consent, with nothing in it that says whose. */
export const ConsentProof = Schema.Struct({
  consentId: Schema.NonEmptyString,
  streams: Schema.Array(StreamName.StreamName),
  purpose: Schema.NonEmptyString,
  notice: Schema.Struct({ version: Schema.String, language: Schema.String, hash: Schema.String }),
  grantedAt: Instant.Instant,
  expiresAt: Instant.Instant,
  events: Schema.Array(Schema.Struct({ at: Instant.Instant, what: Schema.String, by: Schema.String }))
})
export type ConsentProof = typeof ConsentProof.Type

const Kept = Schema.Struct({ what: Schema.String, why: Schema.String, until: Schema.String })

export const Receipt = Schema.Struct({
  erasureId: Schema.NonEmptyString,
  at: Instant.Instant,
  /** Rows that went, per stream. */
  streams: Schema.Record(StreamName.StreamName, Schema.optionalKey(Schema.Int)),
  accounts: Schema.Int,
  connections: Schema.Int,
  /** What went of the host's own, by the names of its hooks. */
  others: Schema.Record(Schema.String, Schema.Int),
  kept: Schema.Array(Kept)
})
export type Receipt = typeof Receipt.Type

/** What is stored of an erasure. */
export const Tombstone = Schema.Struct({ receipt: Receipt, proofs: Schema.Array(ConsentProof) })
export type Tombstone = typeof Tombstone.Type

/** There is nobody by that id. */
export class NoSuchHolder extends Schema.TaggedError<NoSuchHolder>()("NoSuchHolder", { holderId: Schema.String }) {}

export interface Options<E, R> {
  /** Ends a consent here and at its provider: `Connections.withdraw` with the connector of the connection. */
  readonly endConsent: (connection: Connection) => Effect.Effect<unknown, E, R>
  /**
   * Rebuilding the file makes sure that nothing is left between its rows. It takes time in proportion to the file, and
   * nothing else is written meanwhile; `later` leaves it to {@link scrub}.
   */
  readonly scrub?: "now" | "later"
}

/** Erases a person. Fails where ending a consent does; nothing has gone then but the consents that were ended. */
export const erase = <E, R>(holderId: string, options: Options<E, R>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const connections = yield* Connections
    let receipt: Receipt | undefined
    while (receipt === undefined) {
      for (const connection of yield* connections.list) {
        if (connection.holderId === holderId && (yield* isOpen(connection.connectionId)))
          yield* options.endConsent(connection)
      }
      // Somebody may have linked again in between; then that consent is ended as well.
      receipt = yield* sql.withTransaction(eraseOnce(holderId))
    }
    if (options.scrub !== "later") yield* scrub
    else yield* forget
    return receipt
  })

/** Whether a connection stands on a consent that nobody ended, or has a grant left. */
const isOpen = (connectionId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const open = yield* sql`SELECT 1 FROM connection WHERE connection_id = ${connectionId} AND (sealed_grant IS NOT NULL
      OR EXISTS (SELECT 1 FROM consent WHERE consent.connection_id = connection.connection_id AND withdrawn_at IS NULL))`
    return open.length > 0
  })

const eraseOnce = (holderId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const at = yield* now
    const accounts = yield* sql<{
      n: number
      account_id: string
    }>`SELECT n, account_id FROM account WHERE holder_id = ${holderId}`
    const connections = yield* sql<{
      connection_id: string
    }>`SELECT connection_id FROM connection WHERE holder_id = ${holderId}`
    const whose: Whose = {
      holderId,
      accountIds: accounts.map((one) => one.account_id),
      connectionIds: connections.map((one) => one.connection_id)
    }
    for (const id of whose.connectionIds) if (yield* isOpen(id)) return undefined

    const { uuidV7 } = yield* SecureRandom.SecureRandom
    const proofs = yield* proofsOf(holderId)
    const keepUntil = endOfProof(proofs, at)
    const holds = yield* LegalHold.setApart(holderId)
    const counts = yield* sql<{ stream: StreamName.StreamName; rows: number }>`SELECT stream, count(*) AS rows FROM row
      JOIN account ON account.n = row.account WHERE holder_id = ${holderId} GROUP BY stream`
    const others: Record<string, number> = {}
    for (const hook of yield* ErasureHooks) others[hook.name] = yield* hook.erase(whose)
    const gone = yield* deleteAll(
      accounts.map(({ n }) => n),
      whose
    )
    if (gone === 0) return yield* new NoSuchHolder({ holderId })
    const receipt: Receipt = {
      erasureId: yield* uuidV7(),
      at,
      streams: Object.fromEntries(counts.map(({ rows, stream }) => [stream, rows])),
      accounts: accounts.length,
      connections: connections.length,
      others,
      kept: [
        {
          what: "that there was consent: marks, hashes and dates",
          why: "to show that reading was allowed",
          until: keepUntil
        },
        ...holds.map(({ basis, streams, until }) => ({
          what: `${streams.join(", ")}, apart and unread`,
          why: basis,
          until
        }))
      ]
    }
    const tombstone: Tombstone = { receipt, proofs }
    const holder = yield* markOf(yield* Seal, holderId)
    yield* sql`INSERT INTO erasure (erasure_id, holder, at, body, keep_until)
      VALUES (${receipt.erasureId}, ${holder}, ${at}, ${JSON.stringify(encode(tombstone))}, ${keepUntil})`
    return receipt
  }).pipe(Effect.provide(SecureRandom.layerWebCrypto))

const encode = Schema.encodeSync(Tombstone)
const decode = Schema.decodeUnknownSync(Schema.fromJsonString(Tombstone))

const proofsOf = (holderId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const events = yield* ConsentLedger.entries({ holderId })
    const consents = yield* sql<{ body: string; withdrawn_at: string | null }>`SELECT body, withdrawn_at FROM consent
      JOIN connection USING (connection_id) WHERE holder_id = ${holderId} ORDER BY consent_id`
    const all = yield* Effect.forEach(consents, ({ body, withdrawn_at }) => consentOf(body, withdrawn_at))
    return all.map(({ consentId, expiresAt, grantedAt, notice, purpose, streams }): ConsentProof => ({
      consentId,
      streams,
      purpose,
      notice: { version: notice.version, language: notice.language, hash: notice.hash ?? "" },
      grantedAt,
      expiresAt,
      events: events.filter((event) => event.consentId === consentId).map(({ at, by, what }) => ({ at, what, by }))
    }))
  })

/** Three years after the last time somebody agreed, or confirmed that they still do. */
const endOfProof = (proofs: ReadonlyArray<ConsentProof>, at: Instant.Instant): Instant.Instant => {
  const authorized = proofs.flatMap(({ events, grantedAt }) => [
    grantedAt,
    ...events.filter(({ what }) => what === "given" || what === "confirmed").map((event) => event.at)
  ])
  const last = authorized.toSorted().at(-1) ?? at
  return Consent.later(last, 3 * 365 + 1)
}

/** What a table may name a person by. One that has such a column is erased from, whoever added it. */
type Column = "holder_id" | "account" | "account_id" | "connection_id" | "consent_id"

/** They name a person and stay: what the law holds back. */
const staying: ReadonlySet<string> = new Set(["legal_hold", "held_row"])

/** Gives how many rows went, of any table. */
const deleteAll = (numbers: ReadonlyArray<number>, { accountIds, connectionIds, holderId }: Whose) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const seal = yield* Seal
    const consents = yield* sql<{
      id: string
    }>`SELECT consent_id AS id FROM consent WHERE ${sql.in("connection_id", connectionIds)}`
    const ids: { readonly [C in Column]: ReadonlyArray<string | number> } = {
      holder_id: [holderId],
      account: numbers,
      account_id: accountIds,
      connection_id: connectionIds,
      consent_id: consents.map(({ id }) => id)
    }
    yield* sql`INSERT INTO row_head (one, n) SELECT 1, coalesce(max(n), 0) FROM row WHERE true
      ON CONFLICT (one) DO UPDATE SET n = max(row_head.n, excluded.n)`
    yield* sql`PRAGMA defer_foreign_keys = ON`
    const places = yield* sql<{ table: string; column: Column }>`SELECT master.name AS "table", info.name AS "column"
      FROM sqlite_master AS master JOIN pragma_table_info(master.name) AS info
      WHERE master.type = 'table' AND ${sql.in("info.name", Object.keys(ids))}`
    let gone = 0
    for (const { column, table } of places) {
      if (staying.has(table)) continue
      yield* sql`DELETE FROM ${sql(table)} WHERE ${sql.in(column, ids[column])}`
      gone += (yield* sql<{ n: number }>`SELECT changes() AS n`)[0]?.n ?? 0
    }
    const leases = [...accountIds.map((id) => `account:${id}`), ...connectionIds.map((id) => `session:${id}`)]
    for (const resource of leases) yield* sql`DELETE FROM lease WHERE resource = ${resource}`
    for (const n of numbers) yield* seal.shred(Place.ofAccount(n))
    for (const id of connectionIds) yield* seal.shred(Place.ofConnection(id))
    return gone
  })

/** Rebuilds the file where somebody was erased since it was last rebuilt. Says whether nothing is left to do. */
export const scrub = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const open = yield* sql<{ erasure_id: string }>`SELECT erasure_id FROM erasure WHERE scrubbed_at IS NULL`
  if (open.length === 0) return true
  if (!(yield* rebuild)) return false
  yield* sql`UPDATE erasure SET scrubbed_at = ${yield* now} WHERE ${sql.in(
    "erasure_id",
    open.map((one) => one.erasure_id)
  )}`
  return true
})

/** Deletes tombstones whose end has come. Call it now and then. Gives how many went. */
export const expire = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return (yield* sql`DELETE FROM erasure WHERE keep_until <= ${yield* now} RETURNING erasure_id`).length
})

/** What is left of a person who was erased, the newest first: to show them, or whoever asks, that they were. */
export const tombstones = (holderId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const holder = yield* markOf(yield* Seal, holderId)
    const found = yield* sql<{ body: string }>`SELECT body FROM erasure WHERE holder = ${holder} ORDER BY at DESC`
    return found.map(({ body }) => decode(body))
  })
