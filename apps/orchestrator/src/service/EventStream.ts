/**
 * Events as they happen, as text a browser's `EventSource` reads. It is pulled: what a slow reader does not take is not
 * read from the log either. It ends with the key it was opened with, and when the service stops; a reader that comes back
 * with the last id misses nothing.
 */
import type { Caller } from "@paymirror/api"
import { Instant } from "@paymirror/core"
import { Changes } from "@paymirror/sync"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import * as Events from "./Events.ts"
import * as Feed from "./Feed.ts"
import type * as Visible from "./Visible.ts"

export interface Options {
  readonly caller: Caller
  readonly only: Visible.Narrowing
  /** The last event the reader has; from now on where there is none. */
  readonly after: Pick<Events.Occurrence, "seq" | "index"> | undefined
  /** Whether the service stops. */
  readonly isEnding: () => boolean
  /** Called before events go out. */
  readonly onEvents: (events: ReadonlyArray<Events.Occurrence>) => Effect.Effect<void, SqlError>
}

/** Milliseconds between looks at the log, and at the key. */
const pace = 100

/** Milliseconds of silence after which a comment says that it still lives. */
const silence = 15_000

/** Changes read at once. */
const batch = 100

interface State {
  readonly seq: number
  /** Of the change at `seq`, the last event that was told. */
  readonly index: number
  readonly toldAt: number
}

/** Past every event of a change. */
const all = 999_999

// An id without data tells nothing, but is what a reader comes back with.
const mark = ({ index, seq }: Pick<State, "index" | "seq">): string => `id: ${Events.idOf({ seq, index })}\n\n`

const write = (one: Events.Occurrence): string => `id: ${Events.idOf(one)}\ndata: ${JSON.stringify(one.event)}\n\n`

const stands = ({ keyId }: Caller) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const at = Instant.fromEpochMillis(yield* Clock.currentTimeMillis)
    const found = yield* sql`SELECT 1 FROM api_key WHERE key_id = ${keyId} AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > ${at})`
    return found.length === 1
  })

/** The next piece of text and where it leaves the reader; nothing when it is over. */
const next = ({ caller, isEnding, onEvents, only }: Options, from: State) =>
  Effect.gen(function* () {
    let { index, seq } = from
    while (true) {
      if (isEnding() || !(yield* stands(caller))) return undefined
      const now = yield* Clock.currentTimeMillis
      // The change of the last event is read again: a reader may have come back in the middle of its events.
      const { changes, through } = yield* Feed.page(caller, { ...only, after: Math.max(0, seq - 1), limit: batch })
      const events = changes.flatMap(Events.of).filter((one) => one.seq > seq || one.index > index)
      if (through > seq) [seq, index] = [through, all]
      if (events.length > 0) {
        yield* onEvents(events)
        return [events.map(write).join(""), { seq, index, toldAt: now }] as const
      }
      if (now - from.toldAt >= silence) return [`:\n${mark({ seq, index })}`, { seq, index, toldAt: now }] as const
      yield* Effect.sleep(pace)
    }
  })

export const make = (options: Options) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const start: State = {
      ...(options.after ?? { seq: yield* Changes.latest, index: all }),
      toldAt: yield* Clock.currentTimeMillis
    }
    const pieces = Stream.unfold(start, (state) =>
      next(options, state).pipe(Effect.provideService(SqlClient.SqlClient, sql))
    )
    return Stream.concat(Stream.succeed(mark(start)), pieces).pipe(Stream.encodeText)
  })
