import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { InstallmentEvent, InstallmentMachine, Money, Plan, RefundAllocation, Schedule } from "../src/index.ts"

const usd = (amount: number): Money.Money => Money.make(amount, "USD")
const rules: InstallmentMachine.Rules = { refundAllocation: RefundAllocation.spreadEvenly, graceDays: 10 }
const seen = (date: string) => ({ date, evidence: "purchases page" })

/** $50.00 in four: 20 June, 4 July, 18 July and 1 August 2026. */
const payIn4: Plan.Plan = {
  planId: "plan-1",
  planType: "pay_in_n",
  amount: usd(5000),
  status: "ACTIVE",
  schedule: Schedule.cut({ amount: usd(5000), payments: 4, firstDueDate: "2026-06-20", every: { days: 14 } })
}

const live = (...events: ReadonlyArray<InstallmentEvent.InstallmentEvent>): Plan.Plan => {
  let plan = payIn4
  for (const event of events) {
    const outcome = InstallmentMachine.apply(plan, event, rules)
    if (outcome._tag === "Illegal") assert.fail(`${event._tag}: ${outcome.why}`)
    plan = outcome.plan
  }
  return plan
}

const refused = (plan: Plan.Plan, event: InstallmentEvent.InstallmentEvent): InstallmentMachine.Illegal => {
  const outcome = InstallmentMachine.apply(plan, event, rules)
  if (outcome._tag === "Applied") assert.fail(`${event._tag} was applied`)
  assert.strictEqual(outcome.plan, plan)
  return outcome
}

const states = (plan: Plan.Plan): string => plan.schedule.map(({ state }) => state).join(" ")
const asked = (plan: Plan.Plan): ReadonlyArray<number> => plan.schedule.map(({ amountDue }) => amountDue.amount)

const payment = (installmentNumber: number, date: string, amount = 1250): InstallmentEvent.InstallmentEvent => ({
  _tag: "PaymentMade",
  installmentNumber,
  amount: usd(amount),
  ...seen(date)
})
const due = (installmentNumber: number, date: string): InstallmentEvent.InstallmentEvent => ({
  _tag: "DueDateReached",
  installmentNumber,
  ...seen(date)
})

describe("an installment", () => {
  it("falls due, is paid, and its plan is completed with the last one", () => {
    const paid = live(due(1, "2026-06-20"), payment(1, "2026-06-21"))
    assert.deepStrictEqual(paid.schedule[0], {
      installmentNumber: 1,
      dueDate: "2026-06-20",
      amountDue: usd(1250),
      amountPaid: usd(1250),
      paidDate: "2026-06-21",
      state: "paid"
    })
    assert.strictEqual(paid.status, "ACTIVE")
    const all = live(...[1, 2, 3, 4].map((number) => payment(number, "2026-06-21")))
    assert.strictEqual(all.status, "COMPLETED")
  })

  it("stays open after a part of it was paid, and is paid once the parts make the whole", () => {
    const part = live(due(1, "2026-06-20"), payment(1, "2026-06-20", 500))
    assert.strictEqual(part.schedule[0]?.state, "due")
    assert.deepStrictEqual(part.schedule[0]?.amountPaid, usd(500))
    const whole = live(due(1, "2026-06-20"), payment(1, "2026-06-20", 500), payment(1, "2026-06-22", 750))
    assert.strictEqual(whole.schedule[0]?.state, "paid")
    assert.strictEqual(whole.schedule[0]?.paidDate, "2026-06-22")
  })

  it("is late after its grace, with one late fee inside what is asked for", () => {
    const over = { _tag: "GraceOver", installmentNumber: 1, ...seen("2026-07-01") } as const
    const late = live(due(1, "2026-06-20"), over)
    assert.strictEqual(late.schedule[0]?.state, "late")
    const charged = live(due(1, "2026-06-20"), over, { ...over, lateFee: usd(700) })
    assert.deepStrictEqual(charged.schedule[0]?.amountDue, usd(1950))
    assert.deepStrictEqual(charged.schedule[0]?.lateFeeAmount, usd(700))
    assert.strictEqual(Schedule.imbalance(charged), 0)
    assert.match(refused(charged, { ...over, lateFee: usd(700) }).why, /one late fee/)
  })

  it("that was missed is asked for with the next one, its late fee included", () => {
    const merged = live(
      due(1, "2026-06-20"),
      { _tag: "GraceOver", installmentNumber: 1, lateFee: usd(700), ...seen("2026-07-01") },
      { _tag: "MissedMergedIntoNext", installmentNumber: 1, ...seen("2026-07-01") }
    )
    assert.deepStrictEqual(asked(merged), [0, 3200, 1250, 1250])
    assert.strictEqual(merged.schedule[0]?.cancelledReason, "merged")
    assert.deepStrictEqual(merged.schedule[1]?.lateFeeAmount, usd(700))
    assert.strictEqual(Schedule.imbalance(merged), 0)
  })

  it("with nothing after it is not merged into anything", () => {
    const plan = live(due(4, "2026-08-01"))
    assert.match(
      refused(plan, { _tag: "MissedMergedIntoNext", installmentNumber: 4, ...seen("2026-08-12") }).why,
      /no open installment follows/
    )
  })

  it("that is late goes back to scheduled when its due date is extended, and remembers the first one", () => {
    const extended = live(
      due(1, "2026-06-20"),
      { _tag: "DueDateExtended", installmentNumber: 1, to: "2026-06-30", ...seen("2026-06-20") },
      { _tag: "DueDateExtended", installmentNumber: 1, to: "2026-07-10", ...seen("2026-06-21") }
    )
    assert.strictEqual(extended.schedule[0]?.state, "scheduled")
    assert.strictEqual(extended.schedule[0]?.dueDate, "2026-07-10")
    assert.strictEqual(extended.schedule[0]?.extendedFromDate, "2026-06-20")
  })

  it("leaves a trace of what touched it without moving it", () => {
    const plan = live(due(1, "2026-06-20"))
    const failed = InstallmentMachine.apply(plan, {
      _tag: "PaymentFailed",
      installmentNumber: 1,
      ...seen("2026-06-20")
    })
    assert.deepStrictEqual(failed, {
      _tag: "Applied",
      plan,
      transitions: [
        {
          planId: "plan-1",
          installmentNumber: 1,
          from: "due",
          to: "due",
          event: "PaymentFailed",
          date: "2026-06-20",
          evidence: "purchases page"
        }
      ]
    })
  })
})

describe("a reported return", () => {
  it("pauses everything that is open, and nothing that is paid", () => {
    const plan = live(payment(1, "2026-06-20"), due(2, "2026-07-04"), { _tag: "ReturnReported", ...seen("2026-07-05") })
    assert.strictEqual(states(plan), "paid paused paused paused")
    assert.deepStrictEqual(
      plan.schedule.map(({ pausedReason }) => pausedReason),
      [undefined, "return", "return", "return"]
    )
  })

  it("that is accepted goes on with the refund taken off", () => {
    const plan = live(
      payment(1, "2026-06-20"),
      { _tag: "ReturnReported", ...seen("2026-07-01") },
      { _tag: "RefundDecided", amount: usd(1000), ...seen("2026-07-10") }
    )
    assert.strictEqual(states(plan), "paid due scheduled scheduled")
    assert.deepStrictEqual(asked(plan), [1250, 916, 917, 917])
    assert.deepStrictEqual(plan.refundedAmount, usd(1000))
    assert.deepStrictEqual(plan.refundedToHolder, usd(0))
    assert.strictEqual(Schedule.imbalance(plan), 0)
  })

  it("that is declined goes on at the old due dates, or at new ones where they are stated", () => {
    const reported = [payment(1, "2026-06-20"), { _tag: "ReturnReported", ...seen("2026-07-01") } as const]
    const old = live(...reported, { _tag: "ReturnDeclined", ...seen("2026-07-10") })
    assert.strictEqual(states(old), "paid due scheduled scheduled")
    const dueDates = [
      { installmentNumber: 2, dueDate: "2026-07-24" },
      { installmentNumber: 3, dueDate: "2026-08-07" }
    ]
    const moved = live(...reported, { _tag: "ReturnDeclined", dueDates, ...seen("2026-07-10") })
    assert.strictEqual(states(moved), "paid scheduled scheduled scheduled")
    assert.deepStrictEqual(
      moved.schedule.map(({ dueDate }) => dueDate),
      ["2026-06-20", "2026-07-24", "2026-08-07", "2026-08-01"]
    )
  })

  it("leaves due what falls due on the day it is decided", () => {
    const plan = live(
      { _tag: "ReturnReported", ...seen("2026-06-18") },
      { _tag: "ReturnDeclined", ...seen("2026-07-04") }
    )
    assert.strictEqual(states(plan), "due due scheduled scheduled")
  })

  it("is not declined with a new due date for what is not paused", () => {
    const plan = live(payment(1, "2026-06-20"), { _tag: "ReturnReported", ...seen("2026-07-01") })
    const dueDates = [{ installmentNumber: 1, dueDate: "2026-07-24" }]
    assert.match(refused(plan, { _tag: "ReturnDeclined", dueDates, ...seen("2026-07-10") }).why, /not paused/)
  })

  it("does not keep a person from paying all the same", () => {
    const plan = live({ _tag: "ReturnReported", ...seen("2026-06-18") }, payment(1, "2026-06-19"))
    assert.strictEqual(states(plan), "paid paused paused paused")
    assert.isUndefined(plan.schedule[0]?.pausedReason)
  })

  it("is no contradiction where everything is paid; the refund then goes to the holder", () => {
    const plan = live(
      ...[1, 2, 3, 4].map((number) => payment(number, "2026-06-21")),
      { _tag: "ReturnReported", ...seen("2026-09-01") },
      { _tag: "RefundDecided", amount: usd(2000), ...seen("2026-09-10") }
    )
    assert.strictEqual(states(plan), "paid paid paid paid")
    assert.deepStrictEqual(plan.refundedToHolder, usd(2000))
    assert.strictEqual(Schedule.imbalance(plan), 0)
  })

  it("keeps the reason it was paused for first", () => {
    const plan = live(
      { _tag: "ProblemReported", ...seen("2026-06-21") },
      { _tag: "ReturnReported", ...seen("2026-06-22") }
    )
    assert.strictEqual(plan.schedule[0]?.pausedReason, "problem")
  })
})

describe("an event of the whole plan", () => {
  it("pays everything open at once", () => {
    const plan = live(payment(1, "2026-06-20"), { _tag: "EarlyPayoff", ...seen("2026-06-25") })
    assert.strictEqual(states(plan), "paid paid paid paid")
    assert.strictEqual(plan.schedule[3]?.paidDate, "2026-06-25")
    assert.strictEqual(plan.status, "COMPLETED")
  })

  it("cancels what is not paid, and says so in the status", () => {
    const plan = live(payment(1, "2026-06-20"), { _tag: "PlanCancelled", ...seen("2026-06-25") })
    assert.strictEqual(states(plan), "paid cancelled cancelled cancelled")
    assert.strictEqual(plan.schedule[1]?.cancelledReason, "plan_cancelled")
    assert.strictEqual(plan.status, "CANCELLED")
  })
})

describe("an illegal move", () => {
  it("changes nothing and comes back with what was tried, where it was seen, and why not", () => {
    const plan = live(payment(1, "2026-06-20"))
    const event = payment(1, "2026-06-22")
    assert.deepStrictEqual(refused(plan, event), {
      _tag: "Illegal",
      plan,
      event,
      transition: {
        planId: "plan-1",
        installmentNumber: 1,
        from: "paid",
        to: "paid",
        event: "PaymentMade",
        date: "2026-06-22",
        evidence: "purchases page"
      },
      why: "it is paid"
    })
  })

  it("is one of an installment the plan does not have", () => {
    const { transition, why } = refused(payIn4, payment(9, "2026-06-22"))
    assert.strictEqual(why, "the plan has no such installment")
    assert.strictEqual(transition.installmentNumber, 9)
    assert.isUndefined(transition.from)
  })

  it("is one that concerns nothing any more", () => {
    const paid = live({ _tag: "EarlyPayoff", ...seen("2026-06-21") })
    assert.match(refused(paid, { _tag: "PlanCancelled", ...seen("2026-06-22") }).why, /concerns no installment/)
    assert.match(refused(paid, { _tag: "EarlyPayoff", ...seen("2026-06-22") }).why, /concerns no installment/)
    const empty = { ...payIn4, schedule: [] }
    assert.isUndefined(refused(empty, { _tag: "EarlyPayoff", ...seen("2026-06-22") }).transition.installmentNumber)
  })

  const early = { ...seen("2026-06-19"), installmentNumber: 1 }
  const amounts: ReadonlyArray<[string, InstallmentEvent.InstallmentEvent]> = [
    ["a payment above what is open", payment(1, "2026-06-20", 1251)],
    ["a payment of nothing", payment(1, "2026-06-20", 0)],
    ["a payment in another currency", { _tag: "PaymentMade", ...early, amount: Money.make(1250, "EUR") }],
    ["a due date that has not come", { _tag: "DueDateReached", ...early }],
    ["a due date moved earlier", { _tag: "DueDateExtended", ...early, to: "2026-06-19" }],
    ["a refund above all there is", { _tag: "Refund", ...seen("2026-06-20"), amount: usd(5001) }],
    ["a refund of nothing", { _tag: "Refund", ...seen("2026-06-20"), amount: usd(0) }],
    ["a refund in another currency", { _tag: "Refund", ...seen("2026-06-20"), amount: Money.make(1, "EUR") }],
    ["a decision on a return nobody reported", { _tag: "RefundDecided", ...seen("2026-06-20"), amount: usd(100) }]
  ]
  for (const [name, event] of amounts) {
    it(`is ${name}`, () => {
      assert.notStrictEqual(refused(payIn4, event).why, "")
    })
  }

  it("can be stored and read back with its event", () => {
    const { event } = refused(payIn4, payment(1, "2026-06-20", 0))
    const json = Schema.fromJsonString(Schema.toCodecJson(InstallmentEvent.InstallmentEvent))
    assert.deepStrictEqual(Schema.decodeSync(json)(Schema.encodeSync(json)(event)), event)
  })
})

describe("time alone", () => {
  it("makes an installment due on its due date and late when its grace is over, each on its own day", () => {
    const at = (today: string) => InstallmentMachine.project(payIn4, today, rules)
    assert.strictEqual(at("2026-06-19").plan, payIn4)
    assert.strictEqual(states(at("2026-06-20").plan), "due scheduled scheduled scheduled")
    assert.strictEqual(states(at("2026-06-30").plan), "due scheduled scheduled scheduled")
    assert.strictEqual(states(at("2026-07-01").plan), "late scheduled scheduled scheduled")
    assert.deepStrictEqual(
      at("2026-07-20").transitions.map(({ date, event, installmentNumber, to }) => [
        installmentNumber,
        event,
        to,
        date
      ]),
      [
        [1, "DueDateReached", "due", "2026-06-20"],
        [1, "GraceOver", "late", "2026-07-01"],
        [2, "DueDateReached", "due", "2026-07-04"],
        [2, "GraceOver", "late", "2026-07-15"],
        [3, "DueDateReached", "due", "2026-07-18"]
      ]
    )
  })

  it("gives the same plan again when it is asked twice", () => {
    const once = InstallmentMachine.project(payIn4, "2026-07-20", rules)
    const twice = InstallmentMachine.project(once.plan, "2026-07-20", rules)
    assert.strictEqual(twice.plan, once.plan)
    assert.deepStrictEqual(twice.transitions, [])
  })

  it("makes nothing late where the days of grace are not known", () => {
    const { plan } = InstallmentMachine.project(payIn4, "2027-01-01", {})
    assert.strictEqual(states(plan), "due due due due")
  })

  it("does not touch what is paused", () => {
    const paused = live({ _tag: "ReturnReported", ...seen("2026-06-18") })
    assert.strictEqual(InstallmentMachine.project(paused, "2027-01-01", rules).plan, paused)
  })
})

describe("a republished schedule", () => {
  it("is taken over as it is, with a transition for each difference", () => {
    const before = live(payment(1, "2026-06-20"))
    const schedule = before.schedule.map((installment) =>
      installment.installmentNumber === 2 ? { ...installment, dueDate: "2026-07-11" } : installment
    )
    const outcome = InstallmentMachine.apply(before, { _tag: "ScheduleRepublished", schedule, ...seen("2026-06-25") })
    assert.strictEqual(outcome._tag, "Applied")
    assert.strictEqual(outcome.plan.schedule, schedule)
    if (outcome._tag === "Applied") {
      assert.deepStrictEqual(
        outcome.transitions.map(({ from, installmentNumber, to }) => [installmentNumber, from, to]),
        [[2, "scheduled", "scheduled"]]
      )
    }
  })

  it("wins even where it contradicts what the provider said before, and is marked", () => {
    const before = live(payment(1, "2026-06-20"))
    const outcome = InstallmentMachine.apply(before, {
      _tag: "ScheduleRepublished",
      schedule: payIn4.schedule,
      refundedAmount: usd(100),
      ...seen("2026-06-25")
    })
    assert.deepStrictEqual(outcome.plan, { ...payIn4, refundedAmount: usd(100) })
    assert.deepStrictEqual(outcome._tag === "Applied" && outcome.transitions, [
      {
        planId: "plan-1",
        installmentNumber: 1,
        from: "paid",
        to: "scheduled",
        event: "ScheduleRepublished",
        date: "2026-06-25",
        evidence: "purchases page",
        contradiction: true
      }
    ])
  })

  it("keeps the status the provider states, and otherwise takes the one that follows", () => {
    const stated = { _tag: "ScheduleRepublished", schedule: payIn4.schedule, ...seen("2026-06-25") } as const
    assert.strictEqual(InstallmentMachine.apply(payIn4, { ...stated, status: "CANCELLED" }).plan.status, "CANCELLED")
    const completed = { ...payIn4, status: "COMPLETED" } as const
    assert.strictEqual(InstallmentMachine.apply(completed, stated).plan.status, "ACTIVE")
  })
})
