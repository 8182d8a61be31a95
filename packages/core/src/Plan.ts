/**
 * Stream `plans`: how one purchase is paid for. Names follow the Australian CDR's `BankingInstalmentPlan` in US
 * spelling. The schedule is an explicit list, because installments are not always equal and a missed one can be merged
 * into the next; nothing here divides a total by four.
 */
import * as Schema from "effect/Schema"
import { CalendarDate } from "./CalendarDate.ts"
import { Money } from "./Money.ts"

export const InstallmentState = Schema.Literals(["scheduled", "due", "paid", "late", "paused", "cancelled"])
export type InstallmentState = typeof InstallmentState.Type

/** Why an installment is `paused`. */
export const PausedReason = Schema.Literals(["return", "problem"])
export type PausedReason = typeof PausedReason.Type

/** Why an installment is `cancelled`. */
export const CancelledReason = Schema.Literals(["refund", "merged", "plan_cancelled"])
export type CancelledReason = typeof CancelledReason.Type

export const Installment = Schema.Struct({
  /** Counts from 1. */
  installmentNumber: Schema.Int,
  dueDate: CalendarDate,
  /** What is asked for now, `lateFeeAmount` included. */
  amountDue: Money,
  amountPaid: Schema.optionalKey(Money),
  state: InstallmentState,
  pausedReason: Schema.optionalKey(PausedReason),
  cancelledReason: Schema.optionalKey(CancelledReason),
  paidDate: Schema.optionalKey(CalendarDate),
  /** The due date before it was extended. */
  extendedFromDate: Schema.optionalKey(CalendarDate),
  lateFeeAmount: Schema.optionalKey(Money)
})
export type Installment = typeof Installment.Type

export const PlanType = Schema.Literals(["pay_in_full", "pay_in_n", "pay_later", "financing", "other"])
export type PlanType = typeof PlanType.Type

export const PlanStatus = Schema.Literals(["ACTIVE", "COMPLETED", "CANCELLED"])
export type PlanStatus = typeof PlanStatus.Type

interface Amounts {
  readonly amount: Money
  readonly planCharge?: Money
  readonly refundedAmount?: Money
  readonly refundedToHolder?: Money
  readonly schedule: ReadonlyArray<{
    readonly amountDue: Money
    readonly amountPaid?: Money
    readonly lateFeeAmount?: Money
  }>
}

const currenciesOf = (plan: Amounts): ReadonlyArray<string> =>
  [
    plan.planCharge,
    plan.refundedAmount,
    plan.refundedToHolder,
    ...plan.schedule.flatMap((one) => [one.amountDue, one.amountPaid, one.lateFeeAmount])
  ].flatMap((money) => (money === undefined ? [] : [money.currency]))

export const Plan = Schema.Struct({
  planId: Schema.NonEmptyString,
  purchaseId: Schema.optionalKey(Schema.NonEmptyString),
  planType: PlanType,
  /** The provider's own name for it (`pay_in_4`). */
  planNickname: Schema.optionalKey(Schema.String),
  merchantName: Schema.optionalKey(Schema.String),
  creationDate: Schema.optionalKey(CalendarDate),
  /** Principal: what is financed, without fees. */
  amount: Money,
  /** Service fee or interest agreed at the start. */
  planCharge: Schema.optionalKey(Money),
  refundedAmount: Schema.optionalKey(Money),
  /** The part of `refundedAmount` that went back to the person because it had already been paid. */
  refundedToHolder: Schema.optionalKey(Money),
  status: PlanStatus,
  schedule: Schema.Array(Installment)
}).check(
  Schema.makeFilter((plan) => currenciesOf(plan).every((one) => one === plan.amount.currency), {
    expected: "a plan whose amounts are all in one currency"
  })
)
export type Plan = typeof Plan.Type
