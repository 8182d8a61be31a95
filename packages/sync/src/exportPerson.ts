/**
 * Writes the file of a person, as the mirror stands at one moment, an entry to a line. It is gathered in memory first, so
 * that no write waits for a reader who is slow. Sealed account numbers and unread rows are opened: they are the person's.
 */
import { Account } from "@paymirror/core"
import type { Consent } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as SqlClient from "effect/sql/SqlClient"
import { AccessLog } from "./AccessLog.ts"
import { categories } from "./Categories.ts"
import { now } from "./clock.ts"
import { consentOf } from "./Connections.ts"
import * as ConsentLedger from "./ConsentLedger.ts"
import { NoSuchHolder } from "./Erasure.ts"
import { type List, lists, type PersonFile } from "./PersonFile.ts"
import * as Place from "./Place.ts"
import * as Retention from "./Retention.ts"
import { Seal } from "./Seal.ts"

/** The text of the file. Everybody who gets it is told of the read by whoever calls this, in the access log. */
export const exportPerson = (holderId: string) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      return Stream.fromIterable(yield* sql.withTransaction(gather(holderId)))
    })
  )

type Nullable = string | number | null

/** Without what is absent. */
const present = (all: object) =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined))

const json = (text: Nullable): unknown => (text === null ? undefined : JSON.parse(String(text)))

const gather = (holderId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const of = sql.literal("account IN (SELECT n FROM account WHERE holder_id = ")
    const mine = sql`${of}${holderId})`
    const accounts = yield* sql<
      Record<string, Nullable>
    >`SELECT * FROM account WHERE holder_id = ${holderId} ORDER BY n`
    const consents = yield* Effect.flatMap(
      sql<{ body: string; withdrawn_at: string | null }>`SELECT body, withdrawn_at FROM consent
        JOIN connection USING (connection_id) WHERE holder_id = ${holderId} ORDER BY consent_id`,
      Effect.forEach(({ body, withdrawn_at: at }) => consentOf(body, at))
    )
    const connections = yield* connectionsOf(holderId)
    if (accounts.length === 0 && connections.length === 0) return yield* new NoSuchHolder({ holderId })
    const accountId = new Map(accounts.map(({ account_id: id, n }) => [n, id]))
    const runs = yield* sql<Record<string, Nullable>>`SELECT * FROM run WHERE ${mine} ORDER BY n`
    const run = places(runs)
    const rows = yield* sql<Record<string, Nullable>>`SELECT * FROM row WHERE ${mine} ORDER BY n`
    const row = places(rows)
    const whose = (one: Record<string, Nullable>) => ({
      accountId: accountId.get(one["account"] ?? null),
      stream: one["stream"]
    })
    const ordered = (table: string, by: string) =>
      sql<Record<string, Nullable>>`SELECT * FROM ${sql(table)} WHERE ${mine} ORDER BY ${sql.literal(by)}`

    const sections: { readonly [L in List]: ReadonlyArray<unknown> } = {
      accounts: accounts.map((one) =>
        present({
          accountId: one["account_id"],
          provider: one["provider"],
          market: one["market"],
          legalEntity: one["legal_entity"],
          currency: one["currency"],
          status: one["status"],
          displayName: one["display_name"],
          createdAt: one["created_at"]
        })
      ),
      connections,
      consents,
      consentEvents: (yield* ConsentLedger.entries({ holderId })).map(present),
      runs: runs.map((one) =>
        present({
          connectionId: one["connection_id"],
          connector: one["connector"],
          consentId: one["consent_id"],
          ...whose(one),
          startedAt: one["started_at"],
          finishedAt: one["finished_at"],
          outcome: one["outcome"],
          detail: one["detail"],
          counts:
            one["added"] === null
              ? undefined
              : {
                  added: one["added"],
                  updated: one["updated"],
                  unchanged: one["unchanged"],
                  removed: one["removed"],
                  quarantined: one["quarantined"]
                }
        })
      ),
      rows: rows.map((one) =>
        present({
          ...whose(one),
          id: one["id"],
          row: json(one["body"] ?? null),
          version: one["version"],
          pending: one["pending"] === 1,
          gone: one["gone"],
          origin: one["origin"],
          rank: one["rank"],
          run: run(one["run"])
        })
      ),
      changes: (yield* ordered("change", "seq")).map((one) =>
        present({
          row: row(one["row"]),
          kind: one["kind"],
          before: json(one["before"] ?? null),
          run: run(one["run"]),
          at: one["at"]
        })
      ),
      transitions: (yield* ordered("transition", "n")).map((one) =>
        present({
          row: row(one["row"]),
          installmentNumber: one["installment_number"],
          from: one["from_state"],
          to: one["to_state"],
          event: one["event"],
          evidence: String(one["evidence"]).replace(/^run (\d+)$/, (_, n: string) => `run ${run(Number(n))}`),
          contradiction: one["contradiction"] === 1,
          run: run(one["run"]),
          at: one["at"]
        })
      ),
      quarantine: yield* Effect.forEach(yield* ordered("quarantine", "n"), (one) =>
        Effect.gen(function* () {
          const place = Place.quarantined(Number(one["account"]), String(one["stream"]), String(one["key"]))
          const raw = yield* (yield* Seal).open(place, String(one["sealed_raw"]))
          return present({
            ...whose(one),
            reason: one["reason"],
            locator: json(one["locator"] ?? null),
            rowId: one["row_id"],
            raw: Redacted.value(raw),
            run: run(one["run"]),
            at: one["at"],
            resolvedAt: one["resolved_at"]
          })
        })
      ),
      discrepancies: (yield* ordered("discrepancy", "n")).map((one) =>
        present({
          ...whose(one),
          name: one["name"],
          place: one["place"],
          expected: one["expected"],
          actual: one["actual"],
          raisedAt: one["raised_at"],
          resolvedAt: one["resolved_at"]
        })
      ),
      ledgers: (yield* ordered("anchor", "account, stream")).map((one) =>
        present({
          ...whose(one),
          opening: one["opening"],
          since: one["since"],
          fixedOn: one["fixed_on"],
          lastRow:
            one["last_row"] === null ? undefined : rows.filter(({ n }) => Number(n) <= Number(one["last_row"])).length
        })
      ),
      heard: (yield* ordered("reach", "account, stream")).map((one) => ({
        ...whose(one),
        since: one["since"],
        heardOn: one["heard_on"]
      })),
      keptFrom: (yield* ordered("retention_mark", "account, stream")).map((one) => ({
        ...whose(one),
        day: one["kept_from"]
      })),
      accessLog: yield* readsOf(holderId, new Set(accounts.map(({ account_id: id }) => String(id))))
    }
    const head = {
      format: "paymirror-person",
      version: 1,
      exportedAt: yield* now,
      holderId,
      about: yield* about(consents, sections.connections as PersonFile["connections"], accounts)
    }
    return written(head, sections)
  })

/** The place of each, counted from 1, by its number. */
const places = (all: ReadonlyArray<Record<string, Nullable>>) => {
  const found = new Map(all.map(({ n }, index) => [Number(n), index + 1]))
  return (n: unknown): number => found.get(Number(n)) ?? 0
}

const connectionsOf = (holderId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const seal = yield* Seal
    const found = yield* sql<Record<string, Nullable>>`SELECT * FROM connection WHERE holder_id = ${holderId}
      ORDER BY created_at, connection_id`
    return yield* Effect.forEach(found, (one) =>
      Effect.gen(function* () {
        const connectionId = String(one["connection_id"])
        const behind = yield* sql<{ n: number; account_id: string; sealed_linked: string }>`
          SELECT account.n, account_id, sealed_linked FROM connection_account JOIN account ON account.n = account
          WHERE connection_id = ${connectionId} ORDER BY account.n`
        const accounts = yield* Effect.forEach(behind, ({ account_id: accountId, n, sealed_linked: sealed }) =>
          sealed === ""
            ? Effect.succeed({ accountId })
            : Effect.map(seal.open(Place.linked(connectionId, n), sealed), (text) => ({
                accountId,
                linked: decodeLinked(Redacted.value(text))
              }))
        )
        return {
          connectionId,
          connector: one["connector"],
          settings: json(one["settings"] ?? null),
          createdAt: one["created_at"],
          accounts
        }
      })
    )
  })

const decodeLinked = Schema.decodeUnknownSync(Schema.fromJsonString(Account.LinkedAccount))

/** The lines of the access log about one person, without the others that stand in them. */
const readsOf = (holderId: string, mine: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const log = yield* AccessLog
    const lines: Array<unknown> = []
    let after = 0
    while (true) {
      const found = yield* log.list({ holderId, after, limit: 1000 })
      for (const { accountIds, hash: _, holderIds: __, seq: ___, ...line } of found)
        lines.push({ ...line, accountIds: accountIds.filter((id) => mine.has(id)) })
      const last = found.at(-1)
      if (last === undefined) return lines
      after = last.seq
    }
  })

const distinct = (all: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(all)]

const about = (
  consents: ReadonlyArray<Consent.Consent>,
  connections: PersonFile["connections"],
  accounts: ReadonlyArray<Record<string, Nullable>>
) =>
  Effect.gen(function* () {
    const controllers = new Map(
      consents.flatMap(({ controller }) =>
        controller === undefined ? [] : [[JSON.stringify(controller), controller] as const]
      )
    )
    const policies = yield* Retention.policies
    return {
      controllers: [...controllers.values()],
      purposes: distinct(consents.map(({ purpose }) => purpose)),
      categories,
      recipients: distinct(consents.flatMap(({ recipients }) => recipients ?? [])),
      retention: Object.fromEntries(
        policies.map(({ days, stream }) => [stream, days === undefined ? "until erased" : `${days} days`])
      ),
      sources: distinct([
        ...accounts.map(({ legal_entity: entity, provider }) => `${provider}, ${entity}`),
        ...connections.map(({ connector }) => `over ${connector}`)
      ]),
      rights:
        "You may have what is wrong corrected, have all of it erased, withdraw consent at any time, take this file elsewhere, and complain to a supervisory authority.",
      automatedDecisions: "None is made."
    }
  })

/** The text, an entry to a line. */
const written = (
  head: Readonly<Record<string, unknown>>,
  sections: { readonly [L in List]: ReadonlyArray<unknown> }
) => {
  const lines = Object.entries(head).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)},\n`)
  const text = ["{\n", ...lines]
  for (const [index, name] of lists.entries()) {
    text.push(`${JSON.stringify(name)}: [`)
    for (const [place, entry] of sections[name].entries())
      text.push(`${place === 0 ? "\n" : ",\n"}${JSON.stringify(entry)}`)
    text.push(index === lists.length - 1 ? "\n]\n}\n" : "\n],\n")
  }
  return text
}
