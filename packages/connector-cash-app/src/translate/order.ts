/** An order that Cash App shows of another lender: the purchase, and the plan under the lender's name. */
import { instant, Rows, type Translation } from "@paymirror/session/translation"
import type * as Api from "../Api.ts"

const stateOf = {
  SCHEDULED: { state: "scheduled" },
  DUE: { state: "due" },
  PAID: { state: "paid" },
  LATE: { state: "late" },
  REFUNDED: { state: "cancelled", cancelledReason: "refund" },
  CANCELED: { state: "cancelled", cancelledReason: "plan_cancelled" }
} as const

export const order = (wire: typeof Api.Order.Type): Translation => {
  const { amount_minor: amount, currency, refunded_minor } = wire
  return Rows.financed({
    id: wire.id,
    version: instant(wire.updated_at),
    merchantName: wire.merchant,
    amount: { amount, currency },
    refundedAmount: Rows.some(refunded_minor, currency),
    purchase: { status: refunded_minor === amount ? "REFUNDED" : undefined, purchasedAt: instant(wire.placed_at) },
    plan: {
      planType: "pay_in_n",
      planNickname: `${wire.lender} ${wire.plan}`,
      refundedToHolder: Rows.some(wire.refunded_to_you_minor, currency),
      schedule: wire.installments.map((each) => ({
        installmentNumber: each.number,
        dueDate: each.due_date,
        amountDue: { amount: each.amount_minor + (each.late_fee_minor ?? 0), currency },
        lateFeeAmount: Rows.some(each.late_fee_minor, currency),
        paidDate: each.paid_on,
        ...stateOf[each.status]
      }))
    }
  })
}
