/**
 * The legal limit, held by the bank's own ledger of calls over random schedules, and each bug that was planted found by
 * them. `HISTORIES=10000` plays the full number, `SEED=123` one schedule alone.
 */
import { assert, describe, it } from "@effect/vitest"
import { Access, ConnectorError } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import { beforeEach, vi } from "vitest"
import type * as Budget from "../src/Budget.ts"
import { Schedules } from "./Schedules.ts"

const planted = vi.hoisted(() => ({ bug: "none" }))

vi.mock(import("../src/Budget.ts"), async (original) => {
  const real = await original()
  const ofWorker = new WeakMap<SqlClient.SqlClient, Map<number, Access.Access>>()
  const access: typeof Budget.access = (options) => {
    const counted = real.access(options)
    const { account, budget, connector, presence, sql } = options
    if (budget === undefined || presence !== undefined) return counted
    switch (planted.bug) {
      case "a read is counted after its call": {
        const made: Array<string> = []
        const spend = (resource: string) =>
          Effect.gen(function* () {
            for (const before of made.splice(0)) yield* counted.access.spend(before)
            made.push(resource)
          })
        return { ...counted, access: { spend } }
      }
      case "a restart forgets": {
        const known = ofWorker.get(sql) ?? new Map<number, Access.Access>()
        ofWorker.set(sql, known)
        const mine = known.get(account) ?? Access.memory({ connector, budget })
        known.set(account, mine)
        return { isOwn: () => true, access: mine }
      }
      case "the window is a day of the calendar": {
        const spend = (resource: string) =>
          Effect.gen(function* () {
            const today = new Date(yield* Clock.currentTimeMillis).toISOString().slice(0, 10)
            const spent = yield* Effect.orDie(
              sql<{ at: number }>`SELECT at FROM spend WHERE account = ${account} AND resource = ${resource}`
            )
            if (spent.filter(({ at }) => new Date(at).toISOString().startsWith(today)).length >= budget.reads) {
              const reason = new ConnectorError.RateLimited({ until: `${today}T23:59:59.999Z` })
              return yield* new ConnectorError.ConnectorError({ connector, reason })
            }
            const at = yield* Clock.currentTimeMillis
            yield* Effect.orDie(sql`INSERT INTO spend (connection_id, account, resource, at)
              VALUES (${options.connectionId}, ${account}, ${resource}, ${at})`)
          })
        return { isOwn: () => true, access: { spend } }
      }
      case "a clock that goes back gives reads back": {
        const spend = (resource: string) =>
          Effect.gen(function* () {
            yield* Effect.orDie(
              sql`DELETE FROM spend WHERE account = ${account} AND at > ${yield* Clock.currentTimeMillis}`
            )
            yield* counted.access.spend(resource)
          })
        return { ...counted, access: { spend } }
      }
      default:
        return counted
    }
  }
  return { ...real, access }
})

const count = Number(process.env["HISTORIES"] ?? 30)
const alone = process.env["SEED"]
const seeds = alone === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(alone)]

const play = (some: ReadonlyArray<number>) =>
  Effect.suspend(() => {
    const schedules = new Schedules()
    return Effect.forEach(some, (seed) => schedules.play(seed), { discard: true }).pipe(
      Effect.ensuring(Effect.orDie(schedules.close))
    )
  })

describe("of an account and a resource", () => {
  beforeEach(() => void (planted.bug = "none"))

  it.effect(
    `the bank sees no more than four unattended reads in any 24 hours (${seeds.length} random schedules)`,
    () =>
      Effect.gen(function* () {
        for (let from = 0; from < seeds.length; from += 250) yield* play(seeds.slice(from, from + 250))
      }),
    1_800_000
  )

  for (const bug of [
    "a read is counted after its call",
    "a restart forgets",
    "the window is a day of the calendar",
    "a clock that goes back gives reads back"
  ]) {
    it.effect(
      `the schedules notice when ${bug}`,
      () =>
        Effect.gen(function* () {
          planted.bug = bug
          const noticed = yield* Effect.flip(play(Array.from({ length: 100 }, (_, index) => index + 1)))
          assert.deepInclude(noticed, { _tag: "Overrun" })
        }),
      60_000
    )
  }
})
