/** One installment as the provider states it now: no due date is moved, no state worked out, a reason nobody knows left out. */
import type { Plan } from "@paymirror/core"
import { has, type Mutable } from "@paymirror/session/translation"
import type * as Api from "../Api.ts"

const pausedReasons: ReadonlySet<string> = new Set(["return", "problem"])
const cancelledReasons: ReadonlySet<string> = new Set(["refund", "merged", "plan_cancelled"])

const isPausedReason = (text: string): text is Plan.PausedReason => pausedReasons.has(text)
const isCancelledReason = (text: string): text is Plan.CancelledReason => cancelledReasons.has(text)

export const installment = (wire: Api.Installment, place: number, currency: string): Plan.Installment => {
  const row: Mutable<Plan.Installment> = {
    installmentNumber: wire.number ?? place,
    dueDate: wire.due,
    amountDue: { amount: wire.amount_minor, currency },
    state: wire.state
  }
  if (has(wire.paid_minor)) row.amountPaid = { amount: wire.paid_minor, currency }
  if (has(wire.paid_on)) row.paidDate = wire.paid_on
  if (has(wire.extended_from)) row.extendedFromDate = wire.extended_from
  if (has(wire.late_fee_minor)) row.lateFeeAmount = { amount: wire.late_fee_minor, currency }
  if (has(wire.pause_reason) && isPausedReason(wire.pause_reason)) row.pausedReason = wire.pause_reason
  if (has(wire.cancel_reason) && isCancelledReason(wire.cancel_reason)) row.cancelledReason = wire.cancel_reason
  return row
}
