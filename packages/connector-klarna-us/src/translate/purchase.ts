/**
 * One purchase of the wire becomes two rows: the order as its total stands, and the plan that pays for it. The hot path
 * of the connector, so its objects are written out by hand. Nothing here moves a due date or works out a state.
 */
import { type Plan, type Purchase, Schedule } from "@paymirror/core"
import {
  each,
  has,
  instant,
  isMerchantCategoryCode,
  type Mutable,
  type Note,
  type Translation,
  unreadable,
  words
} from "@paymirror/session/translation"
import type * as Api from "../Api.ts"
import { installment } from "./installment.ts"

const statuses = { open: "OPEN", completed: "COMPLETED", refunded: "REFUNDED", cancelled: "CANCELLED" } as const

const planTypeOf = words<Plan.PlanType, Api.Purchase["plan"]>({
  pay_in_full: "pay_in_full",
  pay_in_4: "pay_in_n",
  pay_in_30: "pay_later",
  ...each(["financing_6", "financing_12", "financing_18", "financing_24"], "financing")
})

/** As the schedule says; where there is none, as the order does. */
const planStatus = (
  schedule: ReadonlyArray<Plan.Installment>,
  order: Purchase.PurchaseStatus | undefined
): Plan.PlanStatus =>
  Schedule.status(schedule) ??
  (order === "COMPLETED" ? "COMPLETED" : order === "REFUNDED" || order === "CANCELLED" ? "CANCELLED" : "ACTIVE")

const orderStatus = { ACTIVE: "OPEN", COMPLETED: "COMPLETED", CANCELLED: "CANCELLED" } as const

export const purchase = (wire: Api.Purchase, note: Note): Translation => {
  const { currency, id, merchant } = wire
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  const stated = has(wire.status) ? statuses[wire.status] : undefined
  const schedule = wire.installments.map((each, index) => installment(each, index + 1, currency))
  const status = planStatus(schedule, stated)
  const planId = `${id}:plan`
  const order: Mutable<Purchase.Purchase> = {
    purchaseId: id,
    merchantName: merchant,
    amount: { amount: wire.amount_minor, currency },
    status: stated ?? orderStatus[status],
    planId
  }
  const plan: Mutable<Plan.Plan> = {
    planId,
    purchaseId: id,
    planType: planTypeOf(wire.plan) ?? "other",
    planNickname: wire.plan,
    merchantName: merchant,
    amount: { amount: wire.amount_minor, currency },
    status,
    schedule
  }
  if (has(wire.mcc)) {
    if (isMerchantCategoryCode(wire.mcc)) order.merchantCategoryCode = wire.mcc
    else note("mcc")
  }
  if (has(wire.order_reference)) order.orderReference = wire.order_reference
  if (has(wire.purchased_at)) {
    const purchasedAt = instant(wire.purchased_at)
    if (purchasedAt === undefined) return unreadable("purchased_at")
    order.purchasedAt = purchasedAt
  }
  if (has(wire.items)) {
    order.lineItems = wire.items.map((item) => ({
      name: item.name,
      quantity: item.quantity,
      amount: { amount: item.amount_minor, currency }
    }))
  }
  if (has(wire.refunded_minor)) {
    order.refundedAmount = { amount: wire.refunded_minor, currency }
    plan.refundedAmount = { amount: wire.refunded_minor, currency }
  }
  if (has(wire.fees_minor)) plan.planCharge = { amount: wire.fees_minor, currency }
  return [
    { _tag: "Upsert", stream: "purchases", id, row: order, version },
    { _tag: "Upsert", stream: "plans", id: planId, row: plan, version }
  ]
}
