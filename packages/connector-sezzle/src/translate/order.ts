/**
 * A Sezzle order becomes a purchase and the plan that pays for it. A failure fee is the late fee of its installment; what
 * a move costs is the plan's charge, for nobody was late. No due date is moved and no state worked out.
 */
import { Money } from "@paymirror/core"
import { instant, Rows, type Translation } from "@paymirror/session/translation"
import type * as Api from "../Api.ts"

const money = ({ amount_in_cents, currency }: Api.Amount): Money.Money => ({ amount: amount_in_cents, currency })

/** Whether an order whose checkout is in this state still stands. */
const stands = { active: true, completed: true, deleted: false, denied: false } as const

const stateOf = {
  scheduled: { state: "scheduled" },
  failed: { state: "due" },
  paid: { state: "paid" },
  refunded: { state: "cancelled", cancelledReason: "refund" },
  canceled: { state: "cancelled", cancelledReason: "plan_cancelled" }
} as const

const isFailure = (type: string): boolean => type === "failed_payment"

const feesOf = (installment: Api.Installment, of: (type: string) => boolean): ReadonlyArray<Money.Money> =>
  installment.fees.filter(({ type }) => of(type)).map(({ amount }) => money(amount))

const installment = (wire: Api.Installment) => {
  const late = feesOf(wire, isFailure)
  return {
    installmentNumber: wire.number,
    dueDate: wire.due_date,
    amountDue: money(wire.amount),
    paidDate: wire.paid_date,
    lateFeeAmount: late.length === 0 ? undefined : Money.sum(late, wire.amount.currency),
    extendedFromDate: wire.reschedules.at(-1)?.from,
    ...stateOf[wire.status]
  }
}

export const order = (wire: typeof Api.Order.Type): Translation => {
  const amount = money(wire.order_amount)
  const { currency } = amount
  const refunds = wire.authorization.refunds.map((refund) => money(refund.amount))
  const given = Money.sum(refunds, currency)
  const isRefunded = given.amount >= amount.amount
  const asked = wire.installments.filter(({ status }) => stateOf[status].state !== "cancelled")
  const charge = Money.sum(
    asked.flatMap((each) => feesOf(each, (type) => !isFailure(type))),
    currency
  )
  return Rows.financed({
    id: wire.uuid,
    version: instant(wire.updated_at),
    merchantName: wire.merchant_name,
    amount,
    refundedAmount: Rows.some(given.amount, currency),
    purchase: {
      status: stands[wire.checkout_status] ? (isRefunded ? "REFUNDED" : undefined) : "CANCELLED",
      purchasedAt: instant(wire.created_at),
      orderReference: wire.reference_id
    },
    plan: {
      planType: "pay_in_n",
      planCharge: Rows.some(charge.amount, currency),
      schedule: wire.installments.map(installment)
    }
  })
}
