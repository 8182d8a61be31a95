/** A Pay in 4 plan and the order it pays for. What a refund does to the plan is as PayPal states it, never worked out. */
import { type Plan, Schedule } from "@paymirror/core"
import { instant, type Note, present, type Translation, unknown, unreadable } from "@paymirror/session/translation"
import type * as Api from "../Api.ts"
import { money, some } from "./money.ts"

const states: ReadonlyMap<string, Pick<Plan.Installment, "state" | "cancelledReason">> = new Map([
  ["SCHEDULED", { state: "scheduled" }],
  ["DUE", { state: "due" }],
  ["PAID", { state: "paid" }],
  ["PAST_DUE", { state: "late" }],
  ["REFUNDED", { state: "cancelled", cancelledReason: "refund" }],
  ["CANCELED", { state: "cancelled", cancelledReason: "plan_cancelled" }]
])

const orderStatus = { ACTIVE: "OPEN", COMPLETED: "COMPLETED", CANCELLED: "CANCELLED" } as const

export const plan = (wire: typeof Api.Plan.Type, note: Note): Translation => {
  const { merchant_name: merchantName, order_id: purchaseId, plan_id: planId, product } = wire
  const version = instant(wire.update_time)
  if (version === undefined) return unreadable("update_time")
  const purchasedAt = instant(wire.create_time)
  if (purchasedAt === undefined) return unreadable("create_time")
  const amount = money(wire.amount)
  if (amount === undefined) return unreadable("amount.value")
  if (product !== "PAY_IN_4") note("product")
  const schedule: Array<Plan.Installment> = []
  for (const each of wire.payments) {
    const state = states.get(each.status)
    if (state === undefined) return unknown("payments.status")
    const amountDue = money(each.amount)
    if (amountDue === undefined) return unreadable("payments.amount.value")
    const { due_date: dueDate, paid_date: paidDate, sequence: installmentNumber } = each
    schedule.push({ installmentNumber, dueDate, amountDue, ...state, ...present({ paidDate }) })
  }
  const refundedAmount = some(wire.refunded_amount)
  const refundedToHolder = some(wire.refunded_to_balance)
  const alike = { merchantName, amount, planId, purchaseId, ...present({ refundedAmount }) }
  const status = Schedule.status(schedule) ?? "ACTIVE"
  const isRefunded = refundedAmount?.amount === amount.amount
  const order = { ...alike, status: isRefunded ? "REFUNDED" : orderStatus[status], purchasedAt } as const
  const planType = product === "PAY_IN_4" ? "pay_in_n" : "other"
  const row = { ...alike, planType, planNickname: product, status, schedule, ...present({ refundedToHolder }) } as const
  return [
    { _tag: "Upsert", stream: "purchases", id: purchaseId, version, row: order },
    { _tag: "Upsert", stream: "plans", id: planId, version, row }
  ]
}
