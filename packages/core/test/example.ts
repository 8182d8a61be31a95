import { InstallmentMachine, Money, RefundAllocation, Schedule } from "@paymirror/core"

const plan = {
  planId: "p_1",
  planType: "pay_in_n",
  status: "ACTIVE",
  amount: Money.make(10_000, "USD"),
  schedule: Schedule.cut({
    amount: Money.make(10_000, "USD"),
    payments: 4,
    firstDueDate: "2026-06-01",
    every: { days: 14 }
  })
} as const

const outcome = InstallmentMachine.apply(
  plan,
  { _tag: "Refund", amount: Money.make(3_001, "USD"), date: "2026-06-02", evidence: "the store's e-mail" },
  { refundAllocation: RefundAllocation.spreadEvenly }
)
if (outcome._tag === "Applied") console.log(outcome.plan.schedule.map((one) => Money.format(one.amountDue)))
// 17.49 USD · 17.50 USD · 17.50 USD · 17.50 USD
