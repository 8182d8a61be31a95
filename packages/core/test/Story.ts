/**
 * Random plans and random lives of them, and a ledger of its own that says whether the machine kept every cent. The
 * ledger counts in plain numbers from the events alone; it shares no arithmetic with the machine it holds to account.
 */
import * as Schema from "effect/Schema"
import {
  CalendarDate,
  InstallmentMachine,
  InstallmentTable,
  type InstallmentEvent,
  Money,
  type Plan,
  type RefundAllocation,
  Schedule
} from "../src/index.ts"

type Installment = Plan.Installment
type Event = InstallmentEvent.InstallmentEvent

const within = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** What a plan is cut from. Amounts are made large enough that every installment asks for something. */
export const Recipe = Schema.Struct({
  payments: within(1, 48),
  spare: within(0, 2_000_000),
  currency: Schema.Literals(["USD", "EUR", "JPY", "KWD"]),
  firstPercent: within(0, 90),
  charge: within(0, 5000),
  monthly: Schema.Boolean
})

/** One thing that happens. `kind` chooses what, `pick` to which installment, `size` how much, `days` how much later. */
export const Step = Schema.Struct({
  kind: within(0, 15),
  pick: within(0, 63),
  size: within(0, 100),
  days: within(0, 12)
})

export const Steps = Schema.Array(Step).check(Schema.isMaxLength(40))

export type Recipe = typeof Recipe.Type
export type Step = typeof Step.Type

const planOf = (recipe: Recipe): Plan.Plan => {
  const amount = Money.make(recipe.payments * 10 + recipe.spare, recipe.currency)
  const first = Math.max(1, Math.floor(((amount.amount - recipe.payments) * recipe.firstPercent) / 100))
  const planCharge = Money.make(recipe.charge, recipe.currency)
  return {
    planId: "plan-1",
    planType: "pay_in_n",
    amount,
    planCharge,
    status: "ACTIVE",
    schedule: Schedule.cut({
      amount,
      payments: recipe.payments,
      firstDueDate: "2026-01-31",
      every: recipe.monthly ? { months: 1 } : { days: 14 },
      planCharge,
      ...(recipe.firstPercent > 45 && recipe.payments > 1 ? { firstAmount: Money.make(first, recipe.currency) } : {})
    })
  }
}

const isOpen = (installment: Installment): boolean => !["paid", "cancelled"].includes(installment.state)
const paidOf = (installment: Installment): number => installment.amountPaid?.amount ?? 0
const feeOf = (installment: Installment): number => installment.lateFeeAmount?.amount ?? 0
const openOf = (installment: Installment): number =>
  isOpen(installment) ? installment.amountDue.amount - paidOf(installment) : 0
const total = (plan: Plan.Plan, of: (installment: Installment) => number): number =>
  plan.schedule.reduce((sum, installment) => sum + of(installment), 0)

/** Turns a step into an event of this plan on this day; often a legal one, and sometimes not. */
const eventOf = (plan: Plan.Plan, step: Step, date: string): Event => {
  const { currency } = plan.amount
  const money = (amount: number): Money.Money => Money.make(amount, currency)
  const seen = { date, evidence: `page ${step.pick}` }
  const open = plan.schedule.filter(isOpen)
  const candidates = step.pick % 3 === 0 ? plan.schedule : open
  const installment = candidates[step.pick % Math.max(1, Math.min(candidates.length, 6))]
  const aimed = { ...seen, installmentNumber: installment?.installmentNumber ?? 99 }
  const asked = installment === undefined ? 0 : openOf(installment)
  const refund = Math.floor((total(plan, openOf) * step.size) / 60) + (step.pick % 4 === 0 ? step.pick * 100 : 1)
  switch (step.kind) {
    case 0:
      return { _tag: "DueDateReached", ...aimed }
    case 1:
    case 2:
      return { _tag: "PaymentMade", ...aimed, amount: money(step.size < 70 ? asked : asked + 85 - step.size) }
    case 3:
      return { _tag: "PaymentFailed", ...aimed }
    case 4:
      return { _tag: "GraceOver", ...aimed, ...(step.size < 60 ? { lateFee: money(step.size * 12) } : {}) }
    case 5:
      return { _tag: "DueDateExtended", ...aimed, to: CalendarDate.addDays(date, step.size - 20) }
    case 6:
      return { _tag: "MissedMergedIntoNext", ...aimed }
    case 7:
      return { _tag: "ReturnReported", ...seen }
    case 8:
      return { _tag: "ProblemReported", ...seen }
    case 9:
      return { _tag: "RefundDecided", ...seen, amount: money(refund) }
    case 10:
      return {
        _tag: "ReturnDeclined",
        ...seen,
        ...(step.size < 50
          ? { dueDates: [{ installmentNumber: aimed.installmentNumber, dueDate: CalendarDate.addDays(date, 30) }] }
          : {})
      }
    case 11:
      return { _tag: "Refund", ...seen, amount: step.size === 100 ? Money.make(5, "GBP") : money(refund) }
    case 12:
      return step.size < 15 ? { _tag: "EarlyPayoff", ...seen } : { _tag: "ReturnReported", ...seen }
    case 13:
      return step.size < 15 ? { _tag: "PlanCancelled", ...seen } : { _tag: "ReturnDeclined", ...seen }
    default:
      return {
        _tag: "ScheduleRepublished",
        ...seen,
        schedule: plan.schedule.map((each) => republished(each, date, step))
      }
  }
}

/** What a provider may state later: other due dates, the end of a pause, and at times a payment taken back. */
const republished = (installment: Installment, date: string, step: Step): Installment => {
  const { amountPaid: _paid, paidDate: _date, pausedReason: _paused, ...bare } = installment
  if (installment.state === "paid" && step.size < 10 && installment.amountDue.amount > 0) {
    return { ...bare, state: "scheduled" }
  }
  return isOpen(installment) && step.size > 50
    ? {
        ...bare,
        ...(installment.amountPaid === undefined ? {} : { amountPaid: installment.amountPaid }),
        state: "scheduled",
        dueDate: CalendarDate.addDays(date, step.size)
      }
    : installment
}

/** What happened in all stories so far, so that a test can show it was not vacuous. */
export interface Tally {
  events: number
  applied: number
  illegal: number
  contradictions: number
  readonly moves: Set<string>
}

export const tally = (): Tally => ({ events: 0, applied: 0, illegal: 0, contradictions: 0, moves: new Set() })

/** Lives one story and returns what is wrong with it, or nothing. */
export const violation = (
  recipe: Recipe,
  steps: ReadonlyArray<Step>,
  refundAllocation: RefundAllocation.Strategy,
  count: Tally = tally()
): string | undefined => {
  let plan = planOf(recipe)
  let date = "2026-01-25"
  let paid = 0
  let refunded = 0
  const rules = { refundAllocation, graceDays: 10 }
  for (const step of steps) {
    date = CalendarDate.addDays(date, step.days)
    const before = plan
    if (step.kind === 15) {
      plan = InstallmentMachine.project(plan, date, rules).plan
      const broken = wrong(before, plan, paid, refunded, false)
      if (broken !== undefined) return `after time passed: ${broken}`
      continue
    }
    const event = eventOf(plan, step, date)
    const bytes = JSON.stringify(before)
    const outcome = InstallmentMachine.apply(before, event, rules)
    count.events += 1
    if (JSON.stringify(before) !== bytes) return `${event._tag} changed the plan it was given`
    if (outcome._tag === "Illegal") {
      count.illegal += 1
      if (outcome.plan !== before) return `illegal ${event._tag} gave another plan`
      if (outcome.event !== event || outcome.why === "" || outcome.transition.evidence !== event.evidence) {
        return `illegal ${event._tag} left no evidence`
      }
      continue
    }
    count.applied += 1
    plan = outcome.plan
    if (event._tag === "PaymentMade") paid += event.amount.amount
    if (event._tag === "EarlyPayoff") paid += total(before, openOf)
    if (event._tag === "Refund" || event._tag === "RefundDecided") refunded += event.amount.amount
    if (event._tag === "ScheduleRepublished") paid -= total(before, paidOf) - total(plan, paidOf)
    const isRefund = event._tag === "Refund" || event._tag === "RefundDecided"
    const broken = wrong(before, plan, paid, refunded, isRefund) ?? untold(before, outcome, count)
    if (broken !== undefined) return `after ${event._tag}: ${broken}`
  }
  return undefined
}

const wrong = (
  before: Plan.Plan,
  plan: Plan.Plan,
  paid: number,
  refunded: number,
  isRefund: boolean
): string | undefined => {
  for (const [index, each] of plan.schedule.entries()) {
    const amounts = [each.amountDue, each.amountPaid, each.lateFeeAmount].filter((money) => money !== undefined)
    if (amounts.some(({ amount }) => !Number.isSafeInteger(amount) || amount < 0)) return "an amount below zero"
    if (amounts.some(({ currency }) => currency !== plan.amount.currency)) return "another currency"
    if ((each.state === "paused") !== (each.pausedReason !== undefined)) return "paused without its reason"
    if ((each.state === "cancelled") !== (each.cancelledReason !== undefined)) return "cancelled without its reason"
    if (each.state === "paid" && paidOf(each) !== each.amountDue.amount) return "paid, but not in full"
    if (isOpen(each) && openOf(each) <= 0) return "open with nothing to pay"
    if (feeOf(each) > each.amountDue.amount) return "a late fee above what is asked"
    if (each.cancelledReason === "refund" && each.amountDue.amount !== 0) return "refunded and still asked for"
    if (each.cancelledReason === "merged" && each.amountDue.amount !== 0) return "merged and still asked for"
    if (each.installmentNumber !== before.schedule[index]?.installmentNumber) return "another installment"
    if (!CalendarDate.is(each.dueDate)) return "a day that does not exist"
  }
  const refundedTo = plan.refundedToHolder?.amount ?? 0
  if ((plan.refundedAmount?.amount ?? 0) !== refunded) return "refunds do not add up"
  if (refundedTo > refunded || refundedTo < 0) return "more went back than was refunded"
  if (total(plan, paidOf) !== paid) return "payments do not add up"
  const charge = plan.planCharge?.amount ?? 0
  const counted = (each: Installment): number =>
    each.state === "cancelled" && each.cancelledReason !== "plan_cancelled" ? 0 : each.amountDue.amount - feeOf(each)
  const lost = plan.amount.amount + charge - (refunded - refundedTo) - total(plan, counted)
  if (lost < 0 || lost > (refunded >= plan.amount.amount ? charge : 0)) return `${lost} minor units lost`
  const waived = total(before, feeOf) - total(plan, feeOf)
  if (waived > 0 && !(isRefund && total(plan, openOf) === 0)) return "a late fee went away"
  if (Schedule.imbalance(plan) !== 0) return "the balance check raises a gap"
  const active = plan.schedule.some(isOpen)
  if (active !== (plan.status === "ACTIVE")) return `status ${plan.status}`
  return undefined
}

const untold = (before: Plan.Plan, outcome: InstallmentMachine.Applied, count: Tally): string | undefined => {
  for (const [index, now] of outcome.plan.schedule.entries()) {
    const was = before.schedule[index]
    const told = outcome.transitions.find((each) => each.installmentNumber === now.installmentNumber)
    if (told === undefined) {
      if (JSON.stringify(was) === JSON.stringify(now)) continue
      return "a change without a transition"
    }
    if (told.from !== was?.state || told.to !== now.state) return "a transition that did not happen"
    if (told.from === undefined || told.from === now.state) continue
    const cell = InstallmentTable.table[told.from][told.event]
    if (cell._tag !== "Moves" || !cell.to.includes(now.state)) return "a move the table does not have"
    if (told.contradiction === true) count.contradictions += 1
    if ((told.contradiction === true) !== (told.from === "paid" || told.from === "cancelled")) return "contradiction"
    count.moves.add(`${told.from} ${told.event} ${now.state}`)
  }
  return undefined
}
