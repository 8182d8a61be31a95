/**
 * One installment as the provider states it now: no due date is moved and no state worked out. A state that is not known
 * leaves nothing to go by; a reason that is not known is left out and noted.
 */
import type { Plan } from "@paymirror/core"
import { has, type Mutable, type Note } from "@paymirror/session/translation"
import type * as Api from "../Api.ts"

const states: ReadonlySet<string> = new Set(["scheduled", "due", "paid", "late", "paused", "cancelled"])
const pausedReasons: ReadonlySet<string> = new Set(["return", "problem"])
const cancelledReasons: ReadonlySet<string> = new Set(["refund", "merged", "plan_cancelled"])

const isState = (text: string): text is Plan.InstallmentState => states.has(text)
const isPausedReason = (text: string): text is Plan.PausedReason => pausedReasons.has(text)
const isCancelledReason = (text: string): text is Plan.CancelledReason => cancelledReasons.has(text)

export const installment = (
  wire: Api.Installment,
  place: number,
  currency: string,
  note: Note
): Plan.Installment | undefined => {
  if (!isState(wire.state)) return undefined
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
  if (has(wire.pause_reason)) {
    if (isPausedReason(wire.pause_reason)) row.pausedReason = wire.pause_reason
    else note("installments.pause_reason")
  }
  if (has(wire.cancel_reason)) {
    if (isCancelledReason(wire.cancel_reason)) row.cancelledReason = wire.cancel_reason
    else note("installments.cancel_reason")
  }
  return row
}
