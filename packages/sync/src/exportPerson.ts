/**
 * Writes the file of a person, as the mirror stands at one moment, an entry to a line. What is stored is read in one
 * transaction and put into words afterwards, so that no write waits for a reader who is slow. Sealed account numbers and
 * rows that could not be read are opened: they are the person's.
 */
import { Account } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as SqlClient from "effect/sql/SqlClient"
import { AccessLog } from "./AccessLog.ts"
import { aboutPerson } from "./aboutPerson.ts"
import { now } from "./clock.ts"
import { consentOf } from "./Connections.ts"
import * as ConsentLedger from "./ConsentLedger.ts"
import { NoSuchHolder } from "./Erasure.ts"
import { type List, lists } from "./PersonFile.ts"
import * as Place from "./Place.ts"
import * as Retention from "./Retention.ts"
import { Seal } from "./Seal.ts"

/** The text of the file. Whoever calls this writes the line of the access log: this is a read like any other. */
export const exportPerson = (holderId: string) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const stored = yield* sql.withTransaction(read(holderId))
      if (stored.accounts.length === 0 && stored.connections.length === 0) return yield* new NoSuchHolder({ holderId })
      return Stream.fromIterable(yield* write(holderId, stored))
    })
  )

type Cell = string | number | null
type Row = Readonly<Record<string, Cell>>

/** Everything as it is stored. */
const read = (holderId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const mine = (table: string, order: string) =>
      sql<Row>`SELECT * FROM ${sql(table)} WHERE account IN (SELECT n FROM account WHERE holder_id = ${holderId})
        ORDER BY ${sql.literal(order)}`
    const theirs = sql`connection_id IN (SELECT connection_id FROM connection WHERE holder_id = ${holderId})`
    return {
      accounts: yield* sql<Row>`SELECT * FROM account WHERE holder_id = ${holderId} ORDER BY n`,
      connections:
        yield* sql<Row>`SELECT * FROM connection WHERE holder_id = ${holderId} ORDER BY created_at, connection_id`,
      behind: yield* sql<Row>`SELECT * FROM connection_account WHERE ${theirs} ORDER BY account`,
      consents: yield* sql<{ body: string; withdrawn_at: string | null }>`SELECT body, withdrawn_at FROM consent
        WHERE ${theirs} ORDER BY consent_id`,
      consentEvents: yield* ConsentLedger.entries({ holderId }),
      policies: yield* Retention.policies,
      runs: yield* mine("run", "n"),
      rows: yield* mine("row", "n"),
      changes: yield* mine("change", "seq"),
      transitions: yield* mine("transition", "n"),
      quarantine: yield* mine("quarantine", "n"),
      discrepancies: yield* mine("discrepancy", "n"),
      ledgers: yield* mine("anchor", "account, stream"),
      heard: yield* mine("reach", "account, stream"),
      keptFrom: yield* mine("retention_mark", "account, stream")
    }
  })

type Stored = Effect.Success<ReturnType<typeof read>>

/** An entry without what is absent; with a text that is JSON already, at its end. */
const entry = (all: object, name?: string, json?: Cell): string => {
  const present = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined))
  const text = JSON.stringify(present)
  return name === undefined || json === null || json === undefined ? text : `${text.slice(0, -1)},"${name}":${json}}`
}

/** One after the other, as they are asked for: there may be many. */
function* each(all: ReadonlyArray<Row>, of: (one: Row) => string): Generator<string> {
  for (const one of all) yield of(one)
}

/** The place of each, counted from 1, by its number. */
const places = (all: ReadonlyArray<Row>) => {
  const found = new Map(all.map(({ n }, index) => [Number(n), index + 1]))
  return (n: unknown): number => found.get(Number(n)) ?? 0
}

const write = (holderId: string, stored: Stored) =>
  Effect.gen(function* () {
    const accountId = new Map(stored.accounts.map((one) => [one["n"], String(one["account_id"])]))
    const whose = (one: Row) => ({ accountId: accountId.get(one["account"] ?? null), stream: one["stream"] })
    const run = places(stored.runs)
    const row = places(stored.rows)
    const consents = yield* Effect.forEach(stored.consents, ({ body, withdrawn_at: at }) => consentOf(body, at))
    const connections = yield* connectionsOf(stored, accountId)
    const quarantine = yield* Effect.forEach(stored.quarantine, (one) =>
      Effect.gen(function* () {
        const place = Place.quarantined(Number(one["account"]), String(one["stream"]), String(one["key"]))
        const raw = yield* (yield* Seal).open(place, String(one["sealed_raw"]))
        return entry(
          {
            ...whose(one),
            reason: one["reason"],
            rowId: one["row_id"],
            raw: Redacted.value(raw),
            run: run(one["run"]),
            at: one["at"],
            resolvedAt: one["resolved_at"]
          },
          "locator",
          one["locator"]
        )
      })
    )
    const reads = yield* readsOf(holderId, new Set(accountId.values()))

    const sections: { readonly [L in List]: () => Iterable<string> } = {
      accounts: () => stored.accounts.map(accountOf),
      connections: () => connections.map((one) => entry(one)),
      consents: () => consents.map((one) => JSON.stringify(one)),
      consentEvents: () => stored.consentEvents.map((one) => entry(one)),
      runs: () => each(stored.runs, (one) => runOf(one, whose(one))),
      rows: () =>
        each(stored.rows, (one) =>
          entry(
            {
              ...whose(one),
              id: one["id"],
              version: one["version"],
              pending: one["pending"] === 1,
              gone: one["gone"],
              origin: one["origin"],
              rank: one["rank"],
              run: run(one["run"])
            },
            "row",
            one["body"]
          )
        ),
      changes: () =>
        each(stored.changes, (one) =>
          entry(
            { row: row(one["row"]), kind: one["kind"], run: run(one["run"]), at: one["at"] },
            "before",
            one["before"]
          )
        ),
      transitions: () =>
        each(stored.transitions, (one) =>
          entry({
            row: row(one["row"]),
            installmentNumber: one["installment_number"],
            from: one["from_state"],
            to: one["to_state"],
            event: one["event"],
            evidence: String(one["evidence"]).replace(/^run (\d+)$/, (_, n: string) => `run ${run(n)}`),
            contradiction: one["contradiction"] === 1,
            run: run(one["run"]),
            at: one["at"]
          })
        ),
      quarantine: () => quarantine,
      discrepancies: () =>
        stored.discrepancies.map((one) =>
          entry({
            ...whose(one),
            name: one["name"],
            place: one["place"],
            expected: one["expected"],
            actual: one["actual"],
            raisedAt: one["raised_at"],
            resolvedAt: one["resolved_at"]
          })
        ),
      ledgers: () =>
        stored.ledgers.map((one) => {
          const { last_row: last } = one
          return entry({
            ...whose(one),
            opening: one["opening"],
            since: one["since"],
            fixedOn: one["fixed_on"],
            lastRow: last === null ? undefined : stored.rows.filter(({ n }) => Number(n) <= Number(last)).length
          })
        }),
      heard: () => stored.heard.map((one) => entry({ ...whose(one), since: one["since"], heardOn: one["heard_on"] })),
      keptFrom: () => stored.keptFrom.map((one) => entry({ ...whose(one), day: one["kept_from"] })),
      accessLog: () => reads
    }
    const head = {
      format: "paymirror-person",
      version: 1,
      exportedAt: yield* now,
      holderId,
      about: aboutPerson({
        consents,
        policies: stored.policies,
        sources: [
          ...stored.accounts.map((one) => `${one["provider"]}, ${one["legal_entity"]}`),
          ...connections.map(({ connector }) => `over ${connector}`)
        ]
      })
    }
    return text(head, sections)
  })

const accountOf = (one: Row): string =>
  entry({
    accountId: one["account_id"],
    provider: one["provider"],
    market: one["market"],
    legalEntity: one["legal_entity"],
    currency: one["currency"],
    status: one["status"],
    displayName: one["display_name"],
    createdAt: one["created_at"]
  })

const runOf = (one: Row, whose: object): string => {
  const { added, quarantined, removed, unchanged, updated } = one
  return entry({
    connectionId: one["connection_id"],
    connector: one["connector"],
    consentId: one["consent_id"],
    ...whose,
    startedAt: one["started_at"],
    finishedAt: one["finished_at"],
    outcome: one["outcome"],
    detail: one["detail"],
    counts: added === null ? undefined : { added, updated, unchanged, removed, quarantined }
  })
}

const connectionsOf = ({ behind, connections }: Stored, accountId: ReadonlyMap<Cell | undefined, string>) =>
  Effect.gen(function* () {
    const seal = yield* Seal
    return yield* Effect.forEach(connections, (one) =>
      Effect.gen(function* () {
        const connectionId = String(one["connection_id"])
        const mine = behind.filter(({ connection_id: id }) => id === connectionId)
        const accounts = yield* Effect.forEach(mine, ({ account, sealed_linked: sealed }) => {
          const id = { accountId: accountId.get(account) }
          return sealed === ""
            ? Effect.succeed(id)
            : Effect.map(seal.open(Place.linked(connectionId, Number(account)), String(sealed)), (plain) => ({
                ...id,
                linked: decodeLinked(Redacted.value(plain))
              }))
        })
        const settings: unknown = JSON.parse(String(one["settings"]))
        return { connectionId, connector: String(one["connector"]), settings, createdAt: one["created_at"], accounts }
      })
    )
  })

const decodeLinked = Schema.decodeUnknownSync(Schema.fromJsonString(Account.LinkedAccount))

/** The lines of the access log about one person, without the others that stand in them. */
const readsOf = (holderId: string, mine: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const log = yield* AccessLog
    const lines: Array<string> = []
    let after = 0
    while (true) {
      const found = yield* log.list({ holderId, after, limit: 1000 })
      for (const { accountIds, hash: _, holderIds: __, seq: ___, ...line } of found)
        lines.push(entry({ ...line, accountIds: accountIds.filter((id) => mine.has(id)) }))
      const last = found.at(-1)
      if (last === undefined) return lines
      after = last.seq
    }
  })

/** The text, an entry to a line. */
function* text(
  head: Readonly<Record<string, unknown>>,
  sections: { readonly [L in List]: () => Iterable<string> }
): Generator<string> {
  yield "{\n"
  for (const [name, value] of Object.entries(head)) yield `${JSON.stringify(name)}: ${JSON.stringify(value)},\n`
  for (const [index, name] of lists.entries()) {
    yield `${JSON.stringify(name)}: [`
    let before = "\n"
    for (const line of sections[name]()) {
      yield before + line
      before = ",\n"
    }
    yield index === lists.length - 1 ? "\n]\n}\n" : "\n],\n"
  }
}
