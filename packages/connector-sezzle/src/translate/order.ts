/**
 * A Sezzle order becomes a purchase and the plan that pays for it. A failure fee is the late fee of its installment; what
 * a move costs is the plan's charge, for nobody was late. No due date is moved and no state worked out.
 */
import { Money, type Plan, type Purchase, Schedule } from "@paymirror/core"
import {
  instant,
  type Note,
  present,
  type Translation,
  unknown,
  unreadable,
  words
} from "@paymirror/session/translation"
import type * as Api from "../Api.ts"

const money = ({ amount_in_cents, currency }: Api.Amount): Money.Money => ({ amount: amount_in_cents, currency })

/** Whether an order whose checkout is in this state still stands. */
const checkoutStands = words<boolean>({ active: true, completed: true, deleted: false, denied: false })

const stateOf = words<Pick<Plan.Installment, "state" | "cancelledReason">>({
  scheduled: { state: "scheduled" },
  failed: { state: "due" },
  paid: { state: "paid" },
  refunded: { state: "cancelled", cancelledReason: "refund" },
  canceled: { state: "cancelled", cancelledReason: "plan_cancelled" }
})

const feesOf = ({ amount, fees }: Api.Installment, of: (type: string) => boolean): Money.Money | undefined => {
  const some = fees.filter(({ type }) => of(type)).map((fee) => money(fee.amount))
  return some.length === 0 ? undefined : Money.sum(some, amount.currency)
}
const isFailure = (type: string): boolean => type === "failed_payment"

const purchaseStatus = { ACTIVE: "OPEN", COMPLETED: "COMPLETED", CANCELLED: "CANCELLED" } as const

export const order = (wire: typeof Api.Order.Type, note: Note): Translation => {
  const { authorization, checkout_status, installments, merchant_name: merchantName, uuid: id } = wire
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  const purchasedAt = instant(wire.created_at)
  if (purchasedAt === undefined) return unreadable("created_at")
  const stands = checkoutStands(checkout_status)
  if (stands === undefined) return unknown("checkout_status")
  const amount = money(wire.order_amount)
  const schedule: Array<Plan.Installment> = []
  let charge = Money.zero(amount.currency)
  for (const each of installments) {
    const state = stateOf(each.status)
    if (state === undefined) return unknown("installments.status")
    if (each.fees.some(({ type }) => !isFailure(type) && type !== "reschedule")) note("installments.fees.type")
    if (state.state !== "cancelled")
      charge = Money.add(charge, feesOf(each, (type) => !isFailure(type)) ?? Money.zero(amount.currency))
    schedule.push({
      installmentNumber: each.number,
      dueDate: each.due_date,
      amountDue: money(each.amount),
      ...state,
      ...present({
        paidDate: each.paid_date,
        lateFeeAmount: feesOf(each, isFailure),
        extendedFromDate: each.reschedules.at(-1)?.from
      })
    })
  }
  const planId = `${id}:plan`
  const given = Money.sum(
    authorization.refunds.map((refund) => money(refund.amount)),
    amount.currency
  )
  const refundedAmount = Money.isZero(given) ? undefined : given
  const planStatus = Schedule.status(schedule) ?? (stands ? "ACTIVE" : "CANCELLED")
  const status =
    stands && given.amount >= amount.amount ? "REFUNDED" : purchaseStatus[stands ? planStatus : "CANCELLED"]
  const alike = { merchantName, amount, planId, purchaseId: id, ...present({ refundedAmount }) }
  const purchase: Purchase.Purchase = {
    ...alike,
    status,
    purchasedAt,
    ...present({ orderReference: wire.reference_id })
  }
  const plan: Plan.Plan = {
    ...alike,
    planType: "pay_in_n",
    status: planStatus,
    schedule,
    ...(!Money.isZero(charge) && { planCharge: charge })
  }
  return [
    { _tag: "Upsert", stream: "purchases", id, version, row: purchase },
    { _tag: "Upsert", stream: "plans", id: planId, version, row: plan }
  ]
}
