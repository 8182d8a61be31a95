/**
 * Link sessions as they are stored. What the conversation holds is sealed while a session is open, and gone when it is
 * over. Nothing here speaks to a provider.
 */
import { Instant } from "@paymirror/core"
import type { Access } from "@paymirror/core"
import type { Caller } from "@paymirror/api"
import { type LinkedConnection, type Place, Seal } from "@paymirror/sync"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as SqlClient from "effect/sql/SqlClient"
import type * as Statement from "effect/sql/Statement"
import type { Settings } from "../Connectors.ts"
import * as Token from "../service/Token.ts"
import * as Visible from "../service/Visible.ts"
import { type Conversation, type Row, sessionOf, type Status } from "./LinkSession.ts"
import type { Proposal } from "./Proposal.ts"

/** From the beginning; somebody who is asked to approve later than that has until then. */
const minutes = 30

/** How long the outcome of a session is there to be asked for, in milliseconds. */
const kept = 30 * 86_400_000

const now = Effect.map(Clock.currentTimeMillis, Instant.fromEpochMillis)

const find = (condition: (sql: SqlClient.SqlClient) => Statement.Fragment) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<Row>`SELECT link_session.*, tenant.tenant_id, tenant.name AS tenant
      FROM link_session JOIN holder USING (holder_id) JOIN tenant USING (tenant_id) WHERE ${condition(sql)}`
    return rows[0] && sessionOf(rows[0], yield* now)
  })

export const get = (linkSessionId: string) => find((sql) => sql`link_session_id = ${linkSessionId}`)

/** One of those the caller may see. */
export const visible = (caller: Caller, linkSessionId: string) =>
  find((sql) => sql`link_session_id = ${linkSessionId} AND ${Visible.holders(sql, "link_session.holder_id", caller)}`)

/** The session whose page has this token. */
export const withToken = (token: string) => find((sql) => sql`token_hash = ${Token.hashOf(token)}`)

/** The session whose person comes back with this `state`. */
export const returning = (state: string) => find((sql) => sql`return_hash = ${Token.hashOf(state)}`)

/** Whether a person comes back to this session, and to no other, with this `state`. */
export const isReturn = (linkSessionId: string, state: string) =>
  Effect.map(returning(state), (found) => found?.linkSessionId === linkSessionId)

export interface Opening {
  readonly holderId: string
  readonly connector: string
  readonly settings: Settings
  readonly proposal: Pick<Proposal, "streams" | "notice" | "expiresAt">
  readonly purpose: string
  readonly attendedOnly: boolean
  readonly returnUrl: string | undefined
  readonly presence: Access.Presence | undefined
}

/** Whoever changes a session holds it, in any process. */
export const leaseOf = (linkSessionId: string): string => `link:${linkSessionId}`

/** Each session has a data key of its own, destroyed with its end. */
const ownerOf = (linkSessionId: string): string => `link_session:${linkSessionId}`
const placeOf = (linkSessionId: string): Place.Place => ({
  owner: ownerOf(linkSessionId),
  table: "link_session",
  column: "sealed",
  row: linkSessionId
})

/** Inside the transaction that stores it. */
const sealed = (linkSessionId: string, conversation: Conversation) =>
  Effect.flatMap(Seal, (seal) => seal.seal(placeOf(linkSessionId), Redacted.make(JSON.stringify(conversation))))

/** Nothing that was sealed of it opens again. */
const shred = (linkSessionId: string) => Effect.flatMap(Seal, (seal) => seal.shred(ownerOf(linkSessionId)))

/** Opens a session, and gives its id and the token of its page, this once. */
export const open = ({ presence, ...opening }: Opening) =>
  Effect.gen(function* () {
    const { attendedOnly, connector, holderId, proposal, purpose, returnUrl, settings } = opening
    const sql = yield* SqlClient.SqlClient
    yield* expire
    const linkSessionId = yield* (yield* SecureRandom.SecureRandom).uuidV7()
    const token = yield* Token.fresh
    const at = yield* Clock.currentTimeMillis
    const first: Conversation = { step: { _tag: "Agree" }, token, ...(presence !== undefined && { presence }) }
    yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`INSERT INTO link_session
          (link_session_id, holder_id, connector, settings, streams, purpose, attended_only, notice, agreed_until, return_url,
            token_hash, sealed, status, created_at, expires_at)
          VALUES (${linkSessionId}, ${holderId}, ${connector}, ${JSON.stringify(settings)}, ${JSON.stringify(proposal.streams)},
            ${purpose}, ${attendedOnly ? 1 : 0}, ${JSON.stringify(proposal.notice)}, ${proposal.expiresAt},
            ${returnUrl ?? null}, ${Token.hashOf(token)}, ${yield* sealed(linkSessionId, first)},
            'open', ${Instant.fromEpochMillis(at)}, ${Instant.fromEpochMillis(at + minutes * 60_000)})`
      })
    )
    return { linkSessionId, token }
  })

/** What an open session's conversation holds; nothing once it is over. */
export const conversation = (linkSessionId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const seal = yield* Seal
    const rows = yield* sql<{ sealed: string | null }>`SELECT sealed FROM link_session
      WHERE link_session_id = ${linkSessionId} AND status = 'open' AND expires_at > ${yield* now}`
    const found = rows[0]?.sealed ?? undefined
    if (found === undefined) return undefined
    const text = yield* seal.open(placeOf(linkSessionId), found)
    return JSON.parse(Redacted.value(text)) as Conversation
  })

/** Goes on to the next step. */
export const goOn = (linkSessionId: string, next: Conversation) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { step } = next
    const until = step._tag === "Approve" ? (step.until ?? null) : null
    const returns = step._tag === "Redirect" && step.returnState !== undefined ? Token.hashOf(step.returnState) : null
    yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`UPDATE link_session SET sealed = ${yield* sealed(linkSessionId, next)}, return_hash = ${returns},
            expires_at = max(expires_at, coalesce(${until}, expires_at))
          WHERE link_session_id = ${linkSessionId} AND status = 'open'`
      })
    )
  })

const over = (linkSessionId: string, status: Status, detail: string | null) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* sql.withTransaction(
      Effect.gen(function* () {
        const ended = yield* sql`UPDATE link_session
          SET status = ${status}, detail = ${detail}, sealed = NULL, return_hash = NULL
          WHERE link_session_id = ${linkSessionId} AND status = 'open' AND expires_at > ${yield* now} RETURNING status`
        if (ended.length === 1) yield* shred(linkSessionId)
        return ended.length === 1
      })
    )
  })

export const fail = (linkSessionId: string, detail: string) => over(linkSessionId, "failed", detail)
/** Says whether it was open. */
export const cancel = (linkSessionId: string) => over(linkSessionId, "cancelled", null)

/**
 * Writes down what came of it; inside the transaction that stores the connection, which does not stand where the session
 * was cancelled meanwhile. A person who approved in its last second is linked.
 */
export const link = (linkSessionId: string, { accountIds, connectionId, consentId }: LinkedConnection) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const ended = yield* sql`UPDATE link_session SET status = 'linked', sealed = NULL, return_hash = NULL,
        connection_id = ${connectionId}, consent_id = ${consentId}, account_ids = ${JSON.stringify(accountIds)}
      WHERE link_session_id = ${linkSessionId} AND status IN ('open', 'expired') RETURNING status`
    if (ended.length === 0) return yield* Effect.die("the link session was over when its link came")
    yield* shred(linkSessionId)
  })

/** Ends what time has ended, and destroys what was sealed of it. */
export const expire = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.withTransaction(
    Effect.gen(function* () {
      const ended = yield* sql<{ linkSessionId: string }>`UPDATE link_session
        SET status = 'expired', sealed = NULL, return_hash = NULL
        WHERE status = 'open' AND expires_at <= ${yield* now} RETURNING link_session_id AS "linkSessionId"`
      yield* Effect.forEach(ended, ({ linkSessionId }) => shred(linkSessionId), { discard: true })
    })
  )
})

/** What stands of sessions beside their rows: keys, and leases. */
const letGo = (sessions: ReadonlyArray<{ readonly id: string }>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const { id } of sessions) {
      yield* shred(id)
      yield* sql`DELETE FROM lease WHERE resource = ${leaseOf(id)}`
    }
    return sessions.length
  })

/** Erases a person's sessions, inside the transaction that erases the person. Gives how many there were. */
export const erase = (holderId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* letGo(
      yield* sql<{ id: string }>`DELETE FROM link_session WHERE holder_id = ${holderId} RETURNING link_session_id AS id`
    )
  })

/** Forgets what came of sessions that ended more than 30 days ago. */
export const forget = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const before = Instant.fromEpochMillis((yield* Clock.currentTimeMillis) - kept)
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      return yield* letGo(
        yield* sql<{ id: string }>`DELETE FROM link_session WHERE status <> 'open' AND expires_at < ${before}
          RETURNING link_session_id AS id`
      )
    })
  )
})

/** The connections of sessions whose first read has not come to its end. */
export const unread = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ linkSessionId: string; connectionId: string }>`SELECT link_session_id AS "linkSessionId",
      connection_id AS "connectionId" FROM link_session WHERE status = 'linked' AND read_at IS NULL`
)

export const wasRead = (linkSessionId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`UPDATE link_session SET read_at = ${yield* now} WHERE link_session_id = ${linkSessionId}`
  })
