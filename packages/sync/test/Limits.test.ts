import { assert, describe, it } from "@effect/vitest"
import { ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import * as FirstVersion from "./FirstVersion.ts"
import { engineOn, ids, inFolder, key, link, mirrored, runOf } from "./Mirrored.ts"
import { purchase } from "./rows.ts"
import { at, fails, manifest, Script } from "./Script.ts"
import * as Sync from "../src/index.ts"

const hour = 3_600_000

/** What was counted then. */
const count = (
  filename: string,
  spent: ReadonlyArray<{ connectionId: string; account: number; stream: string; at: number }>
): void => {
  const database = new DatabaseSync(filename)
  const insert = database.prepare("INSERT INTO spend VALUES (?, ?, ?, ?)")
  for (const { account, at: when, connectionId, stream } of spent) insert.run(connectionId, account, stream, when)
  database.close()
}

const fourADay = {
  streams: { ...manifest.streams, balance: { live: "snapshot", backfill: false, budget: { reads: 4, hours: 24 } } }
} as const

describe("a rate limit", () => {
  it.effect(
    "is its own outcome with the time to come back, and keeps what was read (8)",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        const until = "1970-01-01T06:00:00.000Z"
        script.says(purchase("a"), at(1), purchase("b"), fails(new ConnectorError.RateLimited({ until })))
        const { outcome } = yield* run("purchases")
        assert.deepEqual(outcome, { _tag: "Throttled", until, by: "provider" })
        assert.deepEqual(yield* ids("purchases"), ["a", "b"])
        const [last] = yield* Sync.Mirror.lastRuns
        assert.deepInclude(last, { outcome: "Throttled", detail: until })
      })
    )
  )
})

describe("a limit the provider stated", () => {
  const limited = (until: string) => fails(new ConnectorError.RateLimited({ until }))
  const presence = { ipAddress: "192.0.2.7" }

  it.effect("outlives a restart: nothing is asked before it ends, not even by another worker", () =>
    inFolder((folder) => {
      const filename = join(folder, "mirror.db")
      const script = new Script()
      const worker = () => Layer.merge(script.layer(), engineOn(filename))
      return Effect.gen(function* () {
        const { accountId, connectionId } = yield* Effect.provide(link(), worker())
        const read = (stream: "balance" | "card") => Effect.provide(runOf(connectionId, accountId)(stream), worker())
        script.says(limited("1970-01-01T06:00:00.000Z"))
        yield* read("balance")
        yield* TestClock.adjust(6 * hour - 1)
        const { outcome } = yield* read("balance")
        assert.deepEqual(outcome, { _tag: "Throttled", until: "1970-01-01T06:00:00.000Z", by: "provider" })
        assert.lengthOf(script.asked, 1)
        script.says(purchase("a"))
        assert.strictEqual((yield* read("card")).outcome._tag, "CaughtUp")
        yield* TestClock.adjust(1)
        assert.strictEqual((yield* read("balance")).outcome._tag, "CaughtUp")
      })
    })
  )

  it.effect(
    "while nobody was there binds nobody who is; with the person there it binds both",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(limited("1970-01-01T06:00:00.000Z"))
        yield* run("balance")
        script.says(purchase("a"))
        assert.strictEqual((yield* run("balance")).outcome._tag, "Throttled")
        assert.strictEqual((yield* run("balance", { presence })).outcome._tag, "CaughtUp")
        script.says(limited("1970-01-01T09:00:00.000Z"))
        yield* run("balance", { presence })
        script.says(purchase("a"))
        for (const more of [{}, { presence }]) {
          assert.deepEqual((yield* run("balance", more)).outcome, {
            _tag: "Throttled",
            until: "1970-01-01T09:00:00.000Z",
            by: "provider"
          })
        }
        assert.lengthOf(script.asked, 3)
      })
    )
  )

  it.effect(
    "that is absurd is brought to reason: two days at most, a minute at least",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(limited("2038-01-19T03:14:07.000Z"))
        assert.deepEqual((yield* run("card")).outcome, {
          _tag: "Throttled",
          until: "1970-01-03T00:00:00.000Z",
          by: "provider"
        })
        script.says(limited("1948-07-27T00:00:00.000Z"))
        assert.deepEqual((yield* run("balance")).outcome, {
          _tag: "Throttled",
          until: "1970-01-01T00:01:00.000Z",
          by: "provider"
        })
        assert.deepEqual((yield* run("balance")).outcome, {
          _tag: "Throttled",
          until: "1970-01-01T00:01:00.000Z",
          by: "provider"
        })
        assert.lengthOf(script.asked, 2)
      })
    )
  )

  it.effect(
    "is not made of the host's own budget, which is one resource's and not the stream's",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          for (let n = 0; n < 5; n += 1) yield* run("balance")
          script.spends = ["balances"]
          assert.strictEqual((yield* run("balance")).outcome._tag, "CaughtUp")
          script.spends = ["transactions"]
          assert.strictEqual((yield* run("balance")).outcome._tag, "Throttled")
        }),
      { facts: fourADay }
    )
  )
})

describe("a mirror of the first version", () => {
  it.effect("opens, and its counts still count", () =>
    inFolder((folder) => {
      const filename = join(folder, "mirror.db")
      const script = new Script()
      const worker = () => Layer.merge(script.layer(fourADay), engineOn(filename))
      return Effect.gen(function* () {
        const { accountId, connectionId } = yield* Effect.tap(link(), () =>
          FirstVersion.turnBack(filename, key, script.identification)
        ).pipe(Effect.provide(worker()))
        const read = runOf(connectionId, accountId)("balance")
        count(
          filename,
          [0, 1, 2].map((n) => ({ connectionId, account: 1, stream: "balance", at: n }))
        )
        assert.strictEqual((yield* Effect.provide(read, worker())).outcome._tag, "CaughtUp")
        assert.strictEqual((yield* Effect.provide(read, worker())).outcome._tag, "Throttled")
        assert.lengthOf(script.asked, 1)
      })
    })
  )
})

describe("workers in processes of their own", () => {
  it("that all ask at once are given four reads between them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "paymirror-"))
    const filename = join(folder, "mirror.db")
    await Effect.runPromise(Effect.provide(Effect.void, engineOn(filename)))
    const worker = () =>
      new Promise<number>((resolve, reject) =>
        execFile(
          process.execPath,
          [fileURLToPath(new URL("./spender.ts", import.meta.url)), filename],
          (error, stdout) => (error === null ? resolve(Number(stdout)) : reject(error))
        )
      )
    const given = await Promise.all([worker(), worker(), worker()])
    rmSync(folder, { recursive: true, force: true })
    assert.strictEqual(
      given.reduce((sum, each) => sum + each, 0),
      4
    )
  })
})

describe("a budget of four reads a day", () => {
  it.effect(
    "is spent before the call, failed or not, and gives back after a day",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          script.says(fails(new ConnectorError.UnexpectedResponse({ detail: "script" })))
          for (let n = 0; n < 4; n += 1) {
            assert.deepInclude((yield* run("balance")).outcome, { _tag: "Stopped" })
            yield* TestClock.adjust(hour)
          }
          const fifth = yield* run("balance")
          assert.deepEqual(fifth.outcome, { _tag: "Throttled", until: "1970-01-02T01:05:00.000Z", by: "budget" })
          assert.lengthOf(script.asked, 4)
          yield* TestClock.adjust(21 * hour + 5 * 60_000 - 1)
          assert.strictEqual((yield* run("balance")).outcome._tag, "Throttled")
          yield* TestClock.adjust(1)
          assert.strictEqual((yield* run("balance")).outcome._tag, "Stopped")
          assert.strictEqual((yield* run("balance")).outcome._tag, "Throttled")
        }),
      { facts: fourADay }
    )
  )

  it.effect(
    "does not count a read the person asked for, and not another stream",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          for (let n = 0; n < 4; n += 1) yield* run("balance")
          assert.strictEqual((yield* run("balance", { presence: { ipAddress: "192.0.2.7" } })).outcome._tag, "CaughtUp")
          assert.strictEqual((yield* run("purchases")).outcome._tag, "CaughtUp")
          assert.strictEqual((yield* run("balance")).outcome._tag, "Throttled")
          assert.lengthOf(script.asked, 6)
        }),
      { facts: fourADay }
    )
  )

  it.effect("survives a restart, and two workers on one database share it (pitfall 11 of account information)", () =>
    inFolder((folder) => {
      const filename = join(folder, "mirror.db")
      const script = new Script()
      const worker = () => Layer.merge(script.layer(fourADay), engineOn(filename))
      return Effect.gen(function* () {
        const { accountId, connectionId } = yield* Effect.provide(link(), worker())
        const read = runOf(connectionId, accountId)("balance")
        for (let n = 0; n < 2; n += 1) yield* Effect.provide(read, worker())
        const patient = Effect.repeat(read, { until: ({ outcome }) => outcome._tag !== "Busy" })
        const both = Effect.all([Effect.provide(patient, worker()), Effect.provide(patient, worker())], {
          concurrency: 2
        })
        for (let n = 0; n < 3; n += 1) yield* both
        assert.lengthOf(script.asked, 4)
      })
    })
  )
})
