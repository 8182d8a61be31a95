/**
 * Events as they happen, as text a browser's `EventSource` reads. It is pulled: what a slow reader does not take is not
 * read from the log either. It ends with the key it was opened with, and when the service stops; a reader that comes back
 * with the last id misses nothing.
 */
import type { Caller } from "@paymirror/api"
import { Instant } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import * as EventLog from "./EventLog.ts"
import * as Events from "./Events.ts"
import * as Feed from "./Feed.ts"
import * as Visible from "./Visible.ts"

export interface Options {
  readonly caller: Caller
  readonly only: Visible.Narrowing
  /** Behind the last event the reader has; from now on where there is none. */
  readonly after: EventLog.Position | undefined
  /** Whether the service stops. */
  readonly isEnding: () => boolean
  /** Called before events go out. */
  readonly onEvents: (events: ReadonlyArray<Events.Told>) => Effect.Effect<void, SqlError>
}

/** Milliseconds between looks at the log, and at the key. */
const pace = 100

/** Milliseconds of silence after which a comment says that it still lives. */
const silence = 15_000

/** Changes, and occurrences, read at once. */
const batch = 100

interface State extends EventLog.Position {
  readonly toldAt: number
}

// An id without data tells nothing, but is what a reader comes back with.
const mark = (position: EventLog.Position): string => `id: ${EventLog.markOf(position)}\n\n`

const write = (one: Events.Told): string => `id: ${Events.idOf(one)}\ndata: ${JSON.stringify(one.event)}\n\n`

const stands = ({ keyId }: Caller) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const at = Instant.fromEpochMillis(yield* Clock.currentTimeMillis)
    const found = yield* sql`SELECT 1 FROM api_key WHERE key_id = ${keyId} AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > ${at})`
    return found.length === 1
  })

/** What a caller may hear of: rows of the streams its key has a scope for, consents and connections where it has theirs. */
const audible = (sql: SqlClient.SqlClient, caller: Caller, only: Visible.Narrowing) => {
  const streams = Feed.streamsOf(caller)
  const kinds = (["consents", "connections"] as const).filter((scope) => caller.scopes.has(scope))
  const like = kinds.map((scope) => `type LIKE '${scope.slice(0, -1)}.%'`).join(" OR ")
  return {
    changes: sql`${Feed.permitted(sql, "row.stream", streams)} AND ${Visible.accounts(sql, caller, only)}`,
    occurrences: sql`(${sql.literal(like === "" ? "1 = 0" : like)}
        OR (type = 'reconciliation.gap' AND ${Feed.permitted(sql, "stream", streams)}))
      AND ${Visible.holders(sql, "occurrence.holder_id", caller, only)}
      AND ${only.accountId === undefined ? sql`1 = 1` : sql`account_id = ${only.accountId}`}`
  }
}

/** The next piece of text and where it leaves the reader; nothing when it is over. */
const next = ({ caller, isEnding, onEvents, only }: Options, { toldAt, ...from }: State) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    let after: EventLog.Position = from
    while (true) {
      if (isEnding() || !(yield* stands(caller))) return undefined
      const now = yield* Clock.currentTimeMillis
      const { events, more, position } = yield* EventLog.read({ after, limit: batch, ...audible(sql, caller, only) })
      after = position
      if (events.length > 0) {
        yield* onEvents(events)
        return [events.map(write).join(""), { ...after, toldAt: now }] as const
      }
      if (now - toldAt >= silence) return [`:\n${mark(after)}`, { ...after, toldAt: now }] as const
      if (!more) yield* Effect.sleep(pace)
    }
  })

export const make = (options: Options) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const start: State = {
      ...(options.after ?? (yield* EventLog.latest)),
      toldAt: yield* Clock.currentTimeMillis
    }
    const pieces = Stream.unfold(start, (state) =>
      next(options, state).pipe(Effect.provideService(SqlClient.SqlClient, sql))
    )
    return Stream.concat(Stream.succeed(mark(start)), pieces).pipe(Stream.encodeText)
  })
