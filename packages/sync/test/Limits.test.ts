import { assert, describe, it } from "@effect/vitest"
import { ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { join } from "node:path"
import { engineOn, ids, inFolder, link, mirrored, runOf } from "./Mirrored.ts"
import { purchase } from "./rows.ts"
import { at, fails, manifest, Script } from "./Script.ts"
import * as Sync from "../src/index.ts"

const hour = 3_600_000
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
        assert.deepEqual(outcome, { _tag: "Throttled", until })
        assert.deepEqual(yield* ids("purchases"), ["a", "b"])
        const [last] = yield* Sync.Mirror.lastRuns
        assert.deepInclude(last, { outcome: "Throttled", detail: until })
      })
    )
  )
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
          assert.deepEqual(fifth.outcome, { _tag: "Throttled", until: "1970-01-02T01:05:00.000Z" })
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

  it.effect("survives a restart, and two workers on one database share it", () =>
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
