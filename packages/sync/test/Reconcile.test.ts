import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Sync from "../src/index.ts"
import { ids, link, mirrored, runOf } from "./Mirrored.ts"
import { Random } from "./Random.ts"
import { balancePending, closing, entry, pendingEntry, points, stamp, standing, stated } from "./rows.ts"
import { manifest, type Item } from "./Script.ts"

const raised = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) =>
    sql<{ raised_at: string; resolved_at: string | null }>`SELECT raised_at, resolved_at FROM discrepancy ORDER BY n`
)

const clean = (random: Random, says: (id: string, amount: number) => Item, total: (sum: number) => Item) => {
  const all: Array<Item> = []
  let sum = 0
  return () => {
    for (let n = random.below(5); n > 0; n -= 1) {
      const amount = random.below(20_000) - 8000
      sum += amount
      all.push(says(`e${all.length}`, amount))
    }
    return [...all, total(sum)]
  }
}

describe("a stated balance and its ledger", () => {
  it.effect(
    "that disagree are raised once, and resolved when the gap closes (9)",
    mirrored(({ accountId, run, script }) =>
      Effect.gen(function* () {
        script.says(entry("e1", 500), entry("e2", -200), stated(300))
        assert.deepEqual((yield* run("balance")).reconciliation, {
          stream: "balance",
          stated: 300,
          ledger: 300,
          agrees: true
        })
        assert.lengthOf(yield* raised, 0)
        script.says(stated(1300))
        for (let n = 0; n < 3; n += 1) {
          assert.deepInclude((yield* run("balance")).reconciliation, { stated: 1300, ledger: 300, agrees: false })
        }
        assert.lengthOf(yield* raised, 1)
        assert.deepEqual(
          (yield* Sync.Mirror.discrepancies).map(({ raisedAt: _, ...rest }) => rest),
          [{ accountId, stream: "balance", name: "ledger", place: "sum", expected: "1300", actual: "300" }]
        )
        script.says(entry("e3", 1000))
        assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
        assert.lengthOf(yield* Sync.Mirror.discrepancies, 0)
        const [one] = yield* raised
        assert.isString(one?.resolved_at)
      })
    )
  )

  it.effect(
    "are never adjusted: the rows stay as the provider stated them",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(entry("e1", 500), stated(999))
        yield* run("balance")
        const found = yield* Sync.Mirror.rows({ stream: "balance", limit: 10 })
        assert.deepEqual(
          found.map(({ id }) => id),
          ["e1", "stated"]
        )
      })
    )
  )

  it.effect(
    "are not compared after a read that did not come to its end",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(stated(999))
        script.read = function* () {
          yield stated(999)
          throw new Error("the process went away")
        }
        yield* Effect.exit(run("balance"))
        assert.lengthOf(yield* raised, 0)
      })
    )
  )

  it.effect(
    "agree from the first comparison on where the route does not reach the whole history",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          script.says(entry("e1", 500, "2026-03-01"), stated(10_500, stamp(1)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, ledger: 10_500 })
          script.says(entry("e2", 100, "2026-03-02"), stated(10_600, stamp(2)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
          script.says(stated(10_700, stamp(3)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: false })
          assert.lengthOf(yield* raised, 1)
        }),
      { facts: { streams: { ...manifest.streams, balance: { live: "cursor", backfill: false } } } }
    )
  )

  it.effect(
    "agree over account information, which reaches back but never to the first entry",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          script.says(entry("e1", 500, "2026-03-01"), stated(10_500, stamp(1)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, ledger: 10_500 })
          script.says(entry("e2", 100, "2026-03-02"), stated(10_700, stamp(2)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: false })
        }),
      { facts: { route: "psd2" } }
    )
  )

  it.effect(
    "are compared on the day a closing balance is for: what was booked after it does not count",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          const first = "2026-03-02T00:00:00.000Z"
          script.says(entry("e1", 500, "2026-03-01"), entry("e2", 7, "2026-03-03"), closing(10_500, first))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, ledger: 10_500 })
          script.says(entry("e3", 11, "2026-03-04"), closing(10_507, "2026-03-03T00:00:00.000Z"))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true })
          script.says(closing(10_507, "2026-03-04T00:00:00.000Z"))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: false, ledger: 10_518 })
        }),
      { facts: { route: "psd2" } }
    )
  )

  it.effect(
    "are not compared where only an expected or an available balance is stated",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          for (const balanceType of ["expected", "interimAvailable"] as const) {
            script.says(entry("e1", 500), stated(1, stamp(1), balanceType))
            assert.isUndefined((yield* run("balance")).reconciliation)
          }
          assert.lengthOf(yield* raised, 0)
          script.says(stated(500, stamp(2)))
          assert.deepInclude((yield* run("balance")).reconciliation, { stated: 500, agrees: true })
        }),
      { facts: { route: "psd2" } }
    )
  )

  it.effect(
    "leave out what is pending, which comes and goes as a snapshot and settles as another row",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          script.says(
            entry("e1", 500),
            pendingEntry("p1", -80),
            pendingEntry("p2", -20),
            balancePending("p1", "p2"),
            stated(900)
          )
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, ledger: 900 })
          assert.deepEqual(yield* ids("balance"), ["e1", "p1", "p2", "stated"])
          script.says(entry("e2", -85), pendingEntry("p2", -20), balancePending("p2"), stated(815, stamp(1)))
          assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true, ledger: 815 })
          assert.deepEqual(yield* ids("balance"), ["e1", "e2", "p2", "stated"])
          script.says(balancePending())
          yield* run("balance")
          assert.deepEqual(yield* ids("balance"), ["e1", "e2", "stated"])
        }),
      { facts: { route: "psd2" } }
    )
  )

  it.effect(
    "raise no false alarm over random clean histories",
    mirrored(
      ({ script }) =>
        Effect.gen(function* () {
          for (let seed = 1; seed <= 40; seed += 1) {
            script.identification = `account-${seed}`
            const { accountId, connectionId } = yield* link({ holderId: `holder-${seed}` })
            const run = runOf(connectionId, accountId)
            const money = clean(
              new Random(seed),
              (id, amount) => entry(id, amount),
              (sum) => stated(sum)
            )
            const cashback = clean(
              new Random(seed),
              (id, amount) => points(id, amount),
              (sum) => standing(sum)
            )
            for (let day = 0; day < 5; day += 1) {
              script.says(...money())
              assert.deepInclude((yield* run("balance")).reconciliation, { agrees: true }, `seed ${seed}`)
              script.says(...cashback())
              assert.deepInclude((yield* run("points")).reconciliation, { agrees: true }, `seed ${seed}`)
            }
          }
          assert.lengthOf(yield* raised, 0)
        }),
      { filename: ":memory:" }
    )
  )
})

describe("points", () => {
  it.effect(
    "reconcile with their own ledger, never with money",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(points("p1", 120), points("p2", -20), standing(100))
        assert.deepEqual((yield* run("points")).reconciliation, {
          stream: "points",
          stated: 100,
          ledger: 100,
          agrees: true
        })
        script.says(standing(90))
        assert.deepInclude((yield* run("points")).reconciliation, { agrees: false })
        assert.deepInclude((yield* Sync.Mirror.discrepancies)[0], { stream: "points", expected: "90", actual: "100" })
      })
    )
  )
})
