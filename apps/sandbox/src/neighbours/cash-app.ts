/**
 * Cash App's side, in the United States: a balance, the card that spends from it, boosts that come as rows of their own,
 * payments from another card or bank that move no balance, and the installments it shows of Afterpay (four payments, the
 * first at purchase and then one every two weeks; ten days after a missed one a late fee of at most $8, all of them at
 * most a quarter of the order; a refund comes off the last payment first). The words of an activity row are those of the
 * report a person can download; the lists themselves are a guess. Whether an Afterpay payment shows in the activity nobody
 * has published, so here it does not.
 */
import { addDays, daysBetween, Feed, iso, Route } from "@paymirror/connector-testing/simulator"
import type { Clock, Day } from "@paymirror/connector-testing/simulator"
import { Refused } from "../Refused.ts"
import * as Installments from "./Installments.ts"
import { changed, neighbour, ofEach, people } from "./Neighbour.ts"
import type { Neighbour, Options } from "./Neighbour.ts"

interface Order extends Installments.Order {
  returned: number
}

interface Activity {
  readonly id: string
  readonly at: string
  readonly type: string
  readonly amount: number
  readonly fee?: number
  readonly name?: string
  readonly account?: string
  readonly card?: string
  readonly refundOf?: string
  readonly boostOf?: string
  status: string
  settledOn?: Day
}

export interface CashAppActs {
  /** From a bank of the person's; settles the next day. */
  readonly cashIn: (person: string, amount: number) => string
  readonly cashOut: (person: string, amount: number, options?: { readonly fee?: number }) => string
  readonly receive: (person: string, payment: { readonly from: string; readonly amount: number }) => string
  /** From the balance, or from a card or bank of another, which moves no balance here. */
  readonly send: (
    person: string,
    payment: { readonly to: string; readonly amount: number; readonly paidFrom?: string }
  ) => string
  /** With the card, pending until the next day; so is its boost, which is a row of its own. */
  readonly spend: (
    person: string,
    spending: { readonly merchant: string; readonly amount: number; readonly boost?: number }
  ) => string
  /** The store gives up what it held; there is no boost then either. */
  readonly release: (person: string, activity: string) => void
  readonly refundSpending: (person: string, activity: string, amount?: number) => string
  /** An order of Afterpay's that Cash App shows. */
  readonly shop: (person: string, order: { readonly merchant: string; readonly amount: number }) => string
  readonly failPayments: (person: string, order: string, times?: number) => void
  readonly pay: (person: string, order: string, installment?: number) => void
  /** Answers with what had been paid already and goes back to the person. */
  readonly refund: (person: string, order: string, amount?: number) => number
}

const lateAfterDays = 10
const lateFee = 800
const ownBalance = "Your Cash"

const words = {
  scheduled: "SCHEDULED",
  due: "DUE",
  late: "LATE",
  paid: "PAID",
  refunded: "REFUNDED",
  voided: "CANCELED"
} as const

const spellOrder = (order: Order & { readonly updated_at?: string }) => ({
  id: order.id,
  lender: "Afterpay",
  plan: "pay_in_4",
  merchant: order.merchant,
  amount_minor: order.amount,
  refunded_minor: Installments.refunded(order),
  refunded_to_you_minor: order.returned,
  currency: "USD",
  placed_at: order.placedAt,
  installments: order.parts.map(({ amount, due, fee, number, paidOn, state }) => ({
    number,
    due_date: due,
    amount_minor: amount,
    late_fee_minor: fee,
    status: words[state],
    paid_on: paidOn ?? null
  })),
  updated_at: order.updated_at
})

const spellActivity = (row: Activity & { readonly updated_at?: string }) => ({
  transaction_id: row.id,
  date: row.at,
  transaction_type: row.type,
  currency: "USD",
  net_amount_minor: row.amount,
  fee_minor: row.fee ?? 0,
  status: row.status,
  name_of_sender_receiver: row.name ?? null,
  account: row.account ?? ownBalance,
  ...(row.card !== undefined && {
    card: { id: row.card, settled_on: row.settledOn ?? null, refund_of: row.refundOf ?? null }
  }),
  updated_at: row.updated_at
})

const unbooked = new Set(["PENDING", "FAILED", "CANCELED"])

/** A top-up names the bank it came from and moves the balance; a payment from elsewhere does not. */
const moves = ({ account = ownBalance, status, type }: Activity): boolean =>
  !unbooked.has(status) && (account === ownBalance || type === "Cash in" || type === "Cash out")

const ledgers = (clock: Clock) => ({ orders: new Feed<Order>(clock), activity: new Feed<Activity>(clock) })

export const cashApp = (options: Options = {}): Neighbour<CashAppActs> =>
  neighbour("cash-app", options, (clock) => {
    const of = ofEach(() => ledgers(clock))
    let count = 0
    const next = (prefix: string): string => `${prefix}${(count += 1)}`

    const balance = (person: string): number =>
      of(person)
        .activity.created()
        .reduce((sum, row) => sum + (moves(row) ? row.amount : 0), 0)

    const act = (person: string, row: Omit<Activity, "id" | "at">): string => {
      const id = next("ca")
      of(person).activity.put({ id, at: iso(clock.now), ...row })
      return id
    }

    const afford = (person: string, amount: number): void => {
      const held = of(person).activity.created()
      const pending = held.reduce((sum, row) => sum + (row.status === "PENDING" ? Math.min(row.amount, 0) : 0), 0)
      if (amount > balance(person) + pending) throw new Refused("more than there is")
    }

    const change = <A>(person: string, id: string, how: (order: Order) => A): A => changed(of(person).orders, id, how)

    const acts: CashAppActs = {
      cashIn: (person, amount) =>
        act(person, { type: "Cash in", amount, status: "PENDING", account: "Cedar Savings Bank 0417" }),
      cashOut: (person, amount, { fee = 0 } = {}) => {
        afford(person, amount + fee)
        const account = "Cedar Savings Bank 0417"
        return act(person, { type: "Cash out", amount: -amount - fee, fee, status: "PAYMENT DEPOSITED", account })
      },
      receive: (person, { amount, from: name }) =>
        act(person, { type: "Received P2P", amount, name, status: "PAYMENT DEPOSITED" }),
      send: (person, { amount, paidFrom, to: name }) => {
        if (paidFrom === undefined) afford(person, amount)
        const account = paidFrom ?? ownBalance
        return act(person, { type: "Sent P2P", amount: -amount, name, status: "PAYMENT SENT", account })
      },
      spend: (person, { amount, boost = 0, merchant: name }) => {
        afford(person, amount)
        const id = act(person, { type: "Cash Card Debit", amount: -amount, name, status: "PENDING", card: "cc_1" })
        if (boost > 0) act(person, { type: "Boost Payment", amount: boost, name, status: "PENDING", boostOf: id })
        return id
      },
      release: (person, id) => {
        const { activity } = of(person)
        if (activity.get(id)?.status !== "PENDING") throw new Refused("only what is pending can be released")
        for (const row of activity.created()) {
          if (row.status === "PENDING" && (row.id === id || row.boostOf === id))
            activity.change(row.id, { status: "CANCELED" })
        }
      },
      refundSpending: (person, id, amount) => {
        const spent = of(person).activity.get(id)
        if (spent?.card === undefined || spent.status !== "CARD CHARGED") throw new Refused("no such payment by card")
        const { card, name = "", type } = spent
        const back = { type, name, card, refundOf: id, status: "CARD REFUNDED", settledOn: clock.today }
        return act(person, { ...back, amount: amount ?? -spent.amount })
      },
      shop: (person, { amount, merchant }) => {
        const id = next("ap")
        const days = [0, 14, 28, 42].map((after) => addDays(clock.today, after))
        const parts = Installments.partsOf(Installments.evenly(amount, 4), days)
        const placedAt = iso(clock.now)
        const order: Order = { id, merchant, amount, charge: 0, placedAt, parts, refunds: [], failing: 0, returned: 0 }
        Installments.collect(order, clock.today, () => undefined)
        of(person).orders.put(order)
        return id
      },
      failPayments: (person, id, times = 1) => change(person, id, (order) => void (order.failing += times)),
      pay: (person, id, installment) =>
        change(person, id, (order) => Installments.pay(Installments.openPart(order, installment), clock.today)),
      refund: (person, id, amount) =>
        change(person, id, (order) => {
          const all = amount ?? order.amount - Installments.refunded(order)
          const back = Installments.refund(order, all, iso(clock.now))
          order.returned += back
          return back
        })
    }

    const settle = (person: string, today: Day): void => {
      for (const { card, id, status } of of(person).activity.created()) {
        if (status !== "PENDING") continue
        const settled = card === undefined ? { status: "COMPLETED" } : { status: "CARD CHARGED", settledOn: today }
        of(person).activity.change(id, settled)
      }
    }

    const goLate = (order: Order, today: Day): boolean => {
      const missed = order.parts.filter(({ due, state }) => state === "due" && daysBetween(due, today) >= lateAfterDays)
      for (const part of missed) {
        const charged = order.parts.reduce((sum, { fee }) => sum + fee, 0)
        part.state = "late"
        part.fee = Math.min(lateFee, Math.max(0, Math.floor(order.amount / 4) - charged))
      }
      return missed.length > 0
    }

    let desk = ""
    return {
      routes: {
        "POST /auth/v1/token/refresh": Route.refresh(),
        "POST /auth/v1/token/revoke": Route.revoke(),
        "GET /consumer/v1/customer": Route.one("customer", (person) => ({ id: `cu_${person}`, currency: "USD" })),
        "GET /consumer/v1/balance": Route.one("balance", (person, asOf) => ({
          amount_minor: balance(person),
          currency: "USD",
          as_of: asOf
        })),
        "GET /consumer/v1/activity": Route.feed((person) => of(person).activity, {
          rows: "activity",
          spell: spellActivity,
          needed: "net_amount_minor"
        }),
        "GET /consumer/v1/pay-later/orders": Route.feed((person) => of(person).orders, {
          rows: "orders",
          spell: spellOrder,
          words: ["installments"],
          needed: "amount_minor"
        })
      },
      acts,
      everyDay: (today) => {
        for (const { id } of people) {
          settle(id, today)
          const { orders } = of(id)
          for (const order of orders.created()) {
            const fell = Installments.collect(order, today, () => undefined)
            const wentLate = goLate(order, today)
            if (fell || wentLate) orders.put(order)
          }
        }
      },
      story: [
        [140, () => void acts.cashIn("alex", 60_000)],
        [138, () => void acts.spend("alex", { merchant: "Blue Ladle Diner", amount: 2_350, boost: 235 })],
        [130, () => void acts.shop("alex", { merchant: "Moth Lantern", amount: 12_000 })],
        [121, () => void acts.receive("alex", { from: "Robin Oakhurst", amount: 4_000 })],
        [110, () => void acts.send("alex", { to: "Robin Oakhurst", amount: 1_500 })],
        [100, () => (desk = acts.shop("alex", { merchant: "Quillfish Supply", amount: 24_050 }))],
        [98, () => acts.failPayments("alex", desk)],
        [97, () => void acts.send("alex", { to: "Sage Lindqvist", amount: 8_000, paidFrom: "Heron Visa Debit 7731" })],
        [80, () => void acts.refund("alex", acts.shop("alex", { merchant: "Cedar & Tin", amount: 9_999 }))],
        [70, () => acts.pay("alex", desk, 2)],
        [60, () => void acts.refund("alex", acts.shop("alex", { merchant: "Tallow Street", amount: 18_200 }), 6_000)],
        [50, () => void acts.cashOut("alex", 10_000, { fee: 175 })],
        [40, () => void (desk = acts.spend("alex", { merchant: "Larder Lane", amount: 6_412 }))],
        [38, () => void acts.refundSpending("alex", desk, 1_200)],
        [12, () => void acts.shop("alex", { merchant: "Spoke & Otter", amount: 7_600 })],
        [9, () => void acts.cashIn("robin", 5_000)],
        [0, () => void acts.spend("alex", { merchant: "Corner Crumb Bakery", amount: 890, boost: 89 })]
      ]
    }
  })
