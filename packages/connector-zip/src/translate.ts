/**
 * Zip's wire becomes the model's rows: pure, and the only file that knows both spellings. What Zip charges for an
 * installment (a finance charge, a reschedule fee) is part of what is asked for and stands beside the principal as the
 * plan's charge; a late fee stands with its installment.
 */
import { type Card, type Plan, type Purchase, Schedule } from "@paymirror/core"
import { instant, present, type Translation, unknown, unreadable } from "@paymirror/session/translation"
import type * as Api from "./Api.ts"

const ended: ReadonlyMap<string, Purchase.PurchaseStatus> = new Map([
  ["refunded", "REFUNDED"],
  ["cancelled", "CANCELLED"],
  ["declined", "CANCELLED"]
])
const running: ReadonlySet<string> = new Set(["approved", "authorised", "captured"])

const states: ReadonlyMap<string, Pick<Plan.Installment, "state" | "cancelledReason">> = new Map([
  ["scheduled", { state: "scheduled" }],
  ["due", { state: "due" }],
  ["paid", { state: "paid" }],
  ["overdue", { state: "late" }],
  ["refunded", { state: "cancelled", cancelledReason: "refund" }],
  ["cancelled", { state: "cancelled", cancelledReason: "plan_cancelled" }]
])

const money = (currency: string) => (minor: number | null | undefined) =>
  minor ? { amount: minor, currency } : undefined

export const order = (wire: typeof Api.Order.Type): Translation => {
  const { currency, id, merchant: merchantName, state: word } = wire
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  const purchasedAt = instant(wire.created_date)
  if (purchasedAt === undefined) return unreadable("created_date")
  if (!running.has(word) && !ended.has(word)) return unknown("state")
  const maybe = money(currency)
  const schedule: Array<Plan.Installment> = []
  let charged = 0
  for (const each of wire.installments) {
    const state = states.get(each.state)
    if (state === undefined) return unknown("installments.state")
    const charges = (each.finance_charge_minor ?? 0) + (each.reschedule_fee_minor ?? 0)
    if (state.state !== "cancelled") charged += charges
    const amountDue = { amount: each.amount_minor + charges + (each.late_fee_minor ?? 0), currency }
    const dates = { paidDate: each.paid_on, extendedFromDate: each.rescheduled_from }
    const optional = present({ ...dates, lateFeeAmount: maybe(each.late_fee_minor) })
    schedule.push({ installmentNumber: each.number, dueDate: each.due_date, amountDue, ...state, ...optional })
  }
  const planId = `${id}:plan`
  const planStatus = Schedule.status(schedule) ?? (ended.has(word) ? "CANCELLED" : "ACTIVE")
  const status = ended.get(word) ?? (planStatus === "COMPLETED" ? "COMPLETED" : "OPEN")
  const refundedAmount = maybe(wire.refunded_amount_minor)
  const amount = { amount: wire.amount_minor, currency }
  const alike = { merchantName, amount, planId, purchaseId: id, ...present({ refundedAmount }) }
  const order = { ...alike, status, purchasedAt, ...present({ orderReference: wire.reference }) }
  const charge = { planCharge: maybe(charged), refundedToHolder: maybe(wire.refunded_to_payment_method_minor) }
  const named = { planType: "pay_in_n", planNickname: "pay_in_4" } as const
  const plan = { ...alike, ...named, status: planStatus, schedule, ...present(charge) }
  return [
    { _tag: "Upsert", stream: "purchases", id, version, row: order },
    { _tag: "Upsert", stream: "plans", id: planId, version, row: plan }
  ]
}

const cardStatuses: ReadonlyMap<string, Card.CardTransactionStatus> = new Map([
  ["authorised", "AUTHORIZATION"],
  ["captured", "POSTED"],
  ["refunded", "POSTED"],
  ["cancelled", "REVERSED"],
  ["declined", "DECLINED"]
])

/** The wire counts spending up; the model sees it from the holder's side. */
export const cardTransaction = (wire: typeof Api.CardTransaction.Type): Translation => {
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  const transactionTimestamp = instant(wire.created_date)
  if (transactionTimestamp === undefined) return unreadable("created_date")
  const status = cardStatuses.get(wire.state)
  if (status === undefined) return unknown("state")
  const row: Card.CardTransaction = {
    transactionId: wire.id,
    cardId: wire.card_id,
    status,
    amount: { amount: 0 - wire.amount_minor, currency: wire.currency },
    transactionTimestamp,
    ...present({ merchantName: wire.merchant, postedDate: wire.captured_on, referenceTransactionId: wire.refund_of })
  }
  return [{ _tag: "Upsert", stream: "card", id: wire.id, version, row, pending: status === "AUTHORIZATION" }]
}
