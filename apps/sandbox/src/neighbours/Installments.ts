/**
 * An order and what is asked for it, part by part: cut, paid, missed, moved, refunded from the last part backwards. What
 * the neighbours of Klarna have alike; when a part is late, what that costs and who may move it is each one's own rule.
 * Functions over one order: they change it and say what came of it. No clock and no wire.
 */
import type { Day } from "@paymirror/connector-testing/simulator"
import { Refused } from "../Refused.ts"

export interface Part {
  readonly number: number
  due: Day
  /** Without fees. */
  amount: number
  /** For being late, or for a payment that failed. */
  fee: number
  state: "scheduled" | "due" | "late" | "paid" | "refunded" | "voided"
  paidOn: Day | undefined
  movedFrom: Day | undefined
}

export interface Order {
  readonly id: string
  readonly merchant: string
  /** The price, without what the plan costs. */
  readonly amount: number
  /** What the plan costs, inside the parts. */
  charge: number
  readonly placedAt: string
  readonly parts: ReadonlyArray<Part>
  readonly refunds: Array<{ readonly amount: number; readonly at: string }>
  /** How many of the next payments fail. */
  failing: number
}

/** `total` in `count` nearly equal amounts; the odd cents go to the first ones. */
export const evenly = (total: number, count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => Math.floor(total / count) + (index < total % count ? 1 : 0))

export const partsOf = (amounts: ReadonlyArray<number>, days: ReadonlyArray<Day>): ReadonlyArray<Part> =>
  amounts.map((amount, index) => ({
    number: index + 1,
    due: days[index] ?? "",
    amount,
    fee: 0,
    state: "scheduled",
    paidOn: undefined,
    movedFrom: undefined
  }))

const isOpen = ({ state }: Part): boolean => state === "scheduled" || state === "due" || state === "late"

export const refunded = ({ refunds }: Order): number => refunds.reduce((sum, { amount }) => sum + amount, 0)

/** An open part by its number, or the first one there is. */
export const openPart = ({ parts }: Order, number?: number): Part => {
  const found = parts.find((part) => isOpen(part) && (number === undefined || part.number === number))
  if (found === undefined) throw new Refused("no such installment to pay")
  return found
}

export const pay = (part: Part, today: Day): void => {
  part.state = "paid"
  part.paidOn = today
}

/** What falls due today is paid, or missed. True where a person would see a difference. */
export const collect = (order: Order, today: Day, missed: (part: Part) => void): boolean => {
  const falling = order.parts.filter((part) => part.state === "scheduled" && part.due <= today)
  for (const part of falling) {
    part.state = "due"
    if (order.failing === 0) pay(part, today)
    else {
      order.failing -= 1
      missed(part)
    }
  }
  return falling.length > 0
}

/** The store gives the order up: nothing more is asked for, and what was paid goes back. */
export const giveUp = (order: Order, at: string): void => {
  const paid = order.parts.reduce((sum, { amount, state }) => sum + (state === "paid" ? amount : 0), 0)
  if (paid > 0) order.refunds.push({ amount: paid, at })
  for (const part of order.parts.filter(isOpen)) part.state = "voided"
}

/** Off the last part first, then the one before it; fees stay. Answers with what had been paid already and goes back. */
export const refund = (order: Order, amount: number, at: string): number => {
  const all = refunded(order) + amount
  if (amount < 1 || all > order.amount) throw new Refused("more than the price of the order")
  order.refunds.push({ amount, at })
  let left = amount
  for (const part of order.parts.filter(isOpen).toReversed()) {
    const cut = Math.min(left, part.amount)
    part.amount -= cut
    left -= cut
    if (all === order.amount) {
      order.charge -= part.amount
      part.amount = 0
      part.fee = 0
    }
    if (part.amount === 0 && part.fee === 0) part.state = "refunded"
  }
  return left
}
