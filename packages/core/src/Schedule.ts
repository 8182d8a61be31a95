/**
 * What a list of installments amounts to: what is open, what is paid, which status follows from it, and whether it adds
 * up with its plan. Also cuts a new one, for projections only: a schedule the provider states is taken as it is.
 */
import * as CalendarDate from "./CalendarDate.ts"
import * as Money from "./Money.ts"
import type { Installment, Plan, PlanStatus } from "./Plan.ts"

/** What was paid of an installment: as stated, or all of it where it is `paid` and nothing is stated. */
export const paid = (installment: Installment): Money.Money =>
  installment.amountPaid ??
  (installment.state === "paid" ? installment.amountDue : Money.zero(installment.amountDue.currency))

/** Whether an installment is still asked for: neither paid nor cancelled. */
export const isOpen = (installment: Installment): boolean =>
  installment.state !== "paid" && installment.state !== "cancelled"

/** What is still asked for: `amountDue` less what was paid, nothing where it is paid or cancelled. */
export const open = (installment: Installment): Money.Money =>
  isOpen(installment)
    ? Money.subtract(installment.amountDue, paid(installment))
    : Money.zero(installment.amountDue.currency)

/** The unpaid part of the late fee. What is paid goes to the installment first and to its fee last. */
export const openLateFee = (installment: Installment): Money.Money =>
  installment.lateFeeAmount === undefined
    ? Money.zero(installment.amountDue.currency)
    : Money.min(installment.lateFeeAmount, open(installment))

/**
 * The status that follows from a schedule: `ACTIVE` while anything is open; then `CANCELLED` where the plan was
 * cancelled or nothing was ever paid, else `COMPLETED`. An empty schedule says nothing.
 */
export const status = (schedule: ReadonlyArray<Installment>): PlanStatus | undefined => {
  if (schedule.length === 0) return undefined
  if (schedule.some(isOpen)) return "ACTIVE"
  if (schedule.some((installment) => installment.cancelledReason === "plan_cancelled")) return "CANCELLED"
  return schedule.some((installment) => installment.state === "paid") ? "COMPLETED" : "CANCELLED"
}

/**
 * By how many minor units a schedule asks for more (or, negative, less) than its plan accounts for; 0 is balanced.
 *
 * `Σ amountDue (not cancelled) − Σ their late fees = amount + planCharge − (refundedAmount − refundedToHolder)`
 *
 * Where the plan leaves something open, every reading of it is balanced: an unstated `refundedToHolder` may be anything
 * up to what was refunded and paid; a purchase refunded in full may drop its unpaid `planCharge`; a plan cancelled as a
 * whole may ask for any amount less; a plan without a schedule states nothing to hold against.
 * Throws `MoneyError` where plan and schedule are of two currencies.
 */
export const imbalance = (plan: Plan): number => {
  if (plan.schedule.length === 0) return 0
  const { currency } = plan.amount
  const zero = Money.zero(currency)
  let asked = zero
  let settled = zero
  let writtenOff = false
  for (const installment of plan.schedule) {
    settled = Money.add(settled, paid(installment))
    if (installment.cancelledReason === "plan_cancelled") writtenOff = true
    if (installment.state === "cancelled") continue
    asked = Money.subtract(Money.add(asked, installment.amountDue), installment.lateFeeAmount ?? zero)
  }
  const charge = plan.planCharge ?? zero
  const refunded = plan.refundedAmount ?? zero
  const stated = Money.subtract(Money.add(plan.amount, charge), refunded)
  const most = Money.add(stated, plan.refundedToHolder ?? Money.min(refunded, settled))
  if (asked.amount > most.amount) return Money.subtract(asked, most).amount
  if (writtenOff) return 0
  const certain = Money.add(stated, plan.refundedToHolder ?? zero)
  const dropped = refunded.amount > 0 && refunded.amount >= plan.amount.amount ? charge : zero
  return Math.min(0, Money.subtract(asked, Money.subtract(certain, dropped)).amount)
}

/**
 * Cuts `amount` into `payments` equal installments, the odd minor units on the earliest ones. `firstAmount` sets an
 * unequal first one; `planCharge` rides on the first. Months are counted from the first due date (31 January, 28
 * February, 31 March). Throws `MoneyError` for less than one payment, for a first one above the whole, and for
 * `firstAmount` below the whole where it is the only payment.
 */
export const cut = (options: {
  readonly amount: Money.Money
  readonly payments: number
  readonly firstDueDate: CalendarDate.CalendarDate
  readonly every: { readonly days: number } | { readonly months: number }
  readonly firstAmount?: Money.Money
  readonly planCharge?: Money.Money
}): ReadonlyArray<Installment> => {
  const { amount, every, firstAmount, firstDueDate, payments, planCharge } = options
  const amounts = firstAmount === undefined ? Money.split(amount, payments) : unequal(amount, firstAmount, payments)
  return amounts.map((part, index) => ({
    installmentNumber: index + 1,
    dueDate:
      "days" in every
        ? CalendarDate.addDays(firstDueDate, every.days * index)
        : CalendarDate.addMonths(firstDueDate, every.months * index),
    amountDue: index === 0 && planCharge !== undefined ? Money.add(part, planCharge) : part,
    state: "scheduled"
  }))
}

const unequal = (whole: Money.Money, first: Money.Money, payments: number): ReadonlyArray<Money.Money> => {
  const rest = Money.subtract(whole, first)
  if (first.amount < 0 || rest.amount < 0) throw new Money.MoneyError("the first payment is not a part of the whole")
  if (payments > 1) return [first, ...Money.split(rest, payments - 1)]
  if (rest.amount > 0) throw new Money.MoneyError("the only payment is less than the whole")
  return Money.split(whole, payments)
}
