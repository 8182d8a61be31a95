/**
 * Afterpay's wire becomes the model's rows: pure, and the only file that knows both spellings. No due date is moved and no
 * state worked out; a late fee stands beside its payment on the wire and inside what is asked for in the model.
 */
import { type Card, Money, type Plan, type Purchase, Schedule } from "@paymirror/core"
import { has, instant, present, type Translation, unknown, unreadable, words } from "@paymirror/session/translation"
import * as Result from "effect/Result"
import type * as Api from "./Api.ts"

const money = ({ amount, currency }: Api.Amount): Money.Money => Result.getOrThrow(Money.parse(amount, currency))

/** Whether an order that is in this state still stands. */
const stateOf = words<boolean>({
  AUTH_APPROVED: true,
  PARTIALLY_CAPTURED: true,
  CAPTURED: true,
  AUTH_DECLINED: false,
  CAPTURE_DECLINED: false,
  VOIDED: false,
  EXPIRED: false
})

const paymentStateOf = words<Pick<Plan.Installment, "state" | "cancelledReason">>({
  SCHEDULED: { state: "scheduled" },
  DUE: { state: "due" },
  LATE: { state: "late" },
  PAID: { state: "paid" },
  REFUNDED: { state: "cancelled", cancelledReason: "refund" },
  VOIDED: { state: "cancelled", cancelledReason: "plan_cancelled" }
})

const orderStatus = { ACTIVE: "OPEN", COMPLETED: "COMPLETED", CANCELLED: "CANCELLED" } as const

export const order = (wire: typeof Api.Order.Type): Translation => {
  const { id, merchant: merchantName, originalAmount, paymentSchedule, paymentState, refunds } = wire
  const version = instant(wire.updatedAt)
  if (version === undefined) return unreadable("updatedAt")
  const purchasedAt = instant(wire.created)
  if (purchasedAt === undefined) return unreadable("created")
  const stands = stateOf(paymentState)
  if (stands === undefined) return unknown("paymentState")
  const schedule: Array<Plan.Installment> = []
  for (const { amount, dueDate, lateFee, number, paidDate, rescheduledFrom, status } of paymentSchedule) {
    const state = paymentStateOf(status)
    if (state === undefined) return unknown("paymentSchedule.status")
    const lateFeeAmount = has(lateFee) ? money(lateFee) : undefined
    schedule.push({
      installmentNumber: number,
      dueDate,
      amountDue: lateFeeAmount === undefined ? money(amount) : Money.add(money(amount), lateFeeAmount),
      ...state,
      ...present({ lateFeeAmount, paidDate, extendedFromDate: rescheduledFrom })
    })
  }
  const planId = `${id}:plan`
  const amount = money(originalAmount)
  const given = Money.sum(
    refunds.map((refund) => money(refund.amount)),
    amount.currency
  )
  const refundedAmount = Money.isZero(given) ? undefined : given
  const planStatus = Schedule.status(schedule) ?? (stands ? "ACTIVE" : "CANCELLED")
  const status = stands && given.amount >= amount.amount ? "REFUNDED" : orderStatus[stands ? planStatus : "CANCELLED"]
  const alike = { merchantName, amount, planId, purchaseId: id, ...present({ refundedAmount }) }
  const purchase: Purchase.Purchase = {
    ...alike,
    status,
    purchasedAt,
    ...present({ orderReference: wire.merchantReference })
  }
  const plan: Plan.Plan = { ...alike, planType: "pay_in_n", status: planStatus, schedule }
  return [
    { _tag: "Upsert", stream: "purchases", id, version, row: purchase },
    { _tag: "Upsert", stream: "plans", id: planId, version, row: plan }
  ]
}

const cardStatusOf = words<Card.CardTransactionStatus>({
  PENDING: "AUTHORIZATION",
  SETTLED: "POSTED",
  REVERSED: "REVERSED",
  DECLINED: "DECLINED"
})

/** The wire counts spending up; the model sees it from the holder's side. */
export const cardTransaction = (wire: typeof Api.CardTransaction.Type): Translation => {
  const { cardId, id, merchant, refundOf, settledDate } = wire
  const version = instant(wire.updatedAt)
  if (version === undefined) return unreadable("updatedAt")
  const transactionTimestamp = instant(wire.authorizedAt)
  if (transactionTimestamp === undefined) return unreadable("authorizedAt")
  const status = cardStatusOf(wire.status)
  if (status === undefined) return unknown("status")
  const row: Card.CardTransaction = {
    transactionId: id,
    status,
    amount: Money.negate(money(wire.amount)),
    transactionTimestamp,
    ...present({ cardId, merchantName: merchant, postedDate: settledDate, referenceTransactionId: refundOf })
  }
  return [{ _tag: "Upsert", stream: "card", id, version, row, pending: status === "AUTHORIZATION" }]
}

export const profile = ({ consumer: { email, givenNames, id, surname } }: typeof Api.Profile.Type): Translation => [
  {
    _tag: "Upsert",
    stream: "profile",
    id,
    row: { profileId: id, ...present({ givenName: givenNames, familyName: surname, email }) }
  }
]
