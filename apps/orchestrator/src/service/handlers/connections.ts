/** Connections, and reading one of them now. */
import { Api, CurrentCaller, Problem } from "@paymirror/api"
import { Consent, Instant } from "@paymirror/core"
import { Connections, type Report } from "@paymirror/sync"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as SqlClient from "effect/sql/SqlClient"
import * as Connectors from "../../Connectors.ts"
import { say } from "../../outcomeWords.ts"
import * as Poll from "../../Poll.ts"
import * as Cursor from "../Cursor.ts"
import { presenceIn } from "../presenceIn.ts"
import * as Reading from "../Reading.ts"
import * as Visible from "../Visible.ts"

interface Row {
  readonly connectionId: string
  readonly holderId: string
  readonly connector: string
  readonly settings: string
  readonly status: "active" | "consent_required" | "revoked"
  readonly detail: string | null
  readonly consent: string | null
  readonly withdrawnAt: string | null
  readonly accounts: string | null
}

interface Narrowing {
  readonly holderId?: string | undefined
  readonly connectionId?: string | undefined
}

const find = ({ connectionId, holderId }: Narrowing, after: string, limit: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const caller = yield* CurrentCaller
    return yield* sql<Row>`SELECT connection.connection_id AS "connectionId", holder_id AS "holderId", connector, settings,
        status, detail, consent.body AS consent, consent.withdrawn_at AS "withdrawnAt",
        (SELECT group_concat(account_id) FROM connection_account JOIN account ON account.n = connection_account.account
          WHERE connection_account.connection_id = connection.connection_id) AS accounts
      FROM connection LEFT JOIN consent ON consent.consent_id = (
        SELECT consent_id FROM consent AS newest WHERE newest.connection_id = connection.connection_id
        ORDER BY withdrawn_at IS NULL DESC, consent_id DESC LIMIT 1)
      WHERE ${Visible.holders(sql, "connection.holder_id", caller, { holderId })}
        AND connection.connection_id > ${after}
        ${connectionId === undefined ? sql.literal("") : sql`AND connection.connection_id = ${connectionId}`}
      ORDER BY connection.connection_id LIMIT ${limit}`
  }).pipe(Effect.orDie)

const itemOf =
  (at: string) =>
  ({ accounts, connectionId, connector, consent, detail, holderId, settings, status, withdrawnAt }: Row) => {
    const entry = Connectors.find(connector)
    const institution = entry && Connectors.institutionOf(entry, JSON.parse(settings) as Connectors.Settings)
    const standing = consent === null ? undefined : (JSON.parse(consent) as Consent.Consent)
    const ended = standing === undefined || withdrawnAt !== null || Consent.status(standing, at) !== "ACTIVE"
    const over = status === "active" && ended
    const why = over ? "the consent has ended" : detail
    return {
      connectionId,
      holderId,
      connector,
      ...(institution !== undefined && { institution: institution.id }),
      maturity: institution?.maturity ?? entry?.manifest.maturity ?? "illustrative",
      status: over ? "consent_required" : status,
      ...(why !== null && { detail: why }),
      ...(standing !== undefined && { consentId: standing.consentId }),
      accountIds: accounts === null ? [] : accounts.split(",")
    } as const
  }

const now = Effect.map(Clock.currentTimeMillis, Instant.fromEpochMillis)

const one = (connectionId: string) =>
  Effect.flatMap(find({ connectionId }, "", 1), ([row]) =>
    row === undefined ? new Problem.NotFound() : Effect.succeed(row)
  )

const reportOf = (report: Report) => {
  const { accountId, added, outcome, quarantined, removed, stream, unchanged, updated } = report
  const detail = say(outcome, {
    budget: "Send `presence` while the person is there to read now",
    presence: "Send `presence` while the person is there",
    confirmation: "Have the person confirm, then POST /v1/consents/{consentId}/reconfirm",
    consent: "Open a link session to link anew"
  })
  return { accountId, stream, outcome: outcome._tag, detail, added, updated, removed, unchanged, quarantined }
}

export const connections = HttpApiBuilder.group(Api, "connections", (handlers) =>
  handlers.handleAll({
    listConnections: ({ query: { cursor, holderId, limit = Cursor.defaultLimit } }) =>
      Effect.gen(function* () {
        const [after = ""] = yield* Cursor.read(cursor)
        const rows = yield* find({ holderId }, String(after), limit + 1)
        const page = Cursor.page(rows, limit, ({ connectionId }) => [connectionId], itemOf(yield* now))
        yield* Reading.note(page.items)
        return page
      }),
    getConnection: ({ params }) =>
      Effect.gen(function* () {
        const row = yield* one(params.connectionId)
        yield* Reading.note([row])
        return itemOf(yield* now)(row)
      }),
    syncConnection: ({ params, payload }) =>
      Effect.gen(function* () {
        const { connector, status } = yield* one(params.connectionId)
        const presence = yield* presenceIn(payload)
        if (Connectors.isExport(connector)) {
          return yield* new Problem.Conflict({
            detail: "It is of a file, which is not read again. Import the next one."
          })
        }
        if (status === "revoked") {
          return yield* new Problem.Conflict({ detail: "The consent was withdrawn. Open a link session to link anew." })
        }
        const connection = yield* Effect.orDie(
          Effect.flatMap(Connections, (connections) => connections.get(params.connectionId))
        )
        if (connection === undefined) return yield* new Problem.NotFound()
        const reports = yield* Poll.once(connection, { streams: payload.streams, presence }).pipe(
          Effect.catchTag("Refusal", ({ message }) => new Problem.Unprocessable({ detail: message })),
          Effect.catchTags({ SqlError: Effect.die, SealError: Effect.die })
        )
        return { items: reports.map(reportOf) }
      })
  })
)
