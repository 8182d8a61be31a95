/**
 * A file and a live route that tell of the same deposit ledger under ids of their own: nothing is counted twice, whichever
 * comes first, and what only the file knows is kept.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Sync from "../src/index.ts"
import { ids, link, mirrored, runOf, type Setting } from "./Mirrored.ts"
import { entry, reach, stamp, stated } from "./rows.ts"

const bank: Setting = { facts: { route: "psd2" } }
const file = { id: "file", route: "export", link: "upload", streams: { balance: { backfill: true } } } as const

/** The same three movements, as the file and as the bank spell them; the bank shows the last two. */
const download = [
  entry("f-1", -100, "2025-11-05"),
  entry("f-2", 500, "2026-01-01"),
  entry("f-3", -20, "2026-02-03")
] as const
const shown = [entry("b-2", 500, "2026-01-01"), entry("b-3", -20, "2026-02-03"), reach("2026-01-01")] as const
const balance = stated(10_380, stamp(1))

describe("a file and a live route over one ledger", () => {
  it.effect(
    "count each movement once where the file comes first, and say why its rows gave way",
    mirrored(
      ({ accountId, run, script }) =>
        Effect.gen(function* () {
          const { connectionId } = yield* Effect.provide(link({ into: accountId }), script.layer(file))
          script.says(...download)
          yield* Effect.provide(runOf(connectionId, accountId)("balance"), script.layer(file))
          script.says(...shown, balance)
          const first = yield* run("balance")
          assert.deepInclude(first, { removed: 2 })
          assert.deepInclude(first.reconciliation, { agrees: true, stated: 10_380 })
          assert.sameMembers(yield* ids("balance"), ["f-1", "b-2", "b-3", "stated"])
          const { rows } = yield* Sync.Mirror.explain("f-3")
          assert.strictEqual(rows[0]?.gone, "the live route has these days now")
          script.says(...shown, balance)
          assert.deepInclude(yield* run("balance"), { added: 0, updated: 0, removed: 0 })
        }),
      bank
    )
  )

  it.effect(
    "count each movement once where the live route comes first, and again when the file is imported again",
    mirrored(
      ({ accountId, run, script }) =>
        Effect.gen(function* () {
          script.says(...shown, balance)
          yield* run("balance")
          const { connectionId } = yield* Effect.provide(link({ into: accountId }), script.layer(file))
          for (const [added, kept] of [
            [1, 2],
            [0, 2]
          ] as const) {
            script.says(...download)
            const imported = yield* Effect.provide(runOf(connectionId, accountId)("balance"), script.layer(file))
            assert.deepInclude(imported, { added, kept })
          }
          assert.sameMembers(yield* ids("balance"), ["f-1", "b-2", "b-3", "stated"])
          script.says(entry("b-4", -1, "2026-02-05"), stated(10_379, stamp(2)), reach("2026-01-20"))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
        }),
      bank
    )
  )

  it.effect(
    "leave to the file what a longer look of the live route has not shown yet",
    mirrored(
      ({ accountId, run, script }) =>
        Effect.gen(function* () {
          const { connectionId } = yield* Effect.provide(link({ into: accountId }), script.layer(file))
          script.says(...download)
          yield* Effect.provide(runOf(connectionId, accountId)("balance"), script.layer(file))
          script.says(...shown, balance)
          yield* run("balance")
          script.says(entry("b-1", -100, "2025-11-05"), ...shown, reach("2025-01-01"))
          assert.deepInclude(yield* run("balance"), { added: 1, removed: 1 })
          assert.sameMembers(yield* ids("balance"), ["b-1", "b-2", "b-3", "stated"])
        }),
      bank
    )
  )
})
