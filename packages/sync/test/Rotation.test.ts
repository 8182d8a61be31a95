/**
 * A rotation while others read and write, and the disk as it is before each of its statements: what a process leaves there
 * that is killed at that moment. Whichever it is, everything opens, and the next process ends what was begun.
 */
import { copyFileSync, existsSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import * as Sync from "../src/index.ts"
import * as Sqlite from "../src/sqlite.ts"
import * as FirstVersion from "./FirstVersion.ts"
import { engineOn, inFolder, key as old, link, runOf } from "./Mirrored.ts"
import { unreadable } from "./rows.ts"
import { at, Script } from "./Script.ts"

const next = Redacted.make(new Uint8Array(32).fill(8))

/** More than a batch of data keys, each with something sealed. */
const planted = 105
const placeOf = (n: number): Sync.Place.Place => ({
  owner: `planted:${n}`,
  table: "planted",
  column: "sealed",
  row: `${n}`
})

const over = (filename: string, ring: Sync.Ring, onStep: (sql: string) => void = () => {}) =>
  Layer.fresh(
    Sync.layer().pipe(Layer.provideMerge(Sync.Seal.layer(ring)), Layer.provideMerge(Sqlite.layer({ filename, onStep })))
  )

const seal = Effect.fn(function* (n: number) {
  const sql = yield* SqlClient.SqlClient
  const place = placeOf(n)
  yield* sql.withTransaction(
    Effect.gen(function* () {
      const sealed = yield* (yield* Sync.Seal).seal(place, Redacted.make(`secret ${n}`))
      yield* sql`INSERT INTO planted (n, sealed) VALUES (${n}, ${sealed}) ON CONFLICT (n) DO UPDATE SET sealed = excluded.sealed`
    })
  )
})

/** Opens everything there is, and gives how much that was. */
const openAll = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const { open } = yield* Sync.Seal
  const [row] = yield* sql<{ account: number; key: string; sealed_raw: string }>`SELECT * FROM quarantine`
  const raw = yield* open(Sync.Place.quarantined(row?.account ?? 0, "purchases", row?.key ?? ""), row?.sealed_raw ?? "")
  assert.strictEqual(Redacted.value(raw), `{"note":"raw"}`)
  const [linked] = yield* sql<{ connection_id: string; sealed_grant: string }>`SELECT * FROM connection`
  yield* open(Sync.Place.grant(linked?.connection_id ?? ""), linked?.sealed_grant ?? "")
  assert.lengthOf(yield* (yield* Sync.Connections).accounts(linked?.connection_id ?? ""), 1)
  const rows = yield* sql<{ n: number; sealed: string }>`SELECT n, sealed FROM planted`
  for (const { n, sealed } of rows) assert.strictEqual(Redacted.value(yield* open(placeOf(n), sealed)), `secret ${n}`)
  return rows.length
})

/** A mirror of the first version, and beside it owners that the version of today has sealed for. */
const before = (folder: string) =>
  Effect.gen(function* () {
    const filename = join(folder, "mirror.db")
    const script = new Script()
    script.says(unreadable("purchases", "p", "no amount", `{"note":"raw"}`), at(1))
    yield* Effect.gen(function* () {
      const { accountId, connectionId } = yield* link()
      yield* runOf(connectionId, accountId)("purchases")
      yield* FirstVersion.turnBack(filename, old, script.identification)
    }).pipe(Effect.provide(Layer.merge(script.layer(), engineOn(filename))))
    yield* Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE planted (n INTEGER PRIMARY KEY, sealed TEXT NOT NULL)`
      for (let n = 0; n < planted; n += 1) yield* seal(n)
    }).pipe(Effect.provide(over(filename, old)))
    return { filename, script }
  })

/** Copies of the disk: one of each state a rotation comes through, however much others write meanwhile. */
class Disk {
  readonly images: Array<string> = []
  steps = 0
  private readonly known = new Set<string>()
  private readonly filename: string
  private readonly others: DatabaseSync

  constructor(filename: string) {
    this.filename = filename
    this.others = new DatabaseSync(filename)
  }

  readonly look = (): void => {
    this.steps += 1
    const state = this.others
      .prepare(
        `SELECT (SELECT group_concat(kek) FROM retired_key),
          (SELECT group_concat(owner) FROM data_key WHERE kek IN (SELECT kek FROM retired_key) OR owner = 'mark'),
          (SELECT count(*) FROM connection WHERE sealed_grant LIKE 's1.%'),
          (SELECT count(*) FROM connection_account WHERE sealed_linked LIKE 's1.%'),
          (SELECT count(*) FROM quarantine WHERE sealed_raw LIKE 's1.%')`
      )
      .get()
    const told = JSON.stringify(state)
    if (this.known.has(told)) return
    this.known.add(told)
    const image = `${this.filename}.${this.images.length}`
    for (const file of [this.filename, `${this.filename}-wal`])
      if (existsSync(file)) copyFileSync(file, file.replace(this.filename, image))
    this.images.push(image)
  }

  close(): void {
    this.others.close()
  }
}

const rotated = Effect.flatMap(Sync.Seal, (sealing) => sealing.rotate)

describe("a rotation", () => {
  it.live(
    "is not noticed by who reads and writes meanwhile, and killed at any statement it is ended by the next",
    () =>
      inFolder((folder) =>
        Effect.gen(function* () {
          const { filename } = yield* before(folder)
          const disk = new Disk(filename)
          // The key file: the new key is in it before anything stands on it.
          let file: ReadonlyArray<typeof old> = [old]
          const ring = Effect.sync(() => file)

          let read = 0
          const reading = Effect.gen(function* () {
            while (true) {
              read += yield* openAll
              yield* Effect.yieldNow
            }
          }).pipe(Effect.provide(over(filename, ring)))
          let written = 0
          const writing = Effect.gen(function* () {
            while (true) {
              yield* seal(planted + written)
              yield* seal(written % planted)
              written += 1
            }
          })
          const rotating = Effect.gen(function* () {
            // Writing is under way before it begins, and goes on after it; so is reading.
            while (written === 0) yield* Effect.sleep(5)
            file = [next, old]
            assert.deepInclude(yield* rotated, { resealed: 3, unopened: 0 })
            const during = { read, written }
            while (read < during.read + planted || written <= during.written) yield* Effect.sleep(5)
          })
          // Two connections of one process cannot wait for each other: the readers' is open before anyone writes.
          const underWay = Effect.suspend(() => (read === 0 ? Effect.sleep(5) : Effect.void)).pipe(
            Effect.repeat({ until: () => read > 0 })
          )
          yield* Effect.andThen(underWay, Effect.raceFirst(rotating, writing)).pipe(
            Effect.raceFirst(reading),
            Effect.provide(over(filename, ring, disk.look))
          )
          disk.close()

          const ends = Effect.gen(function* () {
            const status = yield* Effect.flatMap(Sync.Seal, (sealing) => sealing.status)
            assert.deepEqual(
              status.keys.map(({ state }) => state),
              ["active"]
            )
            assert.strictEqual(status.direct, 0)
            return yield* openAll
          })
          assert.isAbove(yield* Effect.provide(ends, over(filename, next)), planted)

          let notYet = 0
          for (const image of disk.images) {
            yield* Effect.gen(function* () {
              yield* openAll
              const sealing = yield* Sync.Seal
              const { direct, keys } = yield* sealing.status
              if (direct > 0 || keys.some(({ dataKeys, state }) => state !== "active" && dataKeys > 0)) notYet += 1
              yield* sealing.rotate
            }).pipe(Effect.provide(over(image, [next, old])))
            yield* Effect.provide(ends, over(image, next))
          }
          console.info(
            `rotation: ${disk.steps} statements, ${disk.images.length} states of the disk, ${notYet} of them needed the old key; ` +
              `${read} reads and ${written} writes meanwhile`
          )
          assert.isAbove(notYet, 5)
        })
      ),
    120_000
  )
})
