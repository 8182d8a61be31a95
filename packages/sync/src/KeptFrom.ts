/**
 * From which day on the rows of an account are kept: by the policy that stands, and by what was purged before. A row of
 * an earlier day is not stored again, whoever says it; one that bears no day is known by a digest of its id.
 */
import { CalendarDate, Instant } from "@paymirror/core"
import type { Row, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Digest from "effect/crypto/Digest"
import * as SqlClient from "effect/sql/SqlClient"
import { present, rowDay } from "./rowDay.ts"

export type KeptFrom = ReadonlyMap<StreamName.StreamName, CalendarDate.CalendarDate>

const none: KeptFrom = new Map()

/** The first day that is kept where rows are kept for so many, the present one included. */
export const firstDay = (at: Instant.Instant, days: number): CalendarDate.CalendarDate =>
  CalendarDate.addDays(Instant.utcDate(at), 1 - days)

/** Per stream; a stream that is not in it is kept whole. */
export const of = (account: number, at: Instant.Instant) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* sql<{ stream: StreamName.StreamName; days: number | null; kept_from: string | null }>`
      SELECT stream, days, NULL AS kept_from FROM retention_policy
      UNION ALL SELECT stream, NULL, kept_from FROM retention_mark WHERE account = ${account}`
    if (found.length === 0) return none
    const kept = new Map<StreamName.StreamName, CalendarDate.CalendarDate>()
    for (const { days, kept_from: mark, stream } of found) {
      const day = days === null ? (mark ?? "") : firstDay(at, days)
      if (day > (kept.get(stream) ?? "")) kept.set(stream, day)
    }
    return kept
  })

/** Whether a row is of a day that is not kept. */
const isPast = (kept: KeptFrom, stream: StreamName.StreamName, row: Row.Row): boolean => {
  const from = kept.get(stream)
  if (from === undefined) return false
  const day = rowDay(stream, row)
  return day !== undefined && day !== present && day < from
}

/** What is left of the id of a row that was purged. */
export const digestOf = (account: number, stream: StreamName.StreamName, id: string) =>
  Effect.flatMap(Digest.Digest, (digest) =>
    digest.digestHex(Digest.sha256, new TextEncoder().encode(`${account}\n${stream}\n${id}`))
  ).pipe(Effect.provide(Digest.layerWebCrypto))

/** What is said, as far as it matters here. */
interface Said {
  readonly key: string
  readonly stream: StreamName.StreamName
  readonly id: string
  readonly row: Row.Row | undefined
}

interface Where {
  readonly account: number
  readonly at: Instant.Instant
}

/** Digests of rows that bear no day, by their keys: only by its id is such a row known once it was purged. */
export type Undated = ReadonlyMap<string, { readonly stream: StreamName.StreamName; readonly digest: string }>

/** Works them out, before the transaction that asks for them. Where nothing is ever purged `said` is not even looked at. */
export const undated = ({ account, at }: Where, said: Iterable<Said>) =>
  Effect.gen(function* () {
    const found = new Map<string, { readonly stream: StreamName.StreamName; readonly digest: string }>()
    const kept = yield* of(account, at)
    if (kept.size === 0) return found
    for (const { id, key, row, stream } of said) {
      if (row === undefined || !kept.has(stream) || rowDay(stream, row) !== undefined) continue
      found.set(key, { stream, digest: yield* digestOf(account, stream, id) })
    }
    return found
  })

/** Tells of a row that does not stand whether it was purged before, or would be at once. */
export const stayingAway = ({ account, at }: Where, undated: Undated) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const kept = yield* of(account, at)
    const purged = new Set<string>()
    for (const [key, { digest, stream }] of undated) {
      const known = yield* sql`SELECT 1 FROM retention_purged
        WHERE account = ${account} AND stream = ${stream} AND digest = ${digest}`
      if (known.length > 0) purged.add(key)
    }
    return ({ key, row, stream }: Said): boolean =>
      row !== undefined && kept.size > 0 && (purged.has(key) || isPast(kept, stream, row))
  })
