/**
 * Who read what, when and why: a line for each read of personal data, never a value of it. Lines are chained, so that one
 * that was changed, taken out or put in is found, and so is an end that was cut off: how many there are is remembered
 * under the key. People go by marks; whoever is erased is nobody's name here. Readers that come together share one commit.
 * Whoever holds the key as well as the database can write another log: note its end somewhere else, and check against that.
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as AccessChain from "./AccessChain.ts"
import type { Bulk } from "./Bulk.ts"
import { now } from "./clock.ts"
import { Seal } from "./Seal.ts"
import type { SealError } from "./SealError.ts"

/** One read, as whoever reads tells of it. Ids are opaque; no value is in it. */
export interface Access {
  /** `key:<id>` of an API key, `operator`, or `person`. */
  readonly actor: string
  /** `read`, `export`, `erase`, … */
  readonly action: string
  readonly purpose: string
  readonly tenant?: string
  readonly holderIds: ReadonlyArray<string>
  readonly accountIds: ReadonlyArray<string>
  readonly streams: ReadonlyArray<string>
  /** The door: `GET /v1/purchases`, `paymirror show`. A pattern, never a URL with somebody's id in it. */
  readonly route: string
  /** How many rows were seen. */
  readonly count: number
}

export interface Line extends Access {
  readonly seq: number
  readonly at: string
  /** Of the chain up to and with this line, in hex. */
  readonly hash: string
}

export interface Query {
  /** Lines with a greater `seq`. */
  readonly after?: number
  readonly limit: number
  readonly holderId?: string
  readonly tenant?: string
  /** Only these days: UTC instants, the first included, the last not. */
  readonly from?: string
  readonly until?: string
}

export class AccessLog extends Context.Service<
  AccessLog,
  {
    /** Writes a line, and is through once it is on the disk: answer a reader only then. */
    readonly append: (access: Access) => Effect.Effect<void, SqlError | SealError>
    /** Writes lines that bear their own time, in the transaction of the caller where there is one. */
    readonly record: (
      lines: ReadonlyArray<Access & { readonly at: string }>
    ) => Effect.Effect<void, SqlError | SealError>
    /** Lines in order. A holder who is no longer here stands as `~` and the beginning of their mark. */
    readonly list: (query: Query) => Effect.Effect<ReadonlyArray<Line>, SqlError | SealError>
    /** Walks the whole chain. `noted`: an end that was written down elsewhere, which has to be in it. */
    readonly verify: (noted?: AccessChain.End) => Effect.Effect<AccessChain.Verdict, SqlError | SealError>
  }
>()("@paymirror/sync/AccessLog") {
  static readonly layer: Layer.Layer<AccessLog, never, SqlClient.SqlClient | Bulk | Seal> = Layer.effect(
    AccessLog,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const seal = yield* Seal
      const chain = yield* AccessChain.make
      const waiting = yield* Queue.unbounded<Waiting>()

      const marks = new Map<string, string>()
      const mark = (holderId: string) =>
        Effect.suspend(() => {
          const known = marks.get(holderId)
          if (known !== undefined) return Effect.succeed(known)
          return Effect.tap(markOf(seal, holderId), (made) =>
            Effect.sync(() => {
              if (marks.size >= 10_000) marks.clear()
              marks.set(holderId, made)
            })
          )
        })
      const entryOf = ({ accountIds, holderIds, streams, tenant, ...said }: Access & { readonly at: string }) =>
        Effect.map(Effect.forEach([...new Set(holderIds)], mark), (holders): AccessChain.Entry => ({
          ...said,
          tenant: tenant ?? null,
          holders,
          accounts: [...new Set(accountIds)],
          streams: [...new Set(streams)]
        }))
      const record: AccessLog["Service"]["record"] = (lines) =>
        Effect.flatMap(Effect.forEach(lines, entryOf), (entries) => sql.withTransaction(chain.add(entries)))

      // One transaction for all that came while the one before was written.
      yield* Queue.takeBetween(waiting, 1, 500).pipe(
        Effect.flatMap((all) =>
          Effect.flatMap(Effect.exit(record(all.map(({ line }) => line))), (exit) =>
            Effect.sync(() => {
              for (const { written } of all) Deferred.doneUnsafe(written, exit)
            })
          )
        ),
        Effect.forever,
        Effect.forkScoped
      )

      /** The ids behind the marks, of those who are here. */
      const names = Effect.gen(function* () {
        const holders = yield* sql<{
          holder_id: string
        }>`SELECT holder_id FROM account UNION SELECT holder_id FROM connection`
        const known = yield* Effect.forEach(holders, ({ holder_id: id }) =>
          Effect.map(mark(id), (marked) => [marked, id] as const)
        )
        return new Map(known)
      })

      return AccessLog.of({
        append: (access) =>
          Effect.gen(function* () {
            const written = yield* Deferred.make<void, SqlError | SealError>()
            yield* Queue.offer(waiting, { line: { ...access, at: yield* now }, written })
            yield* Deferred.await(written)
          }),
        record,
        list: ({ after = 0, from, holderId, limit, tenant, until }) =>
          Effect.gen(function* () {
            const whose = holderId === undefined ? undefined : yield* mark(holderId)
            const found = yield* sql<AccessChain.Stored>`SELECT * FROM access_log WHERE seq > ${after}
              AND ${whose === undefined ? sql`1 = 1` : sql`seq IN (SELECT seq FROM access_holder WHERE holder = ${whose})`}
              AND ${tenant === undefined ? sql`1 = 1` : sql`tenant = ${tenant}`}
              AND ${from === undefined ? sql`1 = 1` : sql`at >= ${from}`}
              AND ${until === undefined ? sql`1 = 1` : sql`at < ${until}`}
              ORDER BY seq LIMIT ${limit}`
            const known = yield* names
            return found.map((stored) => lineOf(stored, known))
          }),
        verify: chain.verify
      })
    })
  )
}

interface Waiting {
  readonly line: Access & { readonly at: string }
  readonly written: Deferred.Deferred<void, SqlError | SealError>
}

/** What a person goes by where their id must not stand: the same under one key, and nothing without it. */
export const markOf = (seal: Seal["Service"], holderId: string): Effect.Effect<string, SqlError | SealError> =>
  seal.mark(`holder:${holderId}`)

const strings = (json: string): ReadonlyArray<string> => JSON.parse(json) as ReadonlyArray<string>

const lineOf = (
  { accounts, holders, streams, tenant, ...stored }: AccessChain.Stored,
  known: ReadonlyMap<string, string>
): Line => ({
  ...stored,
  ...(tenant !== null && { tenant }),
  holderIds: strings(holders).map((marked) => known.get(marked) ?? `~${marked.slice(0, 12)}`),
  accountIds: strings(accounts),
  streams: strings(streams)
})
