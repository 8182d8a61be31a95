/**
 * What happens outside of rows and is told too: a consent given, confirmed, withdrawn or about to end; a connection that
 * needs the person, or works again; a ledger that does not add up. Each is written in the transaction of the change it
 * tells of, behind the last change of a row, so that both together have one order. It holds ids and nothing else.
 */
import type { Event, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"

export interface Occurrence {
  readonly n: number
  /** The `seq` of the last change before it. */
  readonly afterSeq: number
  readonly at: string
  readonly type: Event.EventType
  readonly holderId: string
  readonly accountId: string | null
  readonly connectionId: string | null
  readonly consentId: string | null
  readonly stream: StreamName.StreamName | null
  readonly days: number | null
}

/** Where the next one stands. A log that was shortened does not put it before the last. */
const place = `max(coalesce((SELECT max(seq) FROM change), 0),
  coalesce((SELECT after_seq FROM occurrence ORDER BY n DESC LIMIT 1), 0))`

/** Of a consent, by its connection: call it in the transaction of the change. */
export const ofConsent = (
  sql: SqlClient.SqlClient,
  type: "consent.granted" | "consent.confirmed" | "consent.expiring",
  { connectionId, consentId }: { readonly connectionId: string; readonly consentId: string },
  at: string,
  days?: number
) =>
  sql`INSERT INTO occurrence (after_seq, at, type, holder_id, connection_id, consent_id, days)
      SELECT ${sql.literal(place)}, ${at}, ${type}, holder_id, connection_id, ${consentId}, ${days ?? null}
      FROM connection WHERE connection_id = ${connectionId}`

/** The consents of a connection that stand are about to be withdrawn. */
export const withdrawn = (sql: SqlClient.SqlClient, connectionId: string, at: string) =>
  sql`INSERT INTO occurrence (after_seq, at, type, holder_id, connection_id, consent_id)
      SELECT ${sql.literal(place)}, ${at}, 'consent.withdrawn', holder_id, connection_id, consent_id
      FROM consent JOIN connection USING (connection_id) WHERE connection_id = ${connectionId} AND withdrawn_at IS NULL`

const ofConnection = (
  sql: SqlClient.SqlClient,
  type: Event.EventType,
  status: string,
  connectionId: string,
  at: string
) =>
  sql`INSERT INTO occurrence (after_seq, at, type, holder_id, connection_id)
      SELECT ${sql.literal(place)}, ${at}, ${type}, holder_id, connection_id
      FROM connection WHERE connection_id = ${connectionId} AND status = ${status}`

/** The provider no longer takes the session: call it once the connection says so. */
export const needsAttention = (sql: SqlClient.SqlClient, connectionId: string, at: string) =>
  ofConnection(sql, "connection.needs_attention", "consent_required", connectionId, at)

/** The connection is about to be linked anew: told where it needed that. */
export const restored = (sql: SqlClient.SqlClient, connectionId: string, at: string) =>
  ofConnection(sql, "connection.restored", "consent_required", connectionId, at)

/** A gap was raised in an account's stream. */
export const gap = (sql: SqlClient.SqlClient, account: number, stream: StreamName.StreamName, at: string) =>
  sql`INSERT INTO occurrence (after_seq, at, type, holder_id, account_id, stream)
      SELECT ${sql.literal(place)}, ${at}, 'reconciliation.gap', holder_id, account_id, ${stream}
      FROM account WHERE n = ${account}`

export interface Query {
  /** Occurrences with a greater `n`. */
  readonly after: number
  readonly until?: number
  readonly limit: number
  /** A further condition on `occurrence`. */
  readonly where?: Fragment
}

export const occurrences = ({ after, limit, until, where }: Query) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<Occurrence>`SELECT n, after_seq AS "afterSeq", at, type, holder_id AS "holderId",
        account_id AS "accountId", connection_id AS "connectionId", consent_id AS "consentId", stream, days
      FROM occurrence WHERE n > ${after} AND ${until === undefined ? sql`1 = 1` : sql`n <= ${until}`}
        AND ${where ?? sql`1 = 1`} ORDER BY n LIMIT ${limit}`
  )
