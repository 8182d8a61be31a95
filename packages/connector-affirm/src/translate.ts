/**
 * Affirm's wire becomes the model's rows: pure, and the only file that knows both spellings. A loan is the purchase it
 * paid for and the plan that pays it back; its interest is the plan's charge and stands inside the bills. No due date is
 * moved and no state worked out.
 */
import { type Card, type Plan, type Purchase, Schedule } from "@paymirror/core"
import {
  instant,
  type Note,
  present,
  type Translation,
  unknown,
  unreadable,
  words
} from "@paymirror/session/translation"
import type * as Api from "./Api.ts"

/** How a purchase ended, where the loan says so; otherwise it is open until the bills are paid. */
const endOf = words<Purchase.PurchaseStatus | "none">({
  authorized: "none",
  captured: "none",
  partially_refunded: "none",
  refunded: "REFUNDED",
  voided: "CANCELLED"
})

const planTypeOf = words<Plan.PlanType>({
  pay_in_4: "pay_in_n",
  monthly_3: "financing",
  monthly_6: "financing",
  monthly_12: "financing"
})

const billStateOf = words<Pick<Plan.Installment, "state" | "cancelledReason">>({
  upcoming: { state: "scheduled" },
  due: { state: "due" },
  past_due: { state: "late" },
  paid: { state: "paid" },
  refunded: { state: "cancelled", cancelledReason: "refund" },
  voided: { state: "cancelled", cancelledReason: "plan_cancelled" }
})

const purchaseStatus = { ACTIVE: "OPEN", COMPLETED: "COMPLETED", CANCELLED: "CANCELLED" } as const

export const loan = (wire: typeof Api.Loan.Type, note: Note): Translation => {
  const { currency, id, merchant_name: merchantName } = wire
  const version = instant(wire.updated)
  if (version === undefined) return unreadable("updated")
  const purchasedAt = instant(wire.created)
  if (purchasedAt === undefined) return unreadable("created")
  const end = endOf(wire.status)
  if (end === undefined) return unknown("status")
  const planType = planTypeOf(wire.plan)
  if (planType === undefined) note("plan")
  const schedule: Array<Plan.Installment> = []
  for (const { amount, due_date: dueDate, number, paid_date, status } of wire.bills) {
    const state = billStateOf(status)
    if (state === undefined) return unknown("bills.status")
    const amountDue = { amount, currency }
    schedule.push({ installmentNumber: number, dueDate, amountDue, ...state, ...present({ paidDate: paid_date }) })
  }
  const status = Schedule.status(schedule) ?? (end === "CANCELLED" ? "CANCELLED" : "ACTIVE")
  const planId = `${id}:plan`
  const amount = { amount: wire.amount, currency }
  const refundedAmount = wire.amount_refunded > 0 ? { amount: wire.amount_refunded, currency } : undefined
  const planCharge = wire.finance_charge > 0 ? { amount: wire.finance_charge, currency } : undefined
  const alike = { merchantName, amount, planId, purchaseId: id, ...present({ refundedAmount }) }
  const purchase = { ...alike, status: end === "none" ? purchaseStatus[status] : end, purchasedAt }
  const plan: Plan.Plan = {
    ...alike,
    planType: planType ?? "other",
    planNickname: wire.plan,
    status,
    schedule,
    ...present({ planCharge })
  }
  return [
    { _tag: "Upsert", stream: "purchases", id, version, row: purchase },
    { _tag: "Upsert", stream: "plans", id: planId, version, row: plan }
  ]
}

const cardStatusOf = words<Card.CardTransactionStatus>({
  authorized: "AUTHORIZATION",
  captured: "POSTED",
  voided: "REVERSED"
})

/** The wire counts spending up; the model sees it from the holder's side. */
export const cardTransaction = (wire: typeof Api.CardTransaction.Type): Translation => {
  const { amount, captured_date, card_id, currency, id, merchant_name, refund_of } = wire
  const version = instant(wire.updated)
  if (version === undefined) return unreadable("updated")
  const transactionTimestamp = instant(wire.created)
  if (transactionTimestamp === undefined) return unreadable("created")
  const status = cardStatusOf(wire.status)
  if (status === undefined) return unknown("status")
  const row: Card.CardTransaction = {
    transactionId: id,
    status,
    amount: { amount: amount === 0 ? 0 : -amount, currency },
    transactionTimestamp,
    ...present({
      cardId: card_id,
      merchantName: merchant_name,
      postedDate: captured_date,
      referenceTransactionId: refund_of
    })
  }
  return [{ _tag: "Upsert", stream: "card", id, version, row, pending: status === "AUTHORIZATION" }]
}

export const user = ({ user: { email, first_name, id, last_name } }: typeof Api.User.Type): Translation => [
  {
    _tag: "Upsert",
    stream: "profile",
    id,
    row: { profileId: id, ...present({ givenName: first_name, familyName: last_name, email }) }
  }
]
