/**
 * Brings the file of a person into a mirror that does not have them, as it was: the same ids, history, consents and reads,
 * in one transaction. It is a copy to look at until the person links again; nothing in it lets anything be read.
 */
import type { Consent, Plan } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as SqlClient from "effect/sql/SqlClient"
import { AccessLog } from "./AccessLog.ts"
import { Bulk, type Value } from "./Bulk.ts"
import { now } from "./clock.ts"
import { isRow } from "./Commit.ts"
import * as Place from "./Place.ts"
import { PersonFile } from "./PersonFile.ts"
import { Seal } from "./Seal.ts"

/** The file is not one, or the mirror has that person, or one of their ids, already. */
export class NotImported extends Schema.TaggedError<NotImported>()("NotImported", { detail: Schema.String }) {}

export interface Brought {
  readonly holderId: string
  readonly accounts: number
  readonly rows: number
}

/** Reads the text of a file and stores what is in it. */
export const importPerson = (text: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const file = yield* decode(text).pipe(
      Effect.mapError((error) => new NotImported({ detail: `it is not the file of a person: ${where(error)}` }))
    )
    yield* isSound(file)
    yield* sql.withTransaction(Effect.andThen(isNew(file), store(file)))
    const brought: Brought = { holderId: file.holderId, accounts: file.accounts.length, rows: file.rows.length }
    return brought
  }).pipe(Effect.provide(SecureRandom.layerWebCrypto))

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(PersonFile))

/** Where in the file, without what stands there: it is somebody's. */
const where = ({ message }: { readonly message: string }): string => {
  const path = /at (\[.*)$/m.exec(message)?.[1]
  return path === undefined ? "it is no JSON" : `at ${path}`
}

/** Whether what refers to something refers to something that is there. */
const isSound = (file: PersonFile) =>
  Effect.gen(function* () {
    const accounts = new Set(file.accounts.map(({ accountId }) => accountId))
    const connections = new Set(file.connections.map(({ connectionId }) => connectionId))
    const consents = new Set(file.consents.map(({ consentId }) => consentId))
    const refuse = (detail: string) => new NotImported({ detail })
    const isPlace = (n: number, all: ReadonlyArray<unknown>): boolean => n >= 1 && n <= all.length
    for (const { accountId } of [
      ...file.runs,
      ...file.rows,
      ...file.quarantine,
      ...file.discrepancies,
      ...file.ledgers,
      ...file.heard,
      ...file.keptFrom,
      ...file.connections.flatMap((one) => one.accounts)
    ]) {
      if (!accounts.has(accountId)) return yield* refuse("it names an account that is not in it")
    }
    for (const { connectionId, holderId } of file.consents)
      if (!connections.has(connectionId) || holderId !== file.holderId)
        return yield* refuse("it has a consent of somebody else")
    for (const { consentId } of file.consentEvents)
      if (!consents.has(consentId)) return yield* refuse("its ledger names a consent that is not in it")
    for (const { row, run } of [...file.changes, ...file.transitions])
      if (!isPlace(row, file.rows) || !isPlace(run, file.runs))
        return yield* refuse("its history names a row or a read that is not in it")
    for (const { run } of [...file.rows, ...file.quarantine])
      if (!isPlace(run, file.runs)) return yield* refuse("a row names a read that is not in it")
    for (const [index, { row, stream }] of file.rows.entries())
      if (!isRow[stream](row)) return yield* refuse(`row ${index + 1} is no row of ${stream}`)
  })

const isNew = (file: PersonFile) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const there = (yield* sql`SELECT 1 FROM account WHERE holder_id = ${file.holderId}
      UNION ALL SELECT 1 FROM connection WHERE holder_id = ${file.holderId}`).length
    if (there > 0) return yield* new NotImported({ detail: `${file.holderId} is in this mirror already` })
    const taken = [
      ...(yield* known(
        "account",
        "account_id",
        file.accounts.map((one) => one.accountId)
      )),
      ...(yield* known(
        "connection",
        "connection_id",
        file.connections.map((one) => one.connectionId)
      )),
      ...(yield* known(
        "consent",
        "consent_id",
        file.consents.map((one) => one.consentId)
      ))
    ]
    if (taken.length > 0) return yield* new NotImported({ detail: "an id of it belongs to somebody else here" })
  })

const known = (table: string, column: string, ids: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return ids.length === 0 ? [] : yield* sql`SELECT 1 FROM ${sql(table)} WHERE ${sql.in(column, ids)}`
  })

const optional = (value: string | number | undefined): Value => value ?? null

const store = (file: PersonFile) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const bulk = yield* Bulk
    const numbers = yield* storeAccounts(file)
    const account = (id: string): number => numbers.get(id) ?? 0
    yield* storeConsents(file)

    const [before] = yield* sql<{ runs: number; rows: number }>`SELECT coalesce((SELECT max(n) FROM run), 0) AS runs,
      max(coalesce((SELECT max(n) FROM row), 0), coalesce((SELECT n FROM row_head), 0)) AS rows`
    const { rows, runs } = before ?? { runs: 0, rows: 0 }
    yield* bulk.write(
      `INSERT INTO run (n, connection_id, connector, consent_id, account, stream, started_at, finished_at, outcome, detail,
        added, updated, unchanged, removed, quarantined) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      file.runs.map((one, index) => [
        runs + index + 1,
        one.connectionId,
        one.connector,
        one.consentId,
        account(one.accountId),
        one.stream,
        one.startedAt,
        optional(one.finishedAt),
        optional(one.outcome),
        optional(one.detail),
        optional(one.counts?.added),
        optional(one.counts?.updated),
        optional(one.counts?.unchanged),
        optional(one.counts?.removed),
        optional(one.counts?.quarantined)
      ])
    )
    yield* bulk.write(
      `INSERT INTO row (n, account, stream, id, body, version, pending, gone, origin, rank, run)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      file.rows.map((one, index) => [
        rows + index + 1,
        account(one.accountId),
        one.stream,
        one.id,
        JSON.stringify(one.row),
        optional(one.version),
        one.pending ? 1 : 0,
        optional(one.gone),
        one.origin,
        one.rank,
        runs + one.run
      ])
    )
    yield* bulk.write(
      `INSERT INTO installment (row, number, account, due_date, state, amount_due, currency) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      file.rows.flatMap(({ accountId, gone, row, stream }, index) =>
        stream !== "plans" || gone !== undefined
          ? []
          : (row as Plan.Plan).schedule.map((one) => [
              rows + index + 1,
              one.installmentNumber,
              account(accountId),
              one.dueDate,
              one.state,
              one.amountDue.amount,
              one.amountDue.currency
            ])
      )
    )
    const accountOfRow = (place: number): number => account(file.rows[place - 1]?.accountId ?? "")
    yield* bulk.write(
      "INSERT INTO change (row, account, kind, before, run, at) VALUES (?, ?, ?, ?, ?, ?)",
      file.changes.map((one) => [
        rows + one.row,
        accountOfRow(one.row),
        one.kind,
        one.before === undefined ? null : JSON.stringify(one.before),
        runs + one.run,
        one.at
      ])
    )
    yield* bulk.write(
      `INSERT INTO transition (row, account, installment_number, from_state, to_state, event, evidence, contradiction, run, at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      file.transitions.map((one) => [
        rows + one.row,
        accountOfRow(one.row),
        one.installmentNumber,
        optional(one.from),
        optional(one.to),
        one.event,
        one.evidence.replace(/^run (\d+)$/, (_, place: string) => `run ${runs + Number(place)}`),
        one.contradiction ? 1 : 0,
        runs + one.run,
        one.at
      ])
    )
    yield* storeQuarantine(file, account, runs)
    yield* bulk.write(
      `INSERT INTO discrepancy (account, stream, name, place, expected, actual, raised_at, resolved_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      file.discrepancies.map((one) => [
        account(one.accountId),
        one.stream,
        one.name,
        one.place,
        one.expected,
        one.actual,
        one.raisedAt,
        optional(one.resolvedAt)
      ])
    )
    yield* bulk.write(
      "INSERT INTO anchor (account, stream, opening, since, fixed_on, last_row) VALUES (?, ?, ?, ?, ?, ?)",
      file.ledgers.map((one) => [
        account(one.accountId),
        one.stream,
        one.opening,
        one.since,
        optional(one.fixedOn),
        one.lastRow === undefined ? null : rows + one.lastRow
      ])
    )
    yield* bulk.write(
      "INSERT INTO reach (account, stream, since, heard_on) VALUES (?, ?, ?, ?)",
      file.heard.map((one) => [account(one.accountId), one.stream, one.since, one.heardOn])
    )
    yield* bulk.write(
      "INSERT INTO retention_mark (account, stream, kept_from, through) VALUES (?, ?, ?, 0)",
      file.keptFrom.map((one) => [account(one.accountId), one.stream, one.day])
    )
    yield* (yield* AccessLog).record(file.accessLog.map((line) => ({ ...line, holderIds: [file.holderId] })))
  })

/** Accounts are found again by what the provider says of them, sealed under this mirror's key. Gives their numbers by their ids. */
const storeAccounts = ({ accounts, connections, holderId }: PersonFile) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const seal = yield* Seal
    const { uuidV7 } = yield* SecureRandom.SecureRandom
    const linked = connections.flatMap((one) => one.accounts)
    const numbers = new Map<string, number>()
    for (const one of accounts) {
      const identification = linked.find(({ accountId }) => accountId === one.accountId)?.linked?.identification
      // One that no connection reaches any more says nothing of itself: linked again, it is another.
      const mark = identification === undefined ? `unknown:${yield* uuidV7()}` : yield* seal.mark(identification)
      const stored = yield* sql<{
        n: number
      }>`INSERT INTO account (account_id, holder_id, provider, market, legal_entity,
          currency, status, identification_hash, display_name, created_at)
        VALUES (${one.accountId}, ${holderId}, ${one.provider}, ${optional(one.market)}, ${one.legalEntity}, ${one.currency},
          ${one.status}, ${mark}, ${one.displayName}, ${one.createdAt}) RETURNING n`
      numbers.set(one.accountId, stored[0]?.n ?? 0)
    }
    const at = yield* now
    for (const { accounts: behind, connectionId, connector, createdAt, settings } of connections) {
      yield* sql`INSERT INTO connection (connection_id, holder_id, connector, settings, status, detail, sealed_grant, generation,
          renewal_tries, created_at, updated_at)
        VALUES (${connectionId}, ${holderId}, ${connector}, ${JSON.stringify(settings)}, 'consent_required',
          'it was brought in from a file and has no session', NULL, 0, 0, ${createdAt}, ${at})`
      for (const { accountId, linked: one } of behind) {
        const n = numbers.get(accountId) ?? 0
        const sealed =
          one === undefined ? "" : yield* seal.seal(Place.linked(connectionId, n), Redacted.make(JSON.stringify(one)))
        yield* sql`INSERT INTO connection_account (connection_id, account, sealed_linked) VALUES (${connectionId}, ${n}, ${sealed})`
      }
    }
    return numbers
  })

const storeConsents = ({ consentEvents, consents }: PersonFile) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const { withdrawnAt, ...consent } of consents) {
      const body: Consent.Consent = consent
      yield* sql`INSERT INTO consent (consent_id, connection_id, body, expires_at, withdrawn_at)
        VALUES (${consent.consentId}, ${consent.connectionId}, ${JSON.stringify(body)}, ${consent.expiresAt}, ${optional(withdrawnAt)})`
    }
    for (const { at, by, consentId, detail, what } of consentEvents)
      yield* sql`INSERT INTO consent_event (consent_id, at, what, by, detail) VALUES (${consentId}, ${at}, ${what}, ${by}, ${optional(detail)})`
  })

const storeQuarantine = ({ quarantine }: PersonFile, account: (id: string) => number, runs: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const seal = yield* Seal
    for (const one of quarantine) {
      const n = account(one.accountId)
      const { id, line } = one.locator as { readonly id?: string; readonly line?: number }
      const key = yield* seal.mark(`${id ?? `line ${line ?? "?"}`}\n${one.raw}`)
      const sealed = yield* seal.seal(Place.quarantined(n, one.stream, key), Redacted.make(one.raw))
      yield* sql`INSERT INTO quarantine (account, stream, key, reason, locator, row_id, sealed_raw, run, at, resolved_at)
        VALUES (${n}, ${one.stream}, ${key}, ${one.reason}, ${JSON.stringify(one.locator)}, ${optional(one.rowId)}, ${sealed},
          ${runs + one.run}, ${one.at}, ${optional(one.resolvedAt)})`
    }
  })
