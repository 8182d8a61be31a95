/**
 * The installment machine: a plan and an event in, the plan afterwards and its transitions out. Pure; it reads no clock
 * and invents no date or amount. A move the table (or a date, or an amount) forbids changes nothing and comes back as
 * evidence, so that the host can keep and raise it. What the machine works out is a projection: the schedule a provider
 * republishes always replaces it.
 */
import * as Result from "effect/Result"
import * as CalendarDate from "./CalendarDate.ts"
import type { AimedTag, EventTag, InstallmentEvent } from "./InstallmentEvent.ts"
import * as InstallmentTable from "./InstallmentTable.ts"
import * as Money from "./Money.ts"
import type { Installment, InstallmentState, PausedReason, Plan } from "./Plan.ts"
import * as RefundAllocation from "./RefundAllocation.ts"
import * as Schedule from "./Schedule.ts"
import * as Transition from "./Transition.ts"

/** What differs from one provider to the next. */
export interface Rules {
  /** How a partial refund is spread. Without it one that needs spreading is refused: it is not guessed. */
  readonly refundAllocation?: RefundAllocation.Strategy
  /** Whole days after the due date before an installment is late. Without it time alone makes nothing late. */
  readonly graceDays?: number
}

/** The event was applied. `transitions` holds one entry per touched installment, in the order of the schedule. */
export interface Applied {
  readonly _tag: "Applied"
  readonly plan: Plan
  readonly transitions: ReadonlyArray<Transition.Transition>
}

/** What was tried. `to` is the state the event is there to bring about. */
export interface Attempt extends Transition.Seen {
  readonly planId: string
  /** Absent (`undefined`) where the plan has no installment at all. */
  readonly installmentNumber: number | undefined
  readonly from: InstallmentState | undefined
  readonly to: InstallmentState | undefined
  readonly event: EventTag
}

/** The event was not applied; `plan` is the very plan that came in. `why` names no amount and no person. */
export interface Illegal {
  readonly _tag: "Illegal"
  readonly plan: Plan
  readonly event: InstallmentEvent
  readonly transition: Attempt
  readonly why: string
}

export type Outcome = Applied | Illegal

/**
 * Applies one event to a plan. Never fails: what cannot be is {@link Illegal}. Throws `MoneyError` only for a plan whose
 * own amounts are of two currencies or leave the safe integers.
 */
export const apply = (plan: Plan, event: InstallmentEvent, rules: Rules = {}): Outcome => {
  const forbidden = forbids(plan, event)
  if (forbidden !== undefined) return illegal(plan, event, forbidden.installment, forbidden.why)
  const moved = move(plan, event, rules)
  if (Result.isFailure(moved)) return illegal(plan, event, target(plan, event) ?? plan.schedule[0], moved.failure)
  return { _tag: "Applied", plan: moved.success, transitions: transitions(plan, moved.success, event) }
}

/**
 * What time alone has done to a plan by `today`: what was scheduled is due from its due date on, what is due is late
 * once more than `rules.graceDays` whole days have passed since. Each transition carries the day it happened on, not
 * `today`. The very same plan comes back where nothing moved.
 */
export const project = (plan: Plan, today: CalendarDate.CalendarDate, rules: Rules): Applied => {
  let projected: Applied = { _tag: "Applied", plan, transitions: [] }
  const happens = (event: InstallmentEvent): void => {
    const outcome = apply(projected.plan, event, rules)
    if (outcome._tag === "Illegal") return
    projected = { ...outcome, transitions: [...projected.transitions, ...outcome.transitions] }
  }
  for (const { dueDate, installmentNumber, state } of plan.schedule) {
    if ((state !== "scheduled" && state !== "due") || dueDate > today) continue
    if (state === "scheduled") {
      happens({ _tag: "DueDateReached", installmentNumber, date: dueDate, evidence: `calendar: due on ${dueDate}` })
    }
    if (rules.graceDays === undefined || CalendarDate.daysBetween(dueDate, today) <= rules.graceDays) continue
    happens({
      _tag: "GraceOver",
      installmentNumber,
      date: CalendarDate.addDays(dueDate, rules.graceDays + 1),
      evidence: `calendar: ${rules.graceDays} days of grace after ${dueDate}`
    })
  }
  return projected
}

type Aimed = Extract<InstallmentEvent, { readonly _tag: AimedTag }>
type Moved = Result.Result<Plan, string>

const isAimed = (event: InstallmentEvent): event is Aimed => "installmentNumber" in event

const target = (plan: Plan, event: InstallmentEvent): Installment | undefined =>
  isAimed(event)
    ? plan.schedule.find((installment) => installment.installmentNumber === event.installmentNumber)
    : undefined

/** What the table has against an event. */
const forbids = (
  plan: Plan,
  event: InstallmentEvent
): { readonly installment: Installment | undefined; readonly why: string } | undefined => {
  if (event._tag === "ScheduleRepublished") return undefined
  if (isAimed(event)) {
    const installment = target(plan, event)
    if (installment === undefined) return { installment, why: "the plan has no such installment" }
    const cell = InstallmentTable.table[installment.state][event._tag]
    return cell._tag === "Forbids" ? { installment, why: cell.why } : undefined
  }
  let concerned = false
  for (const installment of plan.schedule) {
    const cell = InstallmentTable.table[installment.state][event._tag]
    if (cell._tag === "Forbids") return { installment, why: cell.why }
    if (cell._tag === "Moves") concerned = true
  }
  return concerned ? undefined : { installment: plan.schedule[0], why: "it concerns no installment of the plan" }
}

/** The plan after an event the table allows, or what its dates or amounts have against it. */
const move = (plan: Plan, event: InstallmentEvent, rules: Rules): Moved => {
  switch (event._tag) {
    case "DueDateReached":
      return aimed(plan, event, (installment) =>
        event.date < installment.dueDate
          ? Result.fail("the due date has not come")
          : Result.succeed(enter(installment, "due"))
      )
    case "PaymentMade":
      return aimed(plan, event, (installment) => pay(installment, event.amount, event.date))
    case "PaymentFailed":
      return Result.succeed(plan)
    case "GraceOver":
      return aimed(plan, event, (installment) => lapse(installment, event.date, event.lateFee))
    case "DueDateExtended":
      return aimed(plan, event, (installment) =>
        event.to <= installment.dueDate
          ? Result.fail("the new due date is not later")
          : Result.succeed({
              ...enter(installment, event.to > event.date ? "scheduled" : "due"),
              dueDate: event.to,
              extendedFromDate: installment.extendedFromDate ?? installment.dueDate
            })
      )
    case "MissedMergedIntoNext":
      return merge(plan, event.installmentNumber)
    case "ReturnReported":
      return Result.succeed(eachOpen(plan, (installment) => pause(installment, "return")))
    case "ProblemReported":
      return Result.succeed(eachOpen(plan, (installment) => pause(installment, "problem")))
    case "RefundDecided":
      return RefundAllocation.refund(
        eachOpen(plan, (installment) => resume(installment, installment.dueDate, event.date)),
        event.amount,
        rules.refundAllocation
      )
    case "ReturnDeclined":
      return decline(plan, event.date, event.dueDates ?? [])
    case "Refund":
      return RefundAllocation.refund(plan, event.amount, rules.refundAllocation)
    case "EarlyPayoff":
      return Result.succeed(
        eachOpen(plan, (installment) => ({
          ...enter(installment, "paid"),
          amountPaid: installment.amountDue,
          paidDate: event.date
        }))
      )
    case "PlanCancelled":
      return Result.succeed(
        eachOpen(plan, (installment) => ({ ...enter(installment, "cancelled"), cancelledReason: "plan_cancelled" }))
      )
    case "ScheduleRepublished": {
      const { _tag, date: _date, evidence: _evidence, ...stated } = event
      return Result.succeed({ ...plan, status: Schedule.status(stated.schedule) ?? plan.status, ...stated })
    }
  }
}

/** The installment in another state; the reason of the state it leaves goes with it. */
const enter = (installment: Installment, state: InstallmentState): Installment => {
  const { cancelledReason: _cancelled, pausedReason: _paused, ...kept } = installment
  return { ...kept, state }
}

const withSchedule = (plan: Plan, schedule: ReadonlyArray<Installment>): Plan => ({
  ...plan,
  status: Schedule.status(schedule) ?? plan.status,
  schedule
})

const eachOpen = (plan: Plan, change: (installment: Installment) => Installment): Plan =>
  withSchedule(
    plan,
    plan.schedule.map((installment) => (Schedule.isOpen(installment) ? change(installment) : installment))
  )

const replace = (plan: Plan, installment: Installment, by: Installment): Plan =>
  withSchedule(
    plan,
    plan.schedule.map((each) => (each === installment ? by : each))
  )

const aimed = (
  plan: Plan,
  event: Aimed,
  change: (installment: Installment) => Result.Result<Installment, string>
): Moved => {
  const installment = target(plan, event)
  return installment === undefined
    ? Result.fail("the plan has no such installment")
    : Result.map(change(installment), (changed) => replace(plan, installment, changed))
}

const pay = (
  installment: Installment,
  amount: Money.Money,
  date: CalendarDate.CalendarDate
): Result.Result<Installment, string> => {
  const open = Schedule.open(installment)
  if (amount.currency !== open.currency) return Result.fail("the payment is in another currency")
  if (amount.amount <= 0) return Result.fail("a payment is more than nothing")
  if (amount.amount > open.amount) return Result.fail("the payment is more than what is open")
  const settled = amount.amount === open.amount ? enter(installment, "paid") : installment
  return Result.succeed({ ...settled, amountPaid: Money.add(Schedule.paid(installment), amount), paidDate: date })
}

const lapse = (
  installment: Installment,
  date: CalendarDate.CalendarDate,
  lateFee: Money.Money | undefined
): Result.Result<Installment, string> => {
  if (date <= installment.dueDate) return Result.fail("its due date has not passed")
  if (lateFee === undefined) {
    return installment.state === "late"
      ? Result.fail("it is late already")
      : Result.succeed({ ...installment, state: "late" })
  }
  if (lateFee.currency !== installment.amountDue.currency) return Result.fail("the late fee is in another currency")
  if (lateFee.amount <= 0) return Result.fail("a late fee is more than nothing")
  if (installment.lateFeeAmount !== undefined) return Result.fail("an installment has one late fee")
  return Result.succeed({
    ...installment,
    state: "late",
    amountDue: Money.add(installment.amountDue, lateFee),
    lateFeeAmount: lateFee
  })
}

const pause = (installment: Installment, reason: PausedReason): Installment =>
  installment.state === "paused" ? installment : { ...enter(installment, "paused"), pausedReason: reason }

/** Goes on after a pause: as its due date says. Whether it is late is for the days of grace to say again. */
const resume = (
  installment: Installment,
  dueDate: CalendarDate.CalendarDate,
  date: CalendarDate.CalendarDate
): Installment => ({ ...enter(installment, dueDate > date ? "scheduled" : "due"), dueDate })

const decline = (
  plan: Plan,
  date: CalendarDate.CalendarDate,
  dueDates: ReadonlyArray<{ readonly installmentNumber: number; readonly dueDate: CalendarDate.CalendarDate }>
): Moved => {
  const stated = new Map(dueDates.map((each) => [each.installmentNumber, each.dueDate]))
  for (const installment of plan.schedule) {
    if (installment.state === "paused") stated.delete(installment.installmentNumber)
  }
  if (stated.size > 0) return Result.fail("a new due date is stated for what is not paused")
  for (const each of dueDates) stated.set(each.installmentNumber, each.dueDate)
  return Result.succeed(
    eachOpen(plan, (installment) =>
      resume(installment, stated.get(installment.installmentNumber) ?? installment.dueDate, date)
    )
  )
}

/** What was asked, paid and charged moves to the next open installment; nothing stays behind. */
const merge = (plan: Plan, installmentNumber: number): Moved => {
  const missed = plan.schedule.find((installment) => installment.installmentNumber === installmentNumber)
  const next = plan.schedule
    .filter((installment) => installment.installmentNumber > installmentNumber && Schedule.isOpen(installment))
    .toSorted((a, b) => a.installmentNumber - b.installmentNumber)[0]
  if (missed === undefined || next === undefined) return Result.fail("no open installment follows it")
  const zero = Money.zero(missed.amountDue.currency)
  const settled = Money.add(Schedule.paid(missed), Schedule.paid(next))
  const fee = Money.add(missed.lateFeeAmount ?? zero, next.lateFeeAmount ?? zero)
  const paidDate = [missed.paidDate ?? "", next.paidDate ?? ""].toSorted()[1]
  const carrying: Installment = {
    ...next,
    amountDue: Money.add(missed.amountDue, next.amountDue),
    ...(Money.isZero(settled) ? {} : { amountPaid: settled }),
    ...(Money.isZero(fee) ? {} : { lateFeeAmount: fee }),
    ...(paidDate === undefined || paidDate === "" ? {} : { paidDate })
  }
  const { amountPaid: _paid, lateFeeAmount: _fee, paidDate: _date, ...left } = enter(missed, "cancelled")
  const merged = replace(plan, missed, { ...left, amountDue: zero, cancelledReason: "merged" })
  return Result.succeed(replace(merged, next, carrying))
}

const transitions = (before: Plan, after: Plan, event: InstallmentEvent): ReadonlyArray<Transition.Transition> => {
  if (event._tag === "ScheduleRepublished") return Transition.diff(before, after, event)
  const named = isAimed(event) ? event.installmentNumber : undefined
  return after.schedule.flatMap((now, index) => {
    const was = before.schedule[index]
    if (was === now && now.installmentNumber !== named) return []
    return [
      {
        planId: after.planId,
        installmentNumber: now.installmentNumber,
        from: was?.state,
        to: now.state,
        event: event._tag,
        date: event.date,
        evidence: event.evidence
      }
    ]
  })
}

const illegal = (plan: Plan, event: InstallmentEvent, installment: Installment | undefined, why: string): Illegal => ({
  _tag: "Illegal",
  plan,
  event,
  transition: {
    planId: plan.planId,
    installmentNumber: isAimed(event) ? event.installmentNumber : installment?.installmentNumber,
    from: installment?.state,
    to: InstallmentTable.aim(event._tag),
    event: event._tag,
    date: event.date,
    evidence: event.evidence
  },
  why
})
