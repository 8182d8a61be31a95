/**
 * What the law holds back from erasure: an operator's setting that names a person, streams, the legal basis and an end.
 * There is none by default. While one stands, its streams are not purged for their age; once the person is erased they lie
 * apart, where no read of the mirror finds them, and go within the hour after the hold's end. It says what the operator
 * says: whether the law is really like that is not judged here.
 */
import { StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "./clock.ts"

export interface Hold {
  readonly holdId: string
  readonly holderId: string
  readonly streams: ReadonlyArray<StreamName.StreamName>
  /** In the operator's words: the law and its paragraph, or the case. */
  readonly basis: string
  /** UTC instant at which it ends at the latest. */
  readonly until: string
  readonly setAt: string
  /** When it was ended before its time. */
  readonly endedAt: string | undefined
  /** Rows that lie apart under it, of a person who was erased. */
  readonly rows: number
}

/** A hold needs a basis, a stream, and an end that is still to come. */
export class InvalidHold extends Schema.TaggedError<InvalidHold>()("InvalidHold", { detail: Schema.String }) {}

const decodeStreams = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(StreamName.StreamName)))

export const add = (hold: Pick<Hold, "holderId" | "streams" | "basis" | "until">) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { uuidV7 } = yield* SecureRandom.SecureRandom
    const at = yield* now
    const { basis, holderId, until } = hold
    const streams = StreamName.streamNames.filter((stream) => hold.streams.includes(stream))
    if (basis.trim() === "") return yield* new InvalidHold({ detail: "a hold names its legal basis" })
    if (streams.length === 0) return yield* new InvalidHold({ detail: "a hold names at least one stream" })
    if (until <= at) return yield* new InvalidHold({ detail: "a hold ends in the future" })
    const holdId = yield* uuidV7()
    yield* sql`INSERT INTO legal_hold (hold_id, holder_id, streams, basis, until, set_at)
      VALUES (${holdId}, ${holderId}, ${JSON.stringify(streams)}, ${basis}, ${until}, ${at})`
    const made: Hold = { holdId, holderId, streams, basis, until, setAt: at, endedAt: undefined, rows: 0 }
    return made
  }).pipe(Effect.provide(SecureRandom.layerWebCrypto))

/** Every hold there is, the oldest first; one that is over stays until what lay apart under it is gone. */
export const list = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql<{
    hold_id: string
    holder_id: string
    streams: string
    basis: string
    until: string
    set_at: string
    ended_at: string | null
    rows: number
  }>`SELECT legal_hold.*, (SELECT count(*) FROM held_row WHERE held_row.hold_id = legal_hold.hold_id) AS rows
    FROM legal_hold ORDER BY set_at, hold_id`
  return found.map((one): Hold => ({
    holdId: one.hold_id,
    holderId: one.holder_id,
    streams: decodeStreams(one.streams),
    basis: one.basis,
    until: one.until,
    setAt: one.set_at,
    endedAt: one.ended_at ?? undefined,
    rows: one.rows
  }))
})

/** Ends a hold before its time. Says whether there was one to end. */
export const end = (holdId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const at = yield* now
    const ended = yield* sql`UPDATE legal_hold SET ended_at = ${at}
      WHERE hold_id = ${holdId} AND ended_at IS NULL AND until > ${at} RETURNING hold_id`
    return ended.length > 0
  })

/** Deletes what lay apart under holds that are over, and those holds. Call it every hour. Gives how many rows went. */
export const release = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      const over = yield* sql<{ hold_id: string }>`SELECT hold_id FROM legal_hold
        WHERE until <= ${yield* now} OR ended_at IS NOT NULL`
      let rows = 0
      for (const { hold_id: id } of over) {
        rows += (yield* sql`DELETE FROM held_row WHERE hold_id = ${id} RETURNING stream`).length
        yield* sql`DELETE FROM legal_hold WHERE hold_id = ${id}`
      }
      return rows
    })
  )
})

/** Puts the rows of a person that holds cover apart, with their history. Inside the transaction that erases them. */
export const setApart = (holderId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const at = yield* now
    const holds = (yield* list).filter(
      (hold) => hold.holderId === holderId && hold.endedAt === undefined && hold.until > at
    )
    for (const { holdId, streams } of holds) {
      yield* sql`INSERT INTO held_row (hold_id, account_id, stream, id, body)
        SELECT ${holdId}, account_id, row.stream, row.id, json_object(
          'provider', provider, 'legalEntity', legal_entity, 'currency', currency, 'row', json(row.body), 'version', version,
          'gone', gone, 'origin', origin, 'consentId', run.consent_id, 'readAt', run.started_at,
          'history', (SELECT json_group_array(json_object('at', at, 'kind', kind, 'before', json(before)) ORDER BY seq)
            FROM change WHERE change.row = row.n),
          'transitions', (SELECT json_group_array(json_object('at', at, 'installmentNumber', installment_number,
              'from', from_state, 'to', to_state, 'event', event, 'evidence', evidence) ORDER BY n)
            FROM transition WHERE transition.row = row.n))
        FROM row JOIN account ON account.n = row.account JOIN run ON run.n = row.run
        WHERE holder_id = ${holderId} AND ${sql.in("row.stream", streams)} ON CONFLICT DO NOTHING`
    }
    return holds
  })

/** What lies apart under a hold, for whoever the hold is for: reading it is a read like any other, and logged by its caller. */
export const held = (holdId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* sql<{ account_id: string; stream: StreamName.StreamName; id: string; body: string }>`
      SELECT account_id, stream, id, body FROM held_row WHERE hold_id = ${holdId} ORDER BY account_id, stream, id`
    return found.map(({ account_id: accountId, body, id, stream }) => ({
      accountId,
      stream,
      id,
      ...(JSON.parse(body) as Readonly<Record<string, unknown>>)
    }))
  })
