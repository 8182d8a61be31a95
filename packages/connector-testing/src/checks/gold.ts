/**
 * Gold: the session is renewed the way a one-time token demands, and the sums hold. The sums are those of
 * `@paymirror/core`; a ledger is summed only where the route reaches back to its beginning.
 */
import { Manifest, Money, Schedule, Transition } from "@paymirror/core"
import type { Plan, ReadEvent } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import { Skipped } from "../Check.ts"
import type { Stage } from "../Stage.ts"
import { ensure, fail, fromFiles, online, onStage, upserts } from "./onStage.ts"

/** What an account's streams say, each row once, as it was said last. */
const told = (stage: Stage) =>
  Effect.forEach(stage.linked.accounts, (account) =>
    Effect.gen(function* () {
      const rows = new Map<string, ReadEvent.Upsert>()
      for (const walk of stage.walks.filter((each) => each.account === account)) {
        for (const upsert of upserts(yield* stage.calm(walk))) rows.set(`${upsert.stream}/${upsert.id}`, upsert)
      }
      return [...rows.values()]
    })
  )

const plansIn = (rows: ReadonlyArray<ReadEvent.Upsert>): ReadonlyArray<Plan.Plan> =>
  rows.flatMap((upsert) => (upsert.stream === "plans" ? [upsert.row] : []))

const oddity = ({ planId, schedule }: Plan.Plan): string | undefined => {
  const numbers = new Set(schedule.map(({ installmentNumber }) => installmentNumber))
  if (numbers.size !== schedule.length) return `${planId}: two installments of one number`
  if (schedule.some(({ installmentNumber }) => installmentNumber < 1))
    return `${planId}: an installment before the first`
  const stray = schedule.find(
    ({ cancelledReason, pausedReason, state }) =>
      (pausedReason !== undefined && state !== "paused") || (cancelledReason !== undefined && state !== "cancelled")
  )
  return stray === undefined
    ? undefined
    : `${planId}: installment ${stray.installmentNumber} is ${stray.state} with a reason for another state`
}

const refreshes = (stage: Stage, path: string, from: number): number =>
  stage.recorder
    .sent()
    .slice(from)
    .filter((sent) => sent.path === path && sent.method !== "GET").length

export const gold: ReadonlyArray<Check> = [
  onStage({
    id: "C16-plans",
    title: "the installments of every plan add up to the plan",
    level: "gold",
    appliesTo: ({ streams }) => streams.plans !== undefined,
    wouldHaveCaught: "a fee counted twice, a refund never taken off, an installment lost in translation",
    play: (stage) =>
      Effect.gen(function* () {
        const plans = (yield* told(stage)).flatMap(plansIn)
        if (plans.length === 0) return yield* new Skipped({ reason: "the far side shows no plan" })
        for (const plan of plans) {
          const off = Schedule.imbalance(plan)
          yield* ensure(
            off === 0,
            "an amount they do not owe",
            () => `${plan.planId} is off by ${off} ${plan.amount.currency} minor units`
          )
        }
      })
  }),
  onStage({
    id: "C16-balance",
    title: "the booked entries add up to the stated balance",
    level: "gold",
    appliesTo: (manifest) => Manifest.reachesBeginning(manifest, "balance"),
    wouldHaveCaught: "a withdrawal with the sign of a top-up; a pending entry counted as booked",
    play: (stage) =>
      Effect.gen(function* () {
        let compared = 0
        for (const rows of yield* told(stage)) {
          const ledger = rows.flatMap((upsert) => (upsert.stream === "balance" ? [upsert.row] : []))
          for (const stated of ledger) {
            if (stated.rowType !== "balance") continue
            if (stated.balanceType !== "interimBooked" && stated.balanceType !== "closingBooked") continue
            const { currency } = stated.amount
            const booked = ledger.flatMap((row) =>
              row.rowType === "entry" &&
              row.status === "BOOKED" &&
              row.fundingSource === undefined &&
              row.amount.currency === currency
                ? [row.amount]
                : []
            )
            compared += booked.length
            const sum = Money.sum(booked, currency)
            yield* ensure(
              Money.equals(sum, stated.amount),
              "a balance that is not theirs",
              () => `entries say ${Money.format(sum)}, the provider ${Money.format(stated.amount)}`
            )
          }
        }
        if (compared === 0)
          return yield* new Skipped({ reason: "the far side shows no stated balance beside booked entries" })
      })
  }),
  onStage({
    id: "C16-running",
    title: "each booked entry of a file moves the running balance by its amount",
    level: "gold",
    appliesTo: (manifest) => fromFiles(manifest) && manifest.streams.balance !== undefined,
    wouldHaveCaught: "a payment read as income; a fee charged twice, or never",
    play: (stage) =>
      Effect.gen(function* () {
        let compared = 0
        for (const rows of yield* told(stage)) {
          const booked = rows.flatMap(({ row, stream }) =>
            stream === "balance" && row.rowType === "entry" && row.status === "BOOKED" && row.balanceAfter !== undefined
              ? [{ id: row.entryId, amount: row.amount, after: row.balanceAfter }]
              : []
          )
          compared += booked.length - 1
          const breaks = [booked, booked.toReversed()].map((order) =>
            order.filter(({ after, amount }, place) => {
              const before = order[place - 1]
              return before !== undefined && !Money.equals(Money.add(before.after, amount), after)
            })
          )
          const [fewest = []] = breaks.toSorted((a, b) => a.length - b.length)
          yield* ensure(
            fewest.length === 0,
            "a balance that is not theirs",
            () => `${fewest.length} of ${booked.length} entries, the first is ${fewest[0]?.id}`
          )
        }
        if (compared < 1) return yield* new Skipped({ reason: "the far side shows no running balance" })
      })
  }),
  onStage({
    id: "C16-points",
    title: "the confirmed points add up to the stated standing",
    level: "gold",
    appliesTo: (manifest) =>
      fromFiles(manifest) ? manifest.streams.points?.backfill === true : Manifest.reachesBeginning(manifest, "points"),
    wouldHaveCaught: "a redemption added instead of taken off",
    play: (stage) =>
      Effect.gen(function* () {
        let compared = 0
        for (const rows of yield* told(stage)) {
          const ledger = rows.flatMap((upsert) => (upsert.stream === "points" ? [upsert.row] : []))
          const sumOf = (status: "CONFIRMED" | "PENDING"): number =>
            ledger.reduce((sum, row) => sum + (row.rowType === "entry" && row.status === status ? row.points : 0), 0)
          for (const row of ledger) {
            if (row.rowType !== "standing") continue
            compared += ledger.length - 1
            yield* ensure(
              sumOf("CONFIRMED") === row.points,
              "points that are not theirs",
              () => `entries say ${sumOf("CONFIRMED")}, the provider ${row.points}`
            )
            yield* ensure(
              row.pendingPoints === undefined || sumOf("PENDING") === row.pendingPoints,
              "pending points that never come",
              () => `entries say ${sumOf("PENDING")} pending, the provider ${row.pendingPoints}`
            )
          }
        }
        if (compared === 0) return yield* new Skipped({ reason: "the far side shows no standing beside entries" })
      })
  }),
  onStage({
    id: "C16-once",
    title: "a redemption and the credit it became name each other",
    level: "gold",
    appliesTo: ({ streams }) => streams.points !== undefined && streams.balance !== undefined,
    wouldHaveCaught: "cashback counted as income twice: once in points, once in money",
    play: (stage) =>
      Effect.gen(function* () {
        const points = new Map<string, string>()
        const credits = new Map<string, string>()
        for (const { row, stream } of (yield* told(stage)).flat()) {
          if (stream === "points" && row.rowType === "entry" && row.balanceEntryId !== undefined) {
            points.set(row.entryId, row.balanceEntryId)
          }
          if (stream === "balance" && row.rowType === "entry" && row.pointsEntryId !== undefined) {
            credits.set(row.entryId, row.pointsEntryId)
          }
        }
        if (points.size + credits.size === 0) return yield* new Skipped({ reason: "the far side shows no redemption" })
        const single = [...points].filter(([id, credit]) => credits.get(credit) !== id).map(([id]) => id)
        const orphan = [...credits].filter(([id, debit]) => points.get(debit) !== id).map(([id]) => id)
        yield* ensure(
          single.length + orphan.length === 0,
          "the same cashback twice",
          () => `not named back: ${[...single, ...orphan].join(", ")}`
        )
      })
  }),
  onStage({
    id: "C17",
    title: "every installment is in a legal state and got there by a legal way",
    level: "gold",
    appliesTo: ({ route, streams }) => streams.plans !== undefined && route !== "export",
    wouldHaveCaught: "an installment that was paid yesterday and is scheduled today",
    play: (stage) =>
      Effect.gen(function* () {
        const elapse = yield* stage.can("elapse")
        const seen = new Map<string, Plan.Plan>()
        for (const days of [0, 7, 14, 30]) {
          if (days > 0) yield* elapse(days)
          for (const plan of (yield* told(stage)).flatMap(plansIn)) {
            const odd = oddity(plan)
            if (odd !== undefined) return yield* fail("a plan that cannot be", odd)
            const moves = Transition.diff(seen.get(plan.planId), plan, { date: "2000-01-01", evidence: "read" })
            const impossible = moves.find(({ contradiction }) => contradiction === true)
            if (impossible !== undefined) {
              const { from, installmentNumber, planId, to } = impossible
              return yield* fail(
                "a paid installment asked for again",
                `${planId} #${installmentNumber}: ${from} to ${to}`
              )
            }
            seen.set(plan.planId, plan)
          }
        }
        if (seen.size === 0) return yield* new Skipped({ reason: "the far side shows no plan" })
      })
  }),
  onStage({
    about: "renewals",
    id: "S1",
    title: "fifty readers of an expired session renew it once",
    level: "gold",
    appliesTo: online,
    wouldHaveCaught: "two readers that spend the same one-time token, after which the provider ends the session",
    play: (stage) =>
      Effect.gen(function* () {
        const path = yield* stage.can("refreshPath")
        const expire = yield* stage.can("expireAccess")
        for (const walk of stage.walks.slice(0, 1)) yield* stage.calm(walk)
        yield* expire
        const from = stage.recorder.sent().length
        const readers = Array.from({ length: 50 }, (_, index) => stage.walks[index % stage.walks.length])
        // Whoever reads at all has asked with a token: the first thing told is enough.
        yield* Effect.forEach(readers, (walk) => (walk === undefined ? Effect.void : stage.calm(walk, { upTo: 1 })), {
          concurrency: "unbounded",
          discard: true
        })
        const times = refreshes(stage, path, from)
        yield* ensure(times === 1, "a session ended by the provider", () => `${times} renewals for 50 readers`)
      })
  }),
  onStage({
    about: "one-time tokens",
    id: "S2",
    title: "a renewal whose answer was lost is tried exactly once more",
    level: "gold",
    appliesTo: online,
    wouldHaveCaught: "a retry library around a one-time token: reuse is detected, the session is revoked",
    play: (stage) =>
      Effect.gen(function* () {
        const path = yield* stage.can("refreshPath")
        const expire = yield* stage.can("expireAccess")
        const lose = yield* stage.can("loseRefresh")
        const walk = stage.walks[0]
        if (walk === undefined) return
        yield* stage.calm(walk)
        yield* lose
        yield* expire
        const from = stage.recorder.sent().length
        const { error } = yield* stage.listen(walk)
        const times = refreshes(stage, path, from)
        yield* ensure(
          times === 2,
          times < 2 ? "a request to link again after one lost packet" : "a session revoked for reuse",
          () => `the renewal was sent ${times} times`
        )
        yield* ensure(
          error?.reason._tag === "ConsentRequired",
          "an outage that never ends, where they had to link again",
          () => `ended with ${error?.reason._tag ?? "success"}`
        )
      })
  }),
  onStage({
    id: "V1",
    title: "revoking ends the session, also when it has ended already",
    level: "gold",
    appliesTo: online,
    wouldHaveCaught: "an account that cannot be removed because the provider removed it first",
    play: (stage) =>
      Effect.gen(function* () {
        const revoke = (times: string) =>
          Effect.suspend(() => stage.connector.revoke(stage.sessionOf(stage.linked))).pipe(
            stage.capture.within,
            Effect.timeoutOrElse({
              duration: stage.patience,
              orElse: () => fail("an account that cannot be removed", `no end of revoking ${times}`)
            }),
            Effect.catchTag("ConnectorError", (error) =>
              fail("an account that cannot be removed", `${times}: ${error.message}`)
            )
          )
        yield* revoke("the first time")
        yield* revoke("the second time")
        for (const walk of stage.standing ? [] : stage.walks) {
          const { error, events } = yield* stage.listen(walk, { session: stage.sessionOf(stage.linked) })
          yield* ensure(
            error?.reason._tag === "ConsentRequired" && upserts(events).length === 0,
            "reads that go on after they said stop",
            () => `${walk.stream} ended with ${error?.reason._tag ?? "success"}`
          )
        }
        if (stage.far.revoke === undefined) return
        yield* stage.far.revoke
        yield* revoke("after the provider had")
      })
  })
]
