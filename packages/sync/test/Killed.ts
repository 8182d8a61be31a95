/**
 * The files of a database as a kill would leave them, before each statement of what is done to it: a process that dies
 * takes nothing back from the disk. Each copy opens as the next process would find it.
 */
import { copyFileSync, existsSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Sync from "../src/index.ts"
import * as Sqlite from "../src/sqlite.ts"
import { key } from "./Mirrored.ts"

export const copy = (from: string, to: string): string => {
  for (const suffix of ["", "-wal"])
    if (existsSync(`${from}${suffix}`)) copyFileSync(`${from}${suffix}`, `${to}${suffix}`)
  return to
}

const engine = (filename: string, onStep: (sql: string) => void) =>
  Sync.layer().pipe(Layer.provideMerge(Sync.Seal.layer(key)), Layer.provideMerge(Sqlite.layer({ filename, onStep })))

/** Does it to a copy of a database, and gives the copies that were made on the way, the last one after all was done. */
export const deaths = <A, E>(
  original: string,
  folder: string,
  act: Effect.Effect<A, E, Layer.Success<ReturnType<typeof engine>>>
) =>
  Effect.gen(function* () {
    const filename = copy(original, join(folder, "dying.db"))
    const copies: Array<string> = []
    let isWatched = false
    const take = () => void copies.push(copy(filename, join(folder, `death-${copies.length}.db`)))
    // Before a question the files are as before the next deed.
    const layer = engine(filename, (sql) => {
      if (isWatched && !/^\s*SELECT/.test(sql)) take()
    })
    yield* Effect.gen(function* () {
      isWatched = true
      yield* act
      isWatched = false
      take()
    }).pipe(Effect.provide(layer))
    return copies
  })

/** A bug to find: what should be one transaction is none. */
export const withoutTransactions = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql.unsafe("PRAGMA foreign_keys = OFF")
    const call = (...parts: Parameters<typeof sql>) => sql(...parts)
    const broken = Object.assign(call, sql, { withTransaction: <X, Y, Z>(self: Effect.Effect<X, Y, Z>) => self })
    return yield* Effect.provideService(effect, SqlClient.SqlClient, broken as unknown as SqlClient.SqlClient)
  })
