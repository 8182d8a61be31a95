/** Consents: each with what was shown and what became of it; their confirmation, and their end. */
import { Api, CurrentCaller, Problem } from "@paymirror/api"
import { Consent, Instant } from "@paymirror/core"
import { Connections, ConsentLedger, ConsentRecord } from "@paymirror/sync"
import { createHash } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as SqlClient from "effect/sql/SqlClient"
import { confirm } from "../../confirm.ts"
import { endConsent } from "../../endConsent.ts"
import * as Cursor from "../Cursor.ts"
import * as Reading from "../Reading.ts"
import * as Visible from "../Visible.ts"

interface Row {
  readonly consentId: string
  readonly connectionId: string
  readonly holderId: string
  readonly body: string
  readonly withdrawnAt: string | null
  readonly detail: string | null
  readonly isStanding: number
  /** Whether the session at the provider is destroyed here. */
  readonly isDestroyed: number
}

interface Narrowing {
  readonly holderId?: string | undefined
  readonly consentId?: string | undefined
}

const find = ({ consentId, holderId }: Narrowing, after: string, limit: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const caller = yield* CurrentCaller
    return yield* sql<Row>`SELECT consent_id AS "consentId", connection_id AS "connectionId", holder_id AS "holderId", body,
        withdrawn_at AS "withdrawnAt", detail, sealed_grant IS NULL AS "isDestroyed", NOT EXISTS (SELECT 1 FROM consent AS newer
          WHERE newer.connection_id = consent.connection_id AND newer.consent_id > consent.consent_id) AS "isStanding"
      FROM consent JOIN connection USING (connection_id)
      WHERE ${Visible.holders(sql, "connection.holder_id", caller, { holderId })} AND consent_id > ${after}
        ${consentId === undefined ? sql.literal("") : sql`AND consent_id = ${consentId}`}
      ORDER BY consent_id LIMIT ${limit}`
  }).pipe(Effect.orDie)

const one = (consentId: string) =>
  Effect.flatMap(find({ consentId }, "", 1), ([row]) =>
    row === undefined ? new Problem.NotFound() : Effect.succeed(row)
  )

const recordOf = ({ body, withdrawnAt }: Row): Consent.Consent => {
  const consent = JSON.parse(body) as Consent.Consent
  return withdrawnAt === null ? consent : { ...consent, withdrawnAt }
}

const eventOf = ({ at, by, detail, what }: ConsentLedger.Entry) => ({
  at,
  what,
  by,
  ...(detail !== undefined && { detail })
})

const hash = (text: string): string => createHash("sha256").update(text).digest("hex")

type Entries = ReadonlyArray<ConsentLedger.Entry>

const itemOf = (at: string, entries: Entries) => (row: Row) => {
  const consent = recordOf(row)
  const { attendedOnly, connectionId, consentId, expiresAt, grantedAt, notice, purpose, reconfirmBy, streams } = consent
  const { language, text, version } = notice
  return {
    consentId,
    holderId: row.holderId,
    connectionId,
    status: Consent.status(consent, at),
    streams,
    purpose,
    notice: { text, version, language, hash: notice.hash ?? hash(text) },
    grantedAt,
    expiresAt,
    ...(consent.withdrawnAt !== undefined && { withdrawnAt: consent.withdrawnAt }),
    ...(reconfirmBy !== undefined && { reconfirmBy }),
    ...(attendedOnly === true && { attendedOnly }),
    events: entries.filter((entry) => entry.consentId === consentId).map(eventOf)
  }
}

const now = Effect.map(Clock.currentTimeMillis, Instant.fromEpochMillis)

/** The ledger of each consent of these. */
const entriesOf = (rows: ReadonlyArray<Row>) =>
  Effect.map(
    Effect.forEach(rows, ({ consentId }) => Effect.orDie(ConsentLedger.entries({ consentId }))),
    (all) => all.flat()
  )

const shown = (row: Row) =>
  Effect.gen(function* () {
    return itemOf(yield* now, yield* entriesOf([row]))(row)
  })

/** On whose word it is. */
const caller = Effect.map(CurrentCaller, ({ keyId }) => `key:${keyId}`)

const connectionOf = ({ connectionId }: Row) =>
  Effect.flatMap(Effect.orDie(Effect.flatMap(Connections, (all) => all.get(connectionId))), (found) =>
    found === undefined ? new Problem.NotFound() : Effect.succeed(found)
  )

/** What was said when it was withdrawn. */
const wasConfirmed = ({ detail, isStanding }: Row): boolean =>
  isStanding === 1 && detail?.includes("did not confirm") !== true

export const consents = HttpApiBuilder.group(Api, "consents", (handlers) =>
  handlers.handleAll({
    listConsents: ({ query: { cursor, holderId, limit = Cursor.defaultLimit } }) =>
      Effect.gen(function* () {
        const [after = ""] = yield* Cursor.read(cursor)
        const rows = yield* find({ holderId }, String(after), limit + 1)
        const entries = yield* entriesOf(rows)
        const page = Cursor.page(rows, limit, ({ consentId }) => [consentId], itemOf(yield* now, entries))
        yield* Reading.note(page.items)
        return page
      }),
    getConsent: ({ params }) =>
      Effect.gen(function* () {
        const row = yield* one(params.consentId)
        yield* Reading.note([row])
        return yield* shown(row)
      }),
    getConsentRecord: ({ params }) =>
      Effect.gen(function* () {
        const row = yield* one(params.consentId)
        yield* Reading.note([row])
        const { consentId } = row
        const withdrawalMethod = () =>
          `POST /v1/consents/${consentId}/withdraw, which the person's own side calls for them`
        const [record] = yield* Effect.orDie(ConsentRecord.records({ consentId, withdrawalMethod }))
        if (record === undefined) return yield* new Problem.NotFound()
        return yield* Effect.orDie(Schema.decodeUnknownEffect(Schema.Json)(record))
      }),
    withdrawConsent: ({ params }) =>
      Effect.gen(function* () {
        const { consentId } = params
        const row = yield* one(consentId)
        // One whose withdrawal a process did not survive is carried on.
        if (row.withdrawnAt !== null && (row.isStanding === 0 || row.isDestroyed === 1))
          return { consentId, withdrawnAt: row.withdrawnAt, revokedUpstream: wasConfirmed(row) }
        const { revokedUpstream } = yield* Effect.orDie(endConsent(yield* connectionOf(row), yield* caller))
        return { consentId, withdrawnAt: (yield* one(consentId)).withdrawnAt ?? (yield* now), revokedUpstream }
      }),
    reconfirmConsent: ({ params }) =>
      Effect.gen(function* () {
        const row = yield* one(params.consentId)
        const at = yield* now
        const over = new Problem.Conflict({ detail: "The consent is over. Open a link session to link anew." })
        if (row.isStanding === 0 || Consent.status(recordOf(row), at) !== "ACTIVE") return yield* over
        const confirmed = yield* Effect.orDie(confirm(yield* connectionOf(row), yield* caller))
        return confirmed === undefined ? yield* over : yield* shown(yield* one(params.consentId))
      })
  })
)
