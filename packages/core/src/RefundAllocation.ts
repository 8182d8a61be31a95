/**
 * How a refund lowers what is still to pay. Providers differ, so it is a strategy: Klarna spreads a partial refund
 * evenly over the remaining payments, its neighbours take it off from the last payment backwards. A projection only:
 * the schedule the provider republishes replaces it.
 */
import * as Result from "effect/Result"
import type { Manifest } from "./Manifest.ts"
import * as Money from "./Money.ts"
import type { Installment, Plan } from "./Plan.ts"
import * as Schedule from "./Schedule.ts"

/**
 * Spreads `refund` over what is open of each remaining installment, in order of their numbers. Gives back as many
 * amounts: none negative, none above its open amount, together exactly `refund`. Called only with a positive `refund`
 * that is no more than all open amounts together.
 */
export type Strategy = (open: ReadonlyArray<Money.Money>, refund: Money.Money) => ReadonlyArray<Money.Money>

/**
 * The same off every remaining payment. Odd minor units come off the earliest ones, one each; a payment smaller than
 * its share goes to nothing and the others carry the rest, evenly again.
 */
export const spreadEvenly: Strategy = (open, refund) => {
  const cuts = [...open]
  let left = refund
  let carrying = open.map((_, index) => index)
  for (;;) {
    const share = Math.floor(left.amount / carrying.length)
    const small = carrying.filter((index) => amountAt(open, index) <= share)
    if (small.length === 0) break
    for (const index of small) left = Money.make(left.amount - amountAt(open, index), left.currency)
    carrying = carrying.filter((index) => amountAt(open, index) > share)
    if (carrying.length === 0) return cuts
  }
  for (const [position, part] of Money.split(left, carrying.length).entries()) cuts[carrying[position] ?? 0] = part
  return cuts
}

/** The last payment first, then the one before it. */
export const lastFirst: Strategy = (open, refund) => {
  let left = refund
  return open
    .toReversed()
    .map((amount) => {
      const cut = Money.min(amount, left)
      left = Money.subtract(left, cut)
      return cut
    })
    .toReversed()
}

/** The strategies a manifest can name. */
export const strategies: Readonly<Record<NonNullable<Manifest["refundAllocation"]>, Strategy>> = {
  spread_evenly: spreadEvenly,
  last_first: lastFirst
}

const amountAt = (open: ReadonlyArray<Money.Money>, index: number): number => open[index]?.amount ?? 0

/**
 * The plan after a refund of `amount`, or why it cannot be.
 *
 * A part of what is open is spread by the strategy and touches no late fee. From all that is open upwards the rest of
 * the plan is cancelled, unpaid late fees with it, and what is left over goes back to the holder
 * (`refundedToHolder`), as far as they have paid. Once the purchase is refunded in full (`refundedAmount` reaches
 * `amount`) everything unpaid is cancelled, an unpaid `planCharge` included. An installment with nothing left to pay
 * becomes cancelled (`refund`), or paid where a part of it had been.
 */
export const refund = (
  plan: Plan,
  amount: Money.Money,
  strategy: Strategy | undefined
): Result.Result<Plan, string> => {
  const { currency } = plan.amount
  const zero = Money.zero(currency)
  if (amount.currency !== currency) return Result.fail("the refund is in another currency")
  if (amount.amount <= 0) return Result.fail("a refund is more than nothing")

  const remaining = plan.schedule.filter(Schedule.isOpen).toSorted(byNumber)
  const open = remaining.map((installment) =>
    Money.subtract(Schedule.open(installment), Schedule.openLateFee(installment))
  )
  const allOpen = Money.sum(open, currency)
  const refunded = Money.add(plan.refundedAmount ?? zero, amount)
  const toHolder = Money.subtract(amount, Money.min(amount, allOpen))
  const everything = amount.amount >= allOpen.amount || refunded.amount >= plan.amount.amount

  const paid = Money.sum(plan.schedule.map(Schedule.paid), currency)
  if (toHolder.amount > paid.amount - (plan.refundedToHolder?.amount ?? 0)) {
    return Result.fail("the refund is more than what was paid and is open")
  }
  if (!everything && strategy === undefined) return Result.fail("how this provider spreads a refund is not known")

  const cuts = everything || strategy === undefined ? open : strategy(open, amount)
  const lowered = new Map(
    remaining.map((installment, index) => [installment, lower(installment, cuts[index] ?? zero, everything)])
  )
  const schedule = plan.schedule.map((installment) => lowered.get(installment) ?? installment)
  const knownToHolder = plan.refundedToHolder ?? (Money.isZero(plan.refundedAmount ?? zero) ? zero : undefined)
  return Result.succeed({
    ...plan,
    refundedAmount: refunded,
    ...(knownToHolder === undefined ? {} : { refundedToHolder: Money.add(knownToHolder, toHolder) }),
    status: Schedule.status(schedule) ?? plan.status,
    schedule
  })
}

const byNumber = (a: Installment, b: Installment): number => a.installmentNumber - b.installmentNumber

const lower = (installment: Installment, cut: Money.Money, everything: boolean): Installment => {
  const waived = everything ? Schedule.openLateFee(installment) : Money.zero(cut.currency)
  if (Money.isZero(cut) && !everything) return installment
  const { lateFeeAmount, pausedReason, ...kept } = installment
  const fee = lateFeeAmount === undefined ? waived : Money.subtract(lateFeeAmount, waived)
  const next = {
    ...kept,
    amountDue: Money.subtract(installment.amountDue, Money.add(cut, waived)),
    ...(Money.isZero(fee) ? {} : { lateFeeAmount: fee })
  }
  const settled = Schedule.paid(installment)
  if (next.amountDue.amount > settled.amount)
    return { ...next, ...(pausedReason === undefined ? {} : { pausedReason }) }
  return Money.isZero(settled) ? { ...next, state: "cancelled", cancelledReason: "refund" } : { ...next, state: "paid" }
}
