/**
 * What happened to each consent, entry by entry: given, confirmed, replaced by a newer one, withdrawn, expired, and on
 * whose word. An entry is written in the transaction of the change it tells of, and is never changed afterwards. It tells
 * of consent alone: a session that a provider ended is the connection's business.
 */
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Digest from "effect/crypto/Digest"
import { now } from "./clock.ts"

export type What = "given" | "confirmed" | "replaced" | "withdrawn" | "expired"

export interface Entry {
  readonly consentId: string
  readonly at: string
  readonly what: What
  /** `person`, `operator`, `key:<id>` of an API key, or `time`. */
  readonly by: string
  /** Of `replaced`: the id of the consent that took its place. */
  readonly detail: string | undefined
}

/** Writes an entry; call it inside the transaction of the change. */
export const note = ({ at, by, consentId, detail, what }: Entry) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`INSERT INTO consent_event (consent_id, at, what, by, detail)
      VALUES (${consentId}, ${at}, ${what}, ${by}, ${detail ?? null})`
  )

/** The entries of one consent, or of every consent of a holder, first to last. */
export const entries = (of: { readonly consentId: string } | { readonly holderId: string }) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* sql<Omit<Entry, "detail"> & { readonly detail: string | null }>`
      SELECT consent_event.consent_id AS "consentId", at, what, by, consent_event.detail FROM consent_event
      WHERE ${
        "consentId" in of
          ? sql`consent_id = ${of.consentId}`
          : sql`consent_id IN (SELECT consent_id FROM consent JOIN connection USING (connection_id)
              WHERE holder_id = ${of.holderId})`
      } ORDER BY n`
    return found.map(({ detail, ...entry }): Entry => ({ ...entry, detail: detail ?? undefined }))
  })

/** Writes down the end of consents that time has ended. Call it now and then: it dates each by its own end, once. */
export const expire = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const expired = yield* sql<{ consent_id: string }>`INSERT INTO consent_event (consent_id, at, what, by)
    SELECT consent_id, expires_at, 'expired', 'time' FROM consent
    WHERE expires_at <= ${yield* now} AND withdrawn_at IS NULL AND NOT EXISTS (SELECT 1 FROM consent_event
      WHERE consent_event.consent_id = consent.consent_id AND what = 'expired')
    RETURNING consent_id`
  return expired.map(({ consent_id }) => consent_id)
})

const encoder = new TextEncoder()

/** SHA-256 of a notice as it was shown, byte for byte, in lower-case hex. */
export const hashOf = (text: string) =>
  Effect.flatMap(Digest.Digest, (digest) => digest.digestHex(Digest.sha256, encoder.encode(text))).pipe(
    Effect.provide(Digest.layerWebCrypto)
  )
