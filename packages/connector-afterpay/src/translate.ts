/**
 * Afterpay's wire becomes the model's rows: pure, and the only file that knows both spellings. No due date is moved and no
 * state worked out; a late fee stands beside its payment on the wire and inside what is asked for in the model.
 */
import { Money } from "@paymirror/core"
import { has, instant, Rows, type Translation } from "@paymirror/session/translation"
import * as Result from "effect/Result"
import * as Api from "./Api.ts"

const money = ({ amount, currency }: Api.Amount): Money.Money => Result.getOrThrow(Money.parse(amount, currency))

const stateOf = {
  SCHEDULED: { state: "scheduled" },
  DUE: { state: "due" },
  LATE: { state: "late" },
  PAID: { state: "paid" },
  REFUNDED: { state: "cancelled", cancelledReason: "refund" },
  VOIDED: { state: "cancelled", cancelledReason: "plan_cancelled" }
} as const

const payment = ({ amount, lateFee, status, ...wire }: Api.Payment) => {
  const lateFeeAmount = has(lateFee) ? money(lateFee) : undefined
  return {
    installmentNumber: wire.number,
    dueDate: wire.dueDate,
    amountDue: lateFeeAmount === undefined ? money(amount) : Money.add(money(amount), lateFeeAmount),
    lateFeeAmount,
    paidDate: wire.paidDate,
    extendedFromDate: wire.rescheduledFrom,
    ...stateOf[status]
  }
}

export const order = (wire: typeof Api.Order.Type): Translation => {
  const amount = money(wire.originalAmount)
  const refunds = wire.refunds.map((refund) => money(refund.amount))
  const given = Money.sum(refunds, amount.currency)
  const isRefunded = given.amount >= amount.amount
  const hasFallen = Api.fallen.some((state) => state === wire.paymentState)
  return Rows.financed({
    id: wire.id,
    version: instant(wire.updatedAt),
    merchantName: wire.merchant,
    amount,
    refundedAmount: Rows.some(given.amount, given.currency),
    purchase: {
      status: hasFallen ? "CANCELLED" : isRefunded ? "REFUNDED" : undefined,
      purchasedAt: instant(wire.created),
      orderReference: wire.merchantReference
    },
    plan: { planType: "pay_in_n", schedule: wire.paymentSchedule.map(payment) }
  })
}

const cardState = { PENDING: "AUTHORIZATION", SETTLED: "POSTED", REVERSED: "REVERSED", DECLINED: "DECLINED" } as const

/** The wire counts spending up; the model sees it from the holder's side. */
export const cardTransaction = (wire: typeof Api.CardTransaction.Type): Translation => [
  Rows.card(
    {
      transactionId: wire.id,
      cardId: wire.cardId,
      status: cardState[wire.status],
      amount: Money.negate(money(wire.amount)),
      merchantName: wire.merchant,
      transactionTimestamp: instant(wire.authorizedAt),
      postedDate: wire.settledDate,
      referenceTransactionId: wire.refundOf
    },
    instant(wire.updatedAt)
  )
]

export const profile = ({ consumer }: typeof Api.Profile.Type): Translation => [
  Rows.person({
    profileId: consumer.id,
    givenName: consumer.givenNames,
    familyName: consumer.surname,
    email: consumer.email
  })
]
