/**
 * What can happen to an installment or to its plan. Plain tagged objects: each says on which day it happened and where
 * that was seen, so that whatever it moves can be traced back. An event is a claim; whether it may move anything is
 * decided by the table in `InstallmentTable.ts`, never here.
 */
import * as Schema from "effect/Schema"
import { CalendarDate } from "./CalendarDate.ts"
import { Money } from "./Money.ts"
import { Installment, PlanStatus } from "./Plan.ts"

const seen = {
  /** The day it happened, in the provider's calendar. */
  date: CalendarDate,
  /** Where it was seen (a row, a page, the calendar). No personal data. */
  evidence: Schema.String
}

const aimed = { ...seen, installmentNumber: Schema.Int }

/** The due date has come. */
export const DueDateReached = Schema.TaggedStruct("DueDateReached", aimed)
/** `amount` was taken, all that is open or a part of it; always positive. */
export const PaymentMade = Schema.TaggedStruct("PaymentMade", { ...aimed, amount: Money })
/** A payment was tried and refused. It is tried again; nothing moves yet. */
export const PaymentFailed = Schema.TaggedStruct("PaymentFailed", aimed)
/** The days of grace ended unpaid. `lateFee` is added to what is asked for, once per installment. */
export const GraceOver = Schema.TaggedStruct("GraceOver", { ...aimed, lateFee: Schema.optionalKey(Money) })
/** The due date moved to the later day `to`. */
export const DueDateExtended = Schema.TaggedStruct("DueDateExtended", { ...aimed, to: CalendarDate })
/** A missed installment is asked for together with the next open one, its late fee included. */
export const MissedMergedIntoNext = Schema.TaggedStruct("MissedMergedIntoNext", aimed)

/** The person reported a return: everything open waits. */
export const ReturnReported = Schema.TaggedStruct("ReturnReported", seen)
/** The person reported a problem: everything open waits. */
export const ProblemReported = Schema.TaggedStruct("ProblemReported", seen)
/** A reported return or problem was accepted: what waited goes on, less the refund of `amount`. */
export const RefundDecided = Schema.TaggedStruct("RefundDecided", { ...seen, amount: Money })
/** A reported return or problem was closed without a refund: what waited goes on, on `dueDates` where they are new. */
export const ReturnDeclined = Schema.TaggedStruct("ReturnDeclined", {
  ...seen,
  dueDates: Schema.optionalKey(Schema.Array(Schema.Struct({ installmentNumber: Schema.Int, dueDate: CalendarDate })))
})
/** A refund of `amount` that no report came before. */
export const Refund = Schema.TaggedStruct("Refund", { ...seen, amount: Money })
/** Everything open was paid at once. */
export const EarlyPayoff = Schema.TaggedStruct("EarlyPayoff", seen)
/** The plan was cancelled: nothing open is asked for any more. */
export const PlanCancelled = Schema.TaggedStruct("PlanCancelled", seen)
/** What the provider states now. It wins as it is; a field it does not state stays as it was. */
export const ScheduleRepublished = Schema.TaggedStruct("ScheduleRepublished", {
  ...seen,
  schedule: Schema.Array(Installment),
  amount: Schema.optionalKey(Money),
  planCharge: Schema.optionalKey(Money),
  refundedAmount: Schema.optionalKey(Money),
  refundedToHolder: Schema.optionalKey(Money),
  status: Schema.optionalKey(PlanStatus)
})

export const InstallmentEvent = Schema.Union([
  DueDateReached,
  PaymentMade,
  PaymentFailed,
  GraceOver,
  DueDateExtended,
  MissedMergedIntoNext,
  ReturnReported,
  ProblemReported,
  RefundDecided,
  ReturnDeclined,
  Refund,
  EarlyPayoff,
  PlanCancelled,
  ScheduleRepublished
])
export type InstallmentEvent = typeof InstallmentEvent.Type

export type EventTag = InstallmentEvent["_tag"]

/** The events that name one installment; all others concern the whole plan. */
export type AimedTag = Extract<InstallmentEvent, { readonly installmentNumber: number }>["_tag"]
