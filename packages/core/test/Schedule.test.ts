import { assert, describe, it } from "@effect/vitest"
import { Money, type Plan, Schedule } from "../src/index.ts"

const usd = (amount: number): Money.Money => Money.make(amount, "USD")

const shape = (schedule: ReadonlyArray<Plan.Installment>): ReadonlyArray<[string, number]> =>
  schedule.map(({ amountDue, dueDate }) => [dueDate, amountDue.amount])

const base: Plan.Plan = {
  planId: "plan-1",
  planType: "pay_in_n",
  amount: usd(4000),
  status: "ACTIVE",
  schedule: Schedule.cut({ amount: usd(4000), payments: 4, firstDueDate: "2026-06-20", every: { days: 14 } })
}

const paid = (installment: Plan.Installment): Plan.Installment => ({
  ...installment,
  state: "paid",
  amountPaid: installment.amountDue
})

describe("a schedule that is cut", () => {
  it("is paid every two weeks, the odd cents first", () => {
    assert.deepStrictEqual(
      shape(Schedule.cut({ amount: usd(4999), payments: 4, firstDueDate: "2026-06-20", every: { days: 14 } })),
      [
        ["2026-06-20", 1250],
        ["2026-07-04", 1250],
        ["2026-07-18", 1250],
        ["2026-08-01", 1249]
      ]
    )
  })

  it("keeps to the day of the month it began on", () => {
    assert.deepStrictEqual(
      shape(Schedule.cut({ amount: usd(400), payments: 4, firstDueDate: "2028-01-31", every: { months: 1 } })).map(
        ([dueDate]) => dueDate
      ),
      ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]
    )
  })

  it("can begin with a higher payment and carries the service fee on the first", () => {
    const schedule = Schedule.cut({
      amount: usd(10_000),
      payments: 4,
      firstDueDate: "2026-06-20",
      every: { days: 14 },
      firstAmount: usd(4000),
      planCharge: usd(200)
    })
    assert.deepStrictEqual(
      shape(schedule).map(([, amount]) => amount),
      [4200, 2000, 2000, 2000]
    )
    assert.strictEqual(Schedule.imbalance({ ...base, amount: usd(10_000), planCharge: usd(200), schedule }), 0)
  })

  it("refuses a first payment above the whole, and an only one below it", () => {
    const every = { months: 1 }
    const first = (payments: number, firstAmount: number) => () =>
      Schedule.cut({ amount: usd(100), payments, firstDueDate: "2026-06-20", every, firstAmount: usd(firstAmount) })
    assert.throws(first(2, 101), Money.MoneyError)
    assert.throws(first(1, 99), Money.MoneyError)
    assert.lengthOf(first(1, 100)(), 1)
    assert.throws(first(0, 100), Money.MoneyError)
  })
})

describe("the balance of a plan and its schedule", () => {
  const [first, ...rest] = base.schedule
  if (first === undefined) throw new Error("an empty schedule")

  it("names every missing or added cent, with its sign", () => {
    assert.strictEqual(Schedule.imbalance(base), 0)
    assert.strictEqual(Schedule.imbalance({ ...base, schedule: rest }), -1000)
    assert.strictEqual(
      Schedule.imbalance({ ...base, schedule: [...base.schedule, { ...first, installmentNumber: 5 }] }),
      1000
    )
    assert.strictEqual(Schedule.imbalance({ ...base, amount: usd(4001) }), -1)
    assert.strictEqual(Schedule.imbalance({ ...base, planCharge: usd(1) }), -1)
  })

  it("leaves late fees out", () => {
    const late = { ...first, state: "late", amountDue: usd(1700), lateFeeAmount: usd(700) } as const
    assert.strictEqual(Schedule.imbalance({ ...base, schedule: [late, ...rest] }), 0)
    assert.strictEqual(Schedule.imbalance({ ...base, schedule: [{ ...late, lateFeeAmount: usd(600) }, ...rest] }), 100)
  })

  it("counts a refund by what did not go back to the holder", () => {
    const cancelled = rest.map((each): Plan.Installment => ({
      ...each,
      state: "cancelled",
      cancelledReason: "refund",
      amountDue: usd(0)
    }))
    const plan = { ...base, refundedAmount: usd(4000), schedule: [paid(first), ...cancelled] }
    assert.strictEqual(Schedule.imbalance({ ...plan, refundedToHolder: usd(1000) }), 0)
    assert.strictEqual(Schedule.imbalance({ ...plan, refundedToHolder: usd(900) }), 100)
  })

  it("accepts any part of a refund that may have gone back where none is stated, and no more", () => {
    const schedule = [paid(first), ...rest]
    const reading = (refundedAmount: number) =>
      Schedule.imbalance({ ...base, refundedAmount: usd(refundedAmount), schedule })
    assert.strictEqual(reading(0), 0)
    assert.strictEqual(reading(400), 0)
    assert.strictEqual(reading(1000), 0)
    assert.strictEqual(reading(1001), 1)
    const lowered = rest.map((each) => ({ ...each, amountDue: usd(900) }))
    const low = (refundedAmount: number) =>
      Schedule.imbalance({ ...base, refundedAmount: usd(refundedAmount), schedule: [paid(first), ...lowered] })
    assert.strictEqual(low(299), -1)
    assert.strictEqual(low(300), 0)
  })

  it("finds nothing missing in a plan that was cancelled as a whole, however its rest is stated", () => {
    for (const amountDue of [usd(0), usd(1000)]) {
      const cancelled = rest.map((each): Plan.Installment => ({
        ...each,
        state: "cancelled",
        cancelledReason: "plan_cancelled",
        amountDue
      }))
      assert.strictEqual(Schedule.imbalance({ ...base, schedule: [paid(first), ...cancelled] }), 0)
      assert.strictEqual(Schedule.imbalance({ ...base, amount: usd(900), schedule: [paid(first), ...cancelled] }), 100)
    }
  })

  it("has nothing to hold against without a schedule, and never mixes currencies", () => {
    assert.strictEqual(Schedule.imbalance({ ...base, schedule: [] }), 0)
    assert.throws(() => Schedule.imbalance({ ...base, amount: Money.make(4000, "EUR") }), Money.MoneyError)
  })
})

describe("the status of a plan", () => {
  it("follows from its schedule", () => {
    const [one, two] = base.schedule
    if (one === undefined || two === undefined) throw new Error("an empty schedule")
    const cancelled = (cancelledReason: "refund" | "merged" | "plan_cancelled"): Plan.Installment => ({
      ...two,
      state: "cancelled",
      cancelledReason
    })
    assert.strictEqual(Schedule.status([paid(one), { ...two, state: "paused", pausedReason: "return" }]), "ACTIVE")
    assert.strictEqual(Schedule.status([paid(one), cancelled("refund")]), "COMPLETED")
    assert.strictEqual(Schedule.status([paid(one), cancelled("plan_cancelled")]), "CANCELLED")
    assert.strictEqual(Schedule.status([cancelled("refund")]), "CANCELLED")
    assert.isUndefined(Schedule.status([]))
  })
})
