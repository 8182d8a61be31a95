/** A Pay in 4 plan and the order it pays for. What a refund does to the plan is as PayPal states it, never worked out. */
import { instant, Rows, type Translation } from "@paymirror/session/translation"
import type * as Api from "../Api.ts"
import { money, some } from "./money.ts"

const stateOf = {
  SCHEDULED: { state: "scheduled" },
  DUE: { state: "due" },
  PAID: { state: "paid" },
  PAST_DUE: { state: "late" },
  REFUNDED: { state: "cancelled", cancelledReason: "refund" },
  CANCELED: { state: "cancelled", cancelledReason: "plan_cancelled" }
} as const

export const plan = (wire: typeof Api.Plan.Type): Translation => {
  const amount = money(wire.amount)
  const refundedAmount = some(wire.refunded_amount)
  const isRefunded = refundedAmount?.amount === amount.amount
  return Rows.financed({
    id: wire.order_id,
    planId: wire.plan_id,
    version: instant(wire.update_time),
    merchantName: wire.merchant_name,
    amount,
    refundedAmount,
    purchase: { status: isRefunded ? "REFUNDED" : undefined, purchasedAt: instant(wire.create_time) },
    plan: {
      planType: wire.product === "PAY_IN_4" ? "pay_in_n" : "other",
      planNickname: wire.product,
      refundedToHolder: some(wire.refunded_to_balance),
      schedule: wire.payments.map((each) => ({
        installmentNumber: each.sequence,
        dueDate: each.due_date,
        amountDue: money(each.amount),
        paidDate: each.paid_date,
        ...stateOf[each.status]
      }))
    }
  })
}
