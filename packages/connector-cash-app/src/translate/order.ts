/** An order that Cash App shows of another lender: the purchase, and the plan under the lender's name. */
import { type Plan, Schedule } from "@paymirror/core"
import { instant, present, type Translation, unknown, unreadable } from "@paymirror/session/translation"
import type * as Api from "../Api.ts"

const states: ReadonlyMap<string, Pick<Plan.Installment, "state" | "cancelledReason">> = new Map([
  ["SCHEDULED", { state: "scheduled" }],
  ["DUE", { state: "due" }],
  ["PAID", { state: "paid" }],
  ["LATE", { state: "late" }],
  ["REFUNDED", { state: "cancelled", cancelledReason: "refund" }],
  ["CANCELED", { state: "cancelled", cancelledReason: "plan_cancelled" }]
])

const statuses = { ACTIVE: "OPEN", COMPLETED: "COMPLETED", CANCELLED: "CANCELLED" } as const

export const order = (wire: typeof Api.Order.Type): Translation => {
  const { currency, id, merchant: merchantName } = wire
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  const purchasedAt = instant(wire.placed_at)
  if (purchasedAt === undefined) return unreadable("placed_at")
  const some = (minor: number | null | undefined) => (minor ? { amount: minor, currency } : undefined)
  const schedule: Array<Plan.Installment> = []
  for (const { amount_minor, due_date, late_fee_minor, number, paid_on, status } of wire.installments) {
    const state = states.get(status)
    if (state === undefined) return unknown("installments.status")
    const amountDue = { amount: amount_minor + (late_fee_minor ?? 0), currency }
    const optional = present({ paidDate: paid_on, lateFeeAmount: some(late_fee_minor) })
    schedule.push({ installmentNumber: number, dueDate: due_date, amountDue, ...state, ...optional })
  }
  const planId = `${id}:plan`
  const amount = { amount: wire.amount_minor, currency }
  const refundedAmount = some(wire.refunded_minor)
  const alike = { merchantName, amount, planId, purchaseId: id, ...present({ refundedAmount }) }
  const planStatus = Schedule.status(schedule) ?? "ACTIVE"
  const isRefunded = refundedAmount?.amount === amount.amount
  const purchase = { ...alike, status: isRefunded ? "REFUNDED" : statuses[planStatus], purchasedAt } as const
  const named = { planType: "pay_in_n", planNickname: `${wire.lender} ${wire.plan}`, status: planStatus } as const
  const refundedToHolder = some(wire.refunded_to_you_minor)
  const plan = { ...alike, ...named, schedule, ...present({ refundedToHolder }) }
  return [
    { _tag: "Upsert", stream: "purchases", id, version, row: purchase },
    { _tag: "Upsert", stream: "plans", id: planId, version, row: plan }
  ]
}
