/**
 * The chain of the access log: what is hashed, how a line is added, and how the whole is walked. Lines are added in a
 * transaction that has the database to itself and first looks whether the end is still the one they were chained to, so
 * that several processes write one chain. What was tampered with is never healed by adding to it: a line after a break is
 * chained to the break.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Digest from "effect/crypto/Digest"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { Bulk, type Value } from "./Bulk.ts"
import { Seal } from "./Seal.ts"
import type { SealError } from "./SealError.ts"

/** A line before it has a place in the chain. People are marks. */
export interface Entry {
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly purpose: string
  readonly tenant: string | null
  readonly holders: ReadonlyArray<string>
  readonly accounts: ReadonlyArray<string>
  readonly streams: ReadonlyArray<string>
  readonly route: string
  readonly count: number
}

/** As it stands in the table: lists are JSON texts. */
export interface Stored extends Omit<Entry, "holders" | "accounts" | "streams"> {
  readonly seq: number
  readonly holders: string
  readonly accounts: string
  readonly streams: string
  readonly hash: string
}

/** How many lines there are, and the hash of the last. */
export interface End {
  readonly seq: number
  readonly hash: string
}

export type Verdict =
  | { readonly _tag: "Sound"; readonly end: End }
  /** `seq`: the first line that is not as it was left. */
  | { readonly _tag: "Broken"; readonly seq: number; readonly why: string }

/** The end as the database has it; without one, all but `last` are absent. */
interface Remembered {
  readonly seq: number | null
  readonly hash: string | null
  readonly mark: string | null
  /** The greatest `seq` there is. */
  readonly last: number
}

const nothing: Remembered = { seq: null, hash: null, mark: null, last: 0 }
const beginning: End = { seq: 0, hash: "0".repeat(64) }
const page = 1000
const insertLine = `INSERT INTO access_log
  (seq, at, actor, action, purpose, tenant, holders, accounts, streams, route, count, hash)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const insertHolder = "INSERT INTO access_holder (holder, seq) VALUES (?, ?)"
const encoder = new TextEncoder()

const canonical = (line: Omit<Stored, "hash">): string =>
  JSON.stringify([
    line.seq,
    line.at,
    line.actor,
    line.action,
    line.purpose,
    line.tenant,
    line.holders,
    line.accounts,
    line.streams,
    line.route,
    line.count
  ])

export const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const seal = yield* Seal
  const bulk = yield* Bulk
  // The host's own where it provides one: a web digest waits for another thread, line by line.
  const provided = yield* Effect.serviceOption(Digest.Digest)
  const digest = Option.isSome(provided) ? provided.value : yield* Effect.provide(Digest.Digest, Digest.layerWebCrypto)
  /** The end as this process left it: what it finds like that needs no second look. */
  let left: End | undefined

  const chained = (before: string, line: Omit<Stored, "hash">) =>
    digest.digestHex(Digest.sha256, encoder.encode(`${before}\n${canonical(line)}`))
  const markOf = ({ hash, seq }: End) => seal.mark(`access log:${seq}:${hash}`)

  const remembered = Effect.map(
    sql<Remembered>`SELECT count AS seq, hash, mark, (SELECT coalesce(max(seq), 0) FROM access_log) AS last
      FROM (SELECT 1) LEFT JOIN access_head ON one = 1`,
    ([found]) => found ?? nothing
  )
  const isAsLeft = ({ hash, mark, seq }: Remembered) =>
    seq === left?.seq && hash === left.hash
      ? Effect.succeed(true)
      : Effect.map(markOf({ seq: seq ?? 0, hash: hash ?? "" }), (expected) => expected === mark)

  /** Where the next line goes, and what it is chained to. */
  const next = (end: Remembered) =>
    Effect.gen(function* () {
      const { hash, last, seq } = end
      if (seq === null) return last === 0 ? beginning : { seq: last, hash: "the end was taken away" }
      return {
        seq: Math.max(seq, last),
        hash: (yield* isAsLeft(end)) ? (hash ?? "") : `the end was changed: ${hash}`
      }
    })

  /** What adding does, worked out before the database is taken: for the end as it is now, and for no other. */
  const prepare = (before: Remembered, entries: ReadonlyArray<Entry>) =>
    Effect.gen(function* () {
      let end = yield* next(before)
      const rows: Array<ReadonlyArray<Value>> = []
      const people: Array<ReadonlyArray<Value>> = []
      for (const { accounts, holders, streams, ...entry } of entries) {
        const line = {
          ...entry,
          seq: end.seq + 1,
          holders: JSON.stringify(holders),
          accounts: JSON.stringify(accounts),
          streams: JSON.stringify(streams)
        }
        const hash = yield* chained(end.hash, line)
        rows.push([
          line.seq,
          line.at,
          line.actor,
          line.action,
          line.purpose,
          line.tenant,
          line.holders,
          line.accounts,
          line.streams,
          line.route,
          line.count,
          hash
        ])
        for (const holder of holders) people.push([holder, line.seq])
        end = { seq: line.seq, hash }
      }
      return { rows, people, end, mark: yield* markOf(end) }
    })

  /** Adds lines, in one transaction. Where another process added in between, it is worked out anew. */
  const add = (entries: ReadonlyArray<Entry>): Effect.Effect<void, SqlError | SealError> =>
    Effect.gen(function* () {
      const before = yield* remembered
      const { end, mark, people, rows } = yield* prepare(before, entries)
      const added = sql.withTransaction(
        Effect.gen(function* () {
          const still = yield* remembered
          if (still.last !== before.last || still.mark !== before.mark || still.hash !== before.hash) return false
          yield* bulk.write(insertLine, rows)
          yield* bulk.write(insertHolder, people)
          yield* sql`INSERT INTO access_head (one, count, hash, mark) VALUES (1, ${end.seq}, ${end.hash}, ${mark})
            ON CONFLICT (one) DO UPDATE SET count = excluded.count, hash = excluded.hash, mark = excluded.mark`
          return true
        })
      )
      if (!(yield* added)) return yield* add(entries)
      left = end
    })

  const lines = (after: number) => sql<Stored>`SELECT * FROM access_log WHERE seq > ${after} ORDER BY seq LIMIT ${page}`

  /** The lines that are left and what is remembered of the end, as of one moment. */
  const rest = (after: number) => sql.withTransaction(Effect.all([lines(after), remembered]))

  /** Whether the lines of a person are found by the index of people, each of them and no others. */
  const isIndexed = ({ seq }: End, people: number) =>
    Effect.map(
      sql<{ all: number; right: number }>`SELECT count(*) AS "all",
        coalesce(sum(instr(access_log.holders, '"' || holder || '"') > 0), 0) AS "right"
        FROM access_holder LEFT JOIN access_log USING (seq) WHERE seq <= ${seq}`,
      ([index]) => index?.all === people && index.right === people
    )

  const broken = (seq: number, why: string): Verdict => ({ _tag: "Broken", seq, why })

  const verify = (noted?: End): Effect.Effect<Verdict, SqlError | SealError> =>
    Effect.gen(function* () {
      let at = beginning
      let people = 0
      let found = yield* lines(0)
      while (true) {
        for (const line of found) {
          if (line.seq !== at.seq + 1) return broken(at.seq + 1, "it is missing")
          if ((yield* chained(at.hash, line)) !== line.hash)
            return broken(line.seq, "it is not what was written there, or the one before it is not")
          if (noted?.seq === line.seq && noted.hash !== line.hash)
            return broken(line.seq, "it is not the end that was noted")
          at = { seq: line.seq, hash: line.hash }
          people += (JSON.parse(line.holders) as ReadonlyArray<string>).length
        }
        const [more, end] = yield* rest(at.seq)
        found = more
        if (more.length > 0) continue
        if (noted !== undefined && noted.seq > at.seq) return broken(at.seq + 1, "it was there when the end was noted")
        const { hash, mark, seq } = end
        if (seq === null || hash === null)
          return at.seq === 0
            ? { _tag: "Sound", end: at }
            : broken(at.seq + 1, "how many lines there are was taken away")
        if ((yield* markOf({ seq, hash })) !== mark) return broken(at.seq + 1, "how many lines there are was changed")
        if (seq > at.seq) return broken(at.seq + 1, `it is missing, and so is what came after: ${seq} were written`)
        if (seq < at.seq) return broken(seq + 1, "it was not written by this program")
        if (hash !== at.hash) return broken(at.seq, "it is not the last that was written")
        if (!(yield* isIndexed(at, people))) return broken(at.seq, "the index of people does not agree with the lines")
        return { _tag: "Sound", end: at }
      }
    })

  return { add, verify }
})
