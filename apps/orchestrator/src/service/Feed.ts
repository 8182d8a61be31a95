/**
 * The change log as somebody may see it: their people, and the streams their key has a scope for. A page looks at so many
 * entries of the log and no more; where others wrote all of them it is empty and says how far it came.
 */
import type { Caller } from "@paymirror/api"
import { StreamName } from "@paymirror/core"
import { Changes } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Visible from "./Visible.ts"

/** Entries of the log that one page looks at. */
const reach = 20_000

export interface Query extends Visible.Narrowing {
  /** Changes with a greater `seq`. */
  readonly after: number
  readonly limit: number
  readonly stream?: StreamName.StreamName | undefined
}

/** The streams a key has a scope for. */
export const streamsOf = ({ scopes }: Caller): ReadonlyArray<StreamName.StreamName> =>
  StreamName.streamNames.filter((stream) => scopes.has(stream))

/** A condition on a column that holds a stream's name. */
export const permitted = (sql: SqlClient.SqlClient, column: string, streams: ReadonlyArray<StreamName.StreamName>) =>
  sql.literal(streams.length === 0 ? "1 = 0" : `${column} IN (${streams.map((one) => `'${one}'`).join(", ")})`)

/** Changes in order, and the `seq` up to which there is nothing else to see. */
export const page = (caller: Caller, { after, limit, stream, ...only }: Query) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const latest = yield* Changes.latest
    const until = Math.min(after + reach, latest)
    const streams = streamsOf(caller).filter((one) => stream === undefined || one === stream)
    const found =
      until <= after || streams.length === 0
        ? []
        : yield* Changes.changes({
            after,
            until,
            limit: limit + 1,
            where: sql`${permitted(sql, "row.stream", streams)} AND ${Visible.accounts(sql, caller, only)}`
          })
    const changes = found.slice(0, limit)
    const through = found.length > limit ? (changes.at(-1)?.seq ?? after) : Math.max(after, until)
    return { changes, through, hasMore: through < latest }
  })
