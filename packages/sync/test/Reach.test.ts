/**
 * Where a route cuts off what is older, a stated balance is held against what was booked since the day it reaches back
 * to. Here that day is before the first row, after it, told late, told for another stream, or never.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Sync from "../src/index.ts"
import { link, mirrored, runOf, type Setting } from "./Mirrored.ts"
import { down } from "./Script.ts"
import { entry, reach, stamp, stated } from "./rows.ts"

const bank: Setting = { facts: { route: "psd2" } }

const file = { id: "file", route: "export", link: "upload", streams: { balance: { backfill: true } } } as const

/** Opening 10 000, 500 booked in March; the route reaches back to the first of January. */
const first = [entry("e1", 500, "2026-03-01"), stated(10_500, stamp(1)), reach("2026-01-01")] as const

const open = Effect.map(Sync.Mirror.discrepancies, (found) =>
  found.map(({ actual, expected }) => `${expected} is ${actual}`)
)

describe("a balance over a route that cuts off what is older", () => {
  it.effect(
    "counts an entry booked late, dated before the first row and after the day it reaches back to",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          script.says(...first)
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, ledger: 10_500 })
          script.says(entry("late", -70, "2026-02-10"), stated(10_430, stamp(2)), reach("2026-02-01"))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, ledger: 10_430 })
          script.says(entry("edge", 7, "2026-01-01"), stated(10_437, stamp(3)), reach("2026-01-01"))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, ledger: 10_437 })
          assert.deepEqual(yield* open, [])
        }),
      bank
    )
  )

  it.effect(
    "takes history from before that day for part of the opening, whoever finds it and when",
    mirrored(
      ({ accountId, run, script }) =>
        Effect.gen(function* () {
          script.says(entry("known", 900, "2025-06-01"), ...first)
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, ledger: 10_500 })
          script.says(entry("older", 8000, "2025-12-31"), stated(10_500, stamp(2)), reach("2024-01-01"))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
          const { connectionId } = yield* Effect.provide(link({ into: accountId }), script.layer(file))
          script.says(entry("from-a-file", 1100, "2023-11-05"), reach("2020-01-01"))
          const imported = yield* Effect.provide(runOf(connectionId, accountId)("balance"), script.layer(file))
          assert.deepInclude(imported, { added: 1 })
          assert.deepInclude(imported.reconciliation, { agrees: true, ledger: 10_500 })
          script.says(entry("e2", 1, "2026-03-05"), stated(10_501, stamp(3)), reach("2026-02-20"))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
          assert.deepEqual(yield* open, [])
        }),
      bank
    )
  )

  it.effect(
    "raises what is really missing, and resolves it when it turns up",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          script.says(...first)
          yield* run("balance")
          script.says(stated(10_430, stamp(2)), reach("2026-02-01"))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: false, ledger: 10_500 })
          assert.deepEqual(yield* open, ["10430 is 10500"])
          script.says(entry("late", -70, "2026-01-20"), reach("2026-01-01"))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
          assert.deepEqual(yield* open, [])
        }),
      bank
    )
  )

  it.effect(
    "counts from the first row where the route says nothing of how far it reaches",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          script.says(entry("e1", 500, "2026-03-01"), stated(10_500, stamp(1)))
          yield* run("balance")
          script.says(entry("older", 8000, "2026-02-10"), stated(10_500, stamp(2)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
          script.says(entry("e2", 1, "2026-03-01"), stated(10_501, stamp(3)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
        }),
      bank
    )
  )

  it.effect(
    "hears nothing of how far a stream reaches that the person has not agreed to, nor of another stream's",
    mirrored(
      ({ script }) =>
        Effect.gen(function* () {
          script.identification = "only-the-balance"
          const { accountId, connectionId } = yield* link({ holderId: "robin", streams: ["balance"] })
          script.says(entry("e1", 500, "2026-03-01"), stated(10_500, stamp(1)), reach("2026-01-01", "card"))
          const run = runOf(connectionId, accountId)
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
          script.says(entry("older", 8000, "2026-02-10"), stated(10_500, stamp(2)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
          script.says(entry("bought", 3, "2026-03-02"), reach("2026-01-01", "balance"))
          assert.strictEqual((yield* run("card")).outcome._tag, "NotPermitted")
        }),
      bank
    )
  )

  it.effect(
    "goes by the widest of several runs where the first ended before a balance was stated",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          yield* TestClock.setTime(Date.parse("2026-03-10T09:00:00Z"))
          script.says(entry("e1", 500, "2026-03-01"), reach("2026-01-01"), down)
          assert.strictEqual((yield* run("balance")).outcome._tag, "Stopped")
          script.says(entry("e1", 500, "2026-03-01"), stated(10_500, stamp(1)), reach("2026-02-20"))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, ledger: 10_500 })
          script.says(entry("late", -70, "2026-02-10"), stated(10_430, stamp(2)), reach("2026-02-01"))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, ledger: 10_430 })
        }),
      bank
    )
  )

  it.effect(
    "goes by the last alone where days between two runs were never heard",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          yield* TestClock.setTime(Date.parse("2026-03-10T09:00:00Z"))
          script.says(entry("e1", 500, "2026-03-01"), reach("2026-01-01"))
          assert.strictEqual((yield* run("balance")).outcome._tag, "CaughtUp")
          yield* TestClock.setTime(Date.parse("2026-06-30T09:00:00Z"))
          script.says(entry("e2", 20, "2026-06-01"), stated(12_000, stamp(1)), reach("2026-05-01"))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
          script.says(entry("between", 1480, "2026-04-10"), stated(12_000, stamp(2)), reach("2026-05-01"))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
          assert.deepEqual(yield* open, [])
        }),
      bank
    )
  )

  it.effect(
    "takes an entry that was booked while the opening was fixed out of it again, and no other",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          yield* TestClock.setTime(Date.parse("2026-03-10T09:00:00Z"))
          // The balance knows of a kiosk's -299 that the pages did not show.
          script.says(entry("e1", 500, "2026-03-01"), stated(10_201, stamp(1)), reach("2026-01-01"))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
          yield* TestClock.adjust("6 hours")
          script.says(entry("kiosk", -299, "2026-03-10"), entry("late", -70, "2026-02-10"), stated(10_131, stamp(2)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, ledger: 10_131 })
          for (const gap of [10_000, 10_200, 10_430]) {
            script.says(stated(gap, stamp(gap)))
            const { reconciliation } = yield* run("balance")
            assert.deepInclude(reconciliation, { agrees: false, stated: gap })
          }
        }),
      bank
    )
  )

  it.effect(
    "is not talked out of a gap by an entry of that size that bears another day, or is heard of much later",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          yield* TestClock.setTime(Date.parse("2026-03-10T09:00:00Z"))
          script.says(entry("e1", 500, "2026-03-01"), stated(10_500, stamp(1)), reach("2026-01-01"))
          yield* run("balance")
          yield* TestClock.adjust("2 days")
          script.says(entry("new", -299, "2026-03-12"), stated(10_500, stamp(2)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: false, ledger: 10_201 })
          script.says(entry("before", -40, "2026-03-05"), stated(10_201, stamp(3)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: false, ledger: 10_161 })
          yield* TestClock.adjust("20 days")
          script.says(entry("late", -80, "2026-03-10"), stated(10_161, stamp(4)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: false, ledger: 10_081 })
        }),
      bank
    )
  )
})
