/**
 * Zip's wire becomes the model's rows: pure, and the only file that knows both spellings. What Zip charges for an
 * installment (a finance charge, a reschedule fee) is part of what is asked for and stands beside the principal as the
 * plan's charge; a late fee stands with its installment.
 */
import { each, instant, Rows, type Translation } from "@paymirror/session/translation"
import type * as Api from "./Api.ts"

/** How an order ended; one that runs is open until its installments are paid. */
const endOf = {
  ...each(["approved", "authorised", "captured"], undefined),
  ...each(["cancelled", "declined"], "CANCELLED"),
  refunded: "REFUNDED"
} as const

const stateOf = {
  scheduled: { state: "scheduled" },
  due: { state: "due" },
  paid: { state: "paid" },
  overdue: { state: "late" },
  refunded: { state: "cancelled", cancelledReason: "refund" },
  cancelled: { state: "cancelled", cancelledReason: "plan_cancelled" }
} as const

const chargesOf = ({ finance_charge_minor, reschedule_fee_minor }: Api.Installment): number =>
  (finance_charge_minor ?? 0) + (reschedule_fee_minor ?? 0)

const installment = (currency: string) => (wire: Api.Installment) => ({
  installmentNumber: wire.number,
  dueDate: wire.due_date,
  amountDue: { amount: wire.amount_minor + chargesOf(wire) + (wire.late_fee_minor ?? 0), currency },
  lateFeeAmount: Rows.some(wire.late_fee_minor, currency),
  paidDate: wire.paid_on,
  extendedFromDate: wire.rescheduled_from,
  ...stateOf[wire.state]
})

export const order = (wire: typeof Api.Order.Type): Translation => {
  const { currency, installments } = wire
  const asked = installments.filter(({ state }) => stateOf[state].state !== "cancelled")
  const charged = asked.reduce((sum, each) => sum + chargesOf(each), 0)
  return Rows.financed({
    id: wire.id,
    version: instant(wire.updated_at),
    merchantName: wire.merchant,
    amount: { amount: wire.amount_minor, currency },
    refundedAmount: Rows.some(wire.refunded_amount_minor, currency),
    purchase: {
      status: endOf[wire.state],
      purchasedAt: instant(wire.created_date),
      orderReference: wire.reference
    },
    plan: {
      planType: "pay_in_n",
      planNickname: "pay_in_4",
      planCharge: Rows.some(charged, currency),
      refundedToHolder: Rows.some(wire.refunded_to_payment_method_minor, currency),
      schedule: installments.map(installment(currency))
    }
  })
}

const cardStatusOf = {
  authorised: "AUTHORIZATION",
  ...each(["captured", "refunded"], "POSTED"),
  cancelled: "REVERSED",
  declined: "DECLINED"
} as const

/** The wire counts spending up; the model sees it from the holder's side. */
export const cardTransaction = (wire: typeof Api.CardTransaction.Type): Translation => [
  Rows.card(
    {
      transactionId: wire.id,
      cardId: wire.card_id,
      status: cardStatusOf[wire.state],
      amount: { amount: 0 - wire.amount_minor, currency: wire.currency },
      merchantName: wire.merchant,
      transactionTimestamp: instant(wire.created_date),
      postedDate: wire.captured_on,
      referenceTransactionId: wire.refund_of
    },
    instant(wire.updated_at)
  )
]
