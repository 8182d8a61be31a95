import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { existsSync, readFileSync } from "node:fs"
import { InstallmentMachine, Money, type Plan, RefundAllocation, Schedule } from "../src/index.ts"

const usd = (amount: number): Money.Money => Money.make(amount, "USD")

/** A plan of these amounts, every two weeks, of which the first `paidCount` are paid. */
const planOf = (amounts: ReadonlyArray<number>, paidCount: number, facts: Partial<Plan.Plan> = {}): Plan.Plan => ({
  planId: "plan-1",
  planType: "pay_in_n",
  amount: usd(amounts.reduce((a, b) => a + b, 0)),
  status: "ACTIVE",
  schedule: Schedule.cut({
    amount: usd(1),
    payments: amounts.length,
    firstDueDate: "2026-06-20",
    every: { days: 14 }
  }).map((installment, index): Plan.Installment => {
    const amountDue = usd(amounts[index] ?? 0)
    return index < paidCount
      ? { ...installment, amountDue, amountPaid: amountDue, paidDate: installment.dueDate, state: "paid" }
      : { ...installment, amountDue }
  }),
  ...facts
})

const refunded = (plan: Plan.Plan, amount: number, refundAllocation: RefundAllocation.Strategy): Plan.Plan => {
  const outcome = InstallmentMachine.apply(
    plan,
    { _tag: "Refund", amount: usd(amount), date: "2026-06-25", evidence: "refund" },
    { refundAllocation }
  )
  if (outcome._tag === "Illegal") assert.fail(outcome.why)
  assert.strictEqual(Schedule.imbalance(outcome.plan), 0)
  return outcome.plan
}

const asked = (plan: Plan.Plan): ReadonlyArray<number> => plan.schedule.map(({ amountDue }) => amountDue.amount)

/** The plan in July 2026, with $7.00 charged on a late installment. */
const late = (plan: Plan.Plan, installmentNumber: number): Plan.Plan => {
  const outcome = InstallmentMachine.apply(InstallmentMachine.project(plan, "2026-07-20", {}).plan, {
    _tag: "GraceOver",
    installmentNumber,
    lateFee: usd(700),
    date: "2026-07-20",
    evidence: "fee"
  })
  assert.strictEqual(outcome._tag, "Applied")
  return outcome.plan
}

const Examples = Schema.Struct({
  examples: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      allocation: Schema.Literals(["spread_evenly", "last_first", "full"]),
      plan: Schema.Array(Schema.Int),
      paid_count: Schema.Int,
      refund: Schema.Int,
      after: Schema.Array(Schema.Int),
      refund_to_payment_method: Schema.Int
    })
  )
})

describe("published worked examples", () => {
  const file = new URL("../../../../shared/samples/generic/bnpl-refund-worked-examples.json", import.meta.url)
  it("come out to the cent", ({ skip }) => {
    if (!existsSync(file)) return skip("the published examples are not on this machine")
    const { examples } = Schema.decodeUnknownSync(Examples)(JSON.parse(readFileSync(file, "utf8")))
    assert.isAbove(examples.length, 0)
    for (const example of examples) {
      const strategies =
        example.allocation === "full"
          ? Object.values(RefundAllocation.strategies)
          : [RefundAllocation.strategies[example.allocation]]
      for (const strategy of strategies) {
        const plan = refunded(planOf(example.plan, example.paid_count), example.refund, strategy)
        assert.deepStrictEqual(asked(plan), example.after, example.id)
        assert.strictEqual(plan.refundedToHolder?.amount, example.refund_to_payment_method, example.id)
        for (const { amountDue, cancelledReason, state } of plan.schedule) {
          assert.strictEqual(amountDue.amount === 0, state === "cancelled" && cancelledReason === "refund", example.id)
        }
      }
    }
  })
})

describe("a refund spread evenly", () => {
  const evenly = RefundAllocation.spreadEvenly

  it("comes off every remaining payment, the odd cents off the earliest", () => {
    assert.deepStrictEqual(asked(refunded(planOf([2500, 2500, 2500, 2500], 1), 3000, evenly)), [2500, 1500, 1500, 1500])
    assert.deepStrictEqual(asked(refunded(planOf([2500, 2500, 2500, 2500], 1), 1000, evenly)), [2500, 2166, 2167, 2167])
    assert.deepStrictEqual(asked(refunded(planOf([2500, 2500, 2500, 2500], 1), 1001, evenly)), [2500, 2166, 2166, 2167])
  })

  it("lets the others carry what a smaller payment cannot", () => {
    const plan = refunded(planOf([4000, 2000, 500, 2000], 1), 2001, evenly)
    assert.deepStrictEqual(asked(plan), [4000, 1249, 0, 1250])
    assert.strictEqual(plan.schedule[2]?.state, "cancelled")
    assert.strictEqual(plan.schedule[2]?.cancelledReason, "refund")
  })

  it("takes the whole of a higher first payment only as far as its share goes", () => {
    assert.deepStrictEqual(asked(refunded(planOf([4000, 2000, 2000, 2000], 0), 4000, evenly)), [3000, 1000, 1000, 1000])
  })
})

describe("a refund from the last payment backwards", () => {
  it("lowers the payment it ends in and cancels the later ones", () => {
    const plan = refunded(planOf([2500, 2500, 2500, 2500], 1), 3000, RefundAllocation.lastFirst)
    assert.deepStrictEqual(asked(plan), [2500, 2500, 2000, 0])
    assert.deepStrictEqual(
      plan.schedule.map(({ state }) => state),
      ["paid", "scheduled", "scheduled", "cancelled"]
    )
  })
})

describe("a refund", () => {
  for (const [name, strategy] of Object.entries(RefundAllocation.strategies)) {
    it(`above what remains cancels the rest and gives back the difference (${name})`, () => {
      const plan = refunded(planOf([2500, 2500, 2500, 2500], 2), 6000, strategy)
      assert.deepStrictEqual(asked(plan), [2500, 2500, 0, 0])
      assert.deepStrictEqual(plan.refundedToHolder, usd(1000))
      assert.strictEqual(plan.status, "COMPLETED")
    })

    it(`of everything before anything was paid cancels the plan (${name})`, () => {
      const plan = refunded(planOf([2500, 2500], 0), 5000, strategy)
      assert.strictEqual(plan.status, "CANCELLED")
      assert.deepStrictEqual(plan.refundedToHolder, usd(0))
    })
  }

  it("never lowers a late fee, until nothing else is open", () => {
    const partly = refunded(late(planOf([1000, 3000], 0), 1), 2000, RefundAllocation.spreadEvenly)
    assert.deepStrictEqual(asked(partly), [700, 2000])
    assert.strictEqual(partly.schedule[0]?.state, "late")
    const wholly = refunded(late(planOf([500, 1000, 3000], 1), 2), 4000, RefundAllocation.spreadEvenly)
    assert.deepStrictEqual(asked(wholly), [500, 0, 0])
    assert.isUndefined(wholly.schedule[1]?.lateFeeAmount)
    assert.strictEqual(wholly.status, "COMPLETED")
  })

  it("counts what was paid toward the installment first and toward its late fee last", () => {
    const paidIntoFee = InstallmentMachine.apply(late(planOf([1000, 3000], 0), 1), {
      _tag: "PaymentMade",
      installmentNumber: 1,
      amount: usd(1300),
      date: "2026-07-12",
      evidence: "payment"
    }).plan
    const partly = refunded(paidIntoFee, 2000, RefundAllocation.spreadEvenly)
    assert.deepStrictEqual(asked(partly), [1700, 1000])
    const wholly = refunded(paidIntoFee, 3000, RefundAllocation.spreadEvenly)
    assert.deepStrictEqual(asked(wholly), [1300, 0])
    assert.deepStrictEqual(wholly.schedule[0]?.lateFeeAmount, usd(300))
    assert.strictEqual(wholly.schedule[0]?.state, "paid")
  })

  it("gives back no more than was paid, over several refunds", () => {
    const refuse = (plan: Plan.Plan, amount: number): void => {
      const result = RefundAllocation.refund(plan, usd(amount), RefundAllocation.lastFirst)
      assert.deepStrictEqual(result, Result.fail("the refund is more than what was paid and is open"))
    }
    const plan = planOf([2500, 2500, 2500, 2500], 2)
    refuse(plan, 10_001)
    const once = refunded(plan, 8000, RefundAllocation.lastFirst)
    assert.deepStrictEqual(once.refundedToHolder, usd(3000))
    refuse(once, 2001)
    assert.deepStrictEqual(refunded(once, 2000, RefundAllocation.lastFirst).refundedToHolder, usd(5000))
  })

  it("goes by the numbers of the installments, in whatever order they are listed", () => {
    const plan = planOf([2500, 2500, 2500, 2500], 1)
    const reversed = { ...plan, schedule: plan.schedule.toReversed() }
    assert.deepStrictEqual(asked(refunded(reversed, 3000, RefundAllocation.lastFirst)), [0, 2000, 2500, 2500])
  })

  it("makes an installment paid where a part of it was paid and the refund covers the rest", () => {
    const paidPart = InstallmentMachine.apply(planOf([1000, 1000], 0), {
      _tag: "PaymentMade",
      installmentNumber: 2,
      amount: usd(400),
      date: "2026-06-20",
      evidence: "payment"
    }).plan
    const plan = refunded(paidPart, 700, RefundAllocation.lastFirst)
    assert.deepStrictEqual(asked(plan), [900, 400])
    assert.strictEqual(plan.schedule[1]?.state, "paid")
  })

  it("of the whole purchase cancels an unpaid service fee with the rest", () => {
    const plan = planOf([2700, 2500, 2500, 2500], 0, { amount: usd(10_000), planCharge: usd(200) })
    assert.deepStrictEqual(asked(refunded(plan, 10_000, RefundAllocation.spreadEvenly)), [0, 0, 0, 0])
  })

  it("is not guessed at where the provider's way is not known, unless there is only one", () => {
    const partial = RefundAllocation.refund(planOf([2500, 2500], 0), usd(100), undefined)
    assert.deepStrictEqual(partial, Result.fail("how this provider spreads a refund is not known"))
    assert.isTrue(Result.isSuccess(RefundAllocation.refund(planOf([2500, 2500], 1), usd(4000), undefined)))
  })
})

/** What is wrong with an allocation, or nothing. */
const wrong = (
  open: ReadonlyArray<number>,
  refund: number,
  strategy: RefundAllocation.Strategy
): string | undefined => {
  const cuts = strategy(open.map(usd), usd(refund)).map(({ amount }) => amount)
  if (cuts.length !== open.length) return "another number of payments"
  if (cuts.some((cut, index) => cut < 0 || cut > (open[index] ?? 0))) return "more than a payment had open"
  const sum = cuts.reduce((a, b) => a + b, 0)
  return sum === refund ? undefined : `${refund - sum} minor units lost`
}

describe("every allocation", () => {
  const amount = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))
  const cases = Arbitrary.schema(
    Schema.Struct({
      open: Schema.Array(amount).check(Schema.isMinLength(1), Schema.isMaxLength(48)),
      share: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))
    })
  ).pipe(
    Arbitrary.map(({ open, share }) => {
      const all = open.reduce((a, b) => a + b, 0)
      return { open, refund: Math.floor((all * share) / 1000) }
    }),
    Arbitrary.filter(({ refund }) => refund > 0)
  )

  for (const [name, strategy] of Object.entries(RefundAllocation.strategies)) {
    it.effect(`takes off exactly the refund and no payment below nothing (${name})`, () =>
      Effect.gen(function* () {
        const result = yield* Arbitrary.checkEffect(
          cases,
          ({ open, refund }) => {
            const broken = wrong(open, refund, strategy)
            return broken === undefined ? true : Effect.fail(broken)
          },
          { runs: 2000, seed: name, size: 48 }
        )
        assert.isUndefined(Arbitrary.formatCheckFailure(result))
      })
    )
  }

  it.effect("differs by at most a cent between payments that carry an even share in full", () =>
    Effect.gen(function* () {
      const result = yield* Arbitrary.checkEffect(
        cases,
        ({ open, refund }) => {
          const cuts = RefundAllocation.spreadEvenly(open.map(usd), usd(refund)).map(({ amount }) => amount)
          const carrying = cuts.filter((cut, index) => cut < (open[index] ?? 0))
          const most = Math.max(...cuts)
          return carrying.length === 0 || most - Math.min(...carrying) <= 1
        },
        { runs: 2000, seed: 3, size: 48 }
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
    })
  )

  it.effect("is caught when it drops the odd cents", () =>
    Effect.gen(function* () {
      const dropsRemainder: RefundAllocation.Strategy = (open, refund) =>
        open.map((each) => Money.min(each, usd(Math.floor(refund.amount / open.length))))
      const result = yield* Arbitrary.checkEffect(
        cases,
        ({ open, refund }) => wrong(open, refund, dropsRemainder) === undefined,
        { runs: 2000, seed: 4, size: 48 }
      )
      assert.strictEqual(result._tag, "Falsified")
    })
  )
})
