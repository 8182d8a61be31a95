/**
 * How a plan lives: it is cut into installments, each falls due, is paid or fails, goes late, merges into the next, is
 * paused, resumed, extended, refunded. Functions over one order and a given instant: they change the order and say what
 * came of it. No clock, no feed, no ledger; whoever calls re-stamps the row and moves the money.
 *
 * Always true of an order, and checked by a test: the installments that are not cancelled sum to
 * `amount + fees - (refunded - refunded after it had been paid) + late fees`.
 */
import { addDays, addMonths, atHour, daysBetween } from "@paymirror/connector-testing/simulator"
import type { Day } from "@paymirror/connector-testing/simulator"
import { Refused } from "./Refused.ts"
import type { CancelReason, InstallmentRow, PauseReason, Plan, PurchaseRow } from "./Wire.ts"

/** One installment: what the wire says, and what only the provider knows. */
export interface Part {
  readonly row: InstallmentRow
  wakeAt: number | undefined
  attempts: number
  charged: boolean
}

export interface Order {
  readonly row: PurchaseRow
  readonly parts: ReadonlyArray<Part>
  refundedAfterPaid: number
  extended: boolean
  openCase: { readonly reason: PauseReason; readonly since: Day } | undefined
  armedAt: number | undefined
}

export interface Terms {
  readonly plan: Plan
  readonly amount: number
  readonly fees: number
  /** The first installment where it is not like the others, before fees. */
  readonly first: number | undefined
}

const collectedAt = 14
const retryDays = [4, 8]
const graceDays = 10
const lastAttemptDays = 12
const laterAttemptDays = 7
const lateFeeLimit = 700

const months = { financing_6: 6, financing_12: 12, financing_18: 18, financing_24: 24 }

const dueDays = (plan: Plan, from: Day): ReadonlyArray<Day> => {
  switch (plan) {
    case "pay_in_full":
      return [from]
    case "pay_in_30":
      return [addDays(from, 30)]
    case "pay_in_4":
      return [0, 14, 28, 42].map((days) => addDays(from, days))
    default:
      return Array.from({ length: months[plan] }, (_, index) => addMonths(from, index + 1))
  }
}

/** `total` in `count` nearly equal amounts; the odd cents go to the first ones. */
const evenly = (total: number, count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => Math.floor(total / count) + (index < total % count ? 1 : 0))

/** A service fee is asked for with the first payment; the interest of a financing is spread over all of them. */
const amounts = (terms: Terms, count: number): ReadonlyArray<number> => {
  const spread = terms.plan.startsWith("financing_") ? terms.amount + terms.fees : terms.amount
  const upFront = spread === terms.amount ? terms.fees : 0
  const [first = 0, ...others] =
    terms.first === undefined || count === 1
      ? evenly(spread, count)
      : [terms.first, ...evenly(spread - terms.first, count - 1)]
  return [first + upFront, ...others]
}

export const cut = (terms: Terms, from: Day): ReadonlyArray<Part> => {
  const days = dueDays(terms.plan, from)
  const asked = amounts(terms, days.length)
  if (asked.some((amount) => amount < 1)) throw new Refused("the amount is too small for this plan")
  return days.map((due, index) => ({
    row: { number: index + 1, due, amount_minor: asked[index] ?? 0, state: "scheduled" },
    wakeAt: atHour(due, 0),
    attempts: 0,
    charged: false
  }))
}

const isOpen = (part: Part): boolean => part.row.state !== "paid" && part.row.state !== "cancelled"

const lateFee = (part: Part): number => part.row.late_fee_minor ?? 0

const principal = (part: Part): number => part.row.amount_minor - lateFee(part)

const pay = (part: Part, today: Day): void => {
  part.row.paid_minor = part.row.amount_minor
  part.row.state = "paid"
  part.row.paid_on = today
  part.wakeAt = undefined
}

const cancel = (part: Part, reason: CancelReason): void => {
  part.row.amount_minor = 0
  part.row.state = "cancelled"
  part.row.cancel_reason = reason
  delete part.row.pause_reason
  delete part.row.late_fee_minor
  part.wakeAt = undefined
}

/** Nothing left to pay: the purchase is over, unless it ended in another way. */
const close = (order: Order): void => {
  if (order.row.status === "open" && !order.parts.some(isOpen)) order.row.status = "completed"
}

/** The next installment to pay, a certain one, or all of them. */
export const payable = (order: Order, which: { number?: number | undefined; all?: boolean | undefined }) => {
  if (order.openCase !== undefined) throw new Refused("the plan is paused")
  const open = order.parts.filter(isOpen)
  const chosen =
    which.all === true
      ? open
      : open.filter(({ row }) => which.number === undefined || row.number === which.number).slice(0, 1)
  if (chosen.length === 0) throw new Refused("no such installment to pay")
  return chosen
}

export const total = (parts: ReadonlyArray<Part>): number => parts.reduce((sum, part) => sum + part.row.amount_minor, 0)

export const payParts = (order: Order, parts: ReadonlyArray<Part>, today: Day): void => {
  for (const part of parts) pay(part, today)
  close(order)
}

/** A missed installment stays on the list, cancelled, and what it asked for is asked for with the next one. */
const merge = (order: Order, missed: Part): boolean => {
  const next = order.parts.find((part) => part.row.number > missed.row.number && part.row.state === "scheduled")
  if (next === undefined) return false
  next.row.amount_minor += missed.row.amount_minor
  if (lateFee(missed) > 0) next.row.late_fee_minor = lateFee(next) + lateFee(missed)
  cancel(missed, "merged")
  return true
}

export const mergeMissed = (order: Order): void => {
  if (order.openCase !== undefined) throw new Refused("the plan is paused")
  const missed = order.parts.find((part) => part.row.state === "late")
  if (missed === undefined) throw new Refused("no installment is late")
  if (!merge(order, missed)) throw new Refused("no later installment to merge into")
}

const fail = (order: Order, part: Part, merging: boolean): boolean => {
  const { due, state } = part.row
  const retry = retryDays[part.attempts]
  part.attempts += 1
  if (state === "due") {
    part.wakeAt = retry === undefined ? atHour(due, graceDays * 24 + 23) : atHour(due, retry * 24 + collectedAt)
    return false
  }
  if (merging && merge(order, part)) return true
  part.wakeAt = (part.wakeAt ?? 0) + laterAttemptDays * 24 * 3_600_000
  return false
}

const goLate = (part: Part): void => {
  part.row.state = "late"
  if (!part.charged) {
    const fee = Math.min(lateFeeLimit, Math.floor(principal(part) / 4))
    part.charged = true
    if (fee > 0) {
      part.row.amount_minor += fee
      part.row.late_fee_minor = lateFee(part) + fee
    }
  }
  part.wakeAt = atHour(part.row.due, lastAttemptDays * 24 + collectedAt)
}

/** Everything this order has to do at this instant. True where the person would see a difference. */
export const wake = (order: Order, now: number, today: Day, payment: { fails: () => boolean; merging: boolean }) => {
  let changed = false
  for (const part of order.parts) {
    if (part.wakeAt === undefined || part.wakeAt > now) continue
    if (part.row.state === "scheduled") {
      part.row.state = "due"
      part.wakeAt = atHour(part.row.due, collectedAt)
      changed = true
    } else if (part.row.state === "due" && part.attempts > retryDays.length) {
      goLate(part)
      changed = true
    } else if (payment.fails()) {
      changed = fail(order, part, payment.merging) || changed
    } else {
      pay(part, today)
      changed = true
    }
  }
  close(order)
  return changed
}

export const nextWake = (order: Order): number | undefined =>
  order.parts.reduce<number | undefined>(
    (first, { wakeAt }) => (wakeAt === undefined || (first !== undefined && first <= wakeAt) ? first : wakeAt),
    undefined
  )

/** Pauses what is scheduled or due. A late installment stays late, and is not collected while the case is open. */
export const pause = (order: Order, reason: PauseReason, today: Day): boolean => {
  if (order.openCase !== undefined) throw new Refused("a case is open already")
  if (order.row.status === "refunded" || order.row.status === "cancelled") throw new Refused("the purchase is over")
  order.openCase = { reason, since: today }
  let changed = false
  for (const part of order.parts.filter(isOpen)) {
    part.wakeAt = undefined
    if (part.row.state === "late") continue
    part.row.state = "paused"
    part.row.pause_reason = reason
    changed = true
  }
  return changed
}

/** Closes the case. What was paused is scheduled again, later by as long as the pause was, and never for today or before. */
export const resume = (order: Order, today: Day): void => {
  const since = order.openCase?.since
  if (since === undefined) throw new Refused("no case is open")
  order.openCase = undefined
  const paused = order.parts.filter((part) => part.row.state === "paused")
  const soonest = paused[0]?.row.due ?? today
  const moved = Math.max(daysBetween(since, today), daysBetween(soonest, today) + 1)
  for (const part of paused) {
    part.row.state = "scheduled"
    part.row.due = addDays(part.row.due, moved)
    delete part.row.pause_reason
    part.attempts = 0
    part.wakeAt = atHour(part.row.due, 0)
  }
  for (const part of order.parts.filter((one) => one.row.state === "late")) {
    part.wakeAt = atHour(addDays(today, 1), collectedAt)
  }
}

/** Moves the next installment, once per order. */
export const extend = (order: Order, days: number, today: Day): void => {
  if (order.extended) throw new Refused("the due date was extended before")
  if (order.openCase !== undefined) throw new Refused("the plan is paused")
  const next = order.parts.find((part) => part.row.state === "scheduled" || part.row.state === "due")
  if (next === undefined) throw new Refused("no installment to extend")
  const later = addDays(next.row.due, days)
  order.extended = true
  next.row.extended_from = next.row.due
  next.row.due = later > today ? later : addDays(today, 1)
  next.row.state = "scheduled"
  next.attempts = 0
  next.wakeAt = atHour(next.row.due, 0)
}

/** Takes `amount` off the given parts, evenly; a part that is used up is cancelled and the others share its rest. */
const deduct = (parts: ReadonlyArray<Part>, amount: number): void => {
  let left = amount
  let sharing = parts
  while (left > 0 && sharing.length > 0) {
    const shares = evenly(left, sharing.length)
    sharing.forEach((part, index) => {
      const share = Math.min(shares[index] ?? 0, principal(part))
      part.row.amount_minor -= share
      left -= share
    })
    sharing = sharing.filter((part) => principal(part) > 0)
  }
  for (const part of parts) if (principal(part) === 0) cancel(part, "refund")
}

/**
 * Refunds `amount` of the price: first what has not been paid yet, evenly over the remaining payments, then what has.
 * A full refund also ends what remains of fees. Answers with what the person has paid and gets back.
 */
export const refund = (order: Order, amount: number, ending: "refunded" | "cancelled" = "refunded"): number => {
  const { row } = order
  const refunded = (row.refunded_minor ?? 0) + amount
  if (refunded > row.amount_minor) throw new Refused("more than was paid and asked for")
  const open = order.parts.filter(isOpen)
  const owed = open.reduce((sum, part) => sum + principal(part), 0)
  const deducted = Math.min(amount, owed)
  const back = amount - deducted
  row.refunded_minor = refunded
  order.refundedAfterPaid += back
  if (refunded === row.amount_minor) {
    for (const part of open) cancel(part, ending === "cancelled" ? "plan_cancelled" : "refund")
    const waived = owed - deducted
    if (waived > 0) row.fees_minor = (row.fees_minor ?? 0) - waived
    row.status = ending
    order.openCase = undefined
  } else {
    deduct(open, deducted)
    close(order)
  }
  return back
}
