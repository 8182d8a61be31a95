import { assert, describe, it } from "@effect/vitest"
import { Money, type Plan, Schedule, Transition } from "../src/index.ts"

const seen: Transition.Seen = { date: "2026-07-01", evidence: "run 7" }

const planOf = (schedule: ReadonlyArray<Plan.Installment>): Plan.Plan => ({
  planId: "plan-1",
  planType: "pay_in_n",
  amount: Money.make(5000, "USD"),
  status: "ACTIVE",
  schedule
})

const cut = (payments = 4) =>
  Schedule.cut({
    amount: Money.make(5000, "USD"),
    payments,
    firstDueDate: "2026-06-20",
    every: { days: 14 }
  })

const change = (plan: Plan.Plan, number: number, by: Partial<Plan.Installment>): Plan.Plan => ({
  ...plan,
  schedule: plan.schedule.map((each) => (each.installmentNumber === number ? { ...each, ...by } : each))
})

describe("the difference between two states of a plan", () => {
  it("is nothing for an equal plan read again", () => {
    const before = planOf(cut())
    const again = structuredClone(before)
    assert.strictEqual(Transition.diff(before, again, seen), Transition.diff(before, before, seen))
    assert.lengthOf(Transition.diff(before, again, seen), 0)
  })

  it("is one transition per installment for a plan seen for the first time", () => {
    const transitions = Transition.diff(undefined, planOf(cut()), seen)
    assert.deepStrictEqual(
      transitions.map(({ from, installmentNumber, to }) => [installmentNumber, from, to]),
      [1, 2, 3, 4].map((number) => [number, undefined, "scheduled"])
    )
  })

  it("sees every field a person could see change", () => {
    const before = planOf(cut())
    const money = Money.make(1, "USD")
    const changes: ReadonlyArray<Partial<Plan.Installment>> = [
      { state: "due" },
      { dueDate: "2026-06-21" },
      { amountDue: money },
      { amountDue: Money.make(1250, "EUR") },
      { amountPaid: money },
      { lateFeeAmount: money },
      { paidDate: "2026-06-21" },
      { extendedFromDate: "2026-06-01" },
      { pausedReason: "return" },
      { cancelledReason: "merged" }
    ]
    for (const by of changes) assert.lengthOf(Transition.diff(before, change(before, 2, by), seen), 1)
  })

  it("finds installments by number, in whatever order they come", () => {
    const before = planOf(cut())
    assert.lengthOf(Transition.diff(before, planOf(before.schedule.toReversed()), seen), 0)
  })

  it("takes several steps between two reads as they are", () => {
    const before = planOf(cut())
    const [transition] = Transition.diff(before, change(before, 1, { state: "late" }), seen)
    assert.strictEqual(transition?.to, "late")
    assert.isUndefined(transition?.contradiction)
  })

  it("marks what no event explains", () => {
    const before = change(planOf(cut()), 1, { state: "paid" })
    assert.isTrue(Transition.diff(before, change(before, 1, { state: "scheduled" }), seen)[0]?.contradiction)
    const cancelled = change(planOf(cut()), 1, { state: "cancelled", cancelledReason: "refund" })
    assert.isTrue(Transition.diff(cancelled, change(cancelled, 1, { state: "due" }), seen)[0]?.contradiction)
    assert.isUndefined(Transition.diff(before, change(before, 2, { state: "paid" }), seen)[0]?.contradiction)
  })

  it("tells of installments that came and went, and marks a paid one that went", () => {
    const before = change(planOf(cut()), 1, { state: "paid" })
    const without = (number: number) => planOf(before.schedule.filter((each) => each.installmentNumber !== number))
    const [merged] = Transition.diff(before, without(2), seen)
    assert.deepInclude(merged, { installmentNumber: 2, from: "scheduled", to: undefined })
    assert.isUndefined(merged?.contradiction)
    assert.isTrue(Transition.diff(before, without(1), seen)[0]?.contradiction)
    assert.deepInclude(Transition.diff(without(4), before, seen)[0], { installmentNumber: 4, from: undefined })
  })

  it("costs about a microsecond per installment that did not change", () => {
    const before = planOf(cut(48))
    const after = structuredClone(before)
    const rounds = 5000
    const started = performance.now()
    let found = 0
    for (let round = 0; round < rounds; round++) found += Transition.diff(before, after, seen).length
    const microseconds = ((performance.now() - started) * 1000) / (rounds * 48)
    assert.strictEqual(found, 0)
    assert.isBelow(microseconds, 3)
  })
})
