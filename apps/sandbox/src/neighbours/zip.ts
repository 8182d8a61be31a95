/**
 * Zip's side, in the United States, as its help pages tell it: a quarter at purchase and a quarter every two weeks, a
 * finance charge on each; what falls due on one day is taken in one debit, and where that fails each of its installments
 * is overdue with a late fee; one installment of an order may be moved by a week at most, a day ahead or earlier, the first
 * in a month for nothing and the next ones for $2; a refund, and what was not spent of a one-time card, comes off the
 * fourth payment first. The lists themselves are a guess: nobody has published what the app is told.
 */
import { addDays, daysBetween, Feed, iso, Route } from "@paymirror/connector-testing/simulator"
import type { Clock, Day } from "@paymirror/connector-testing/simulator"
import { Refused } from "../Refused.ts"
import * as Installments from "./Installments.ts"
import { changed, neighbour, ofEach, people } from "./Neighbour.ts"
import type { Neighbour, Options } from "./Neighbour.ts"

interface Part extends Installments.Part {
  financeCharge: number
  moveFee: number
}

interface Order extends Installments.Order {
  readonly parts: ReadonlyArray<Part>
  returned: number
}

interface Spending {
  readonly id: string
  readonly order: string
  readonly merchant: string
  readonly amount: number
  readonly at: string
  state: "authorised" | "captured" | "cancelled" | "refunded"
  capturedOn?: Day
  readonly refundOf?: string
}

/** One debit of the person's own card or bank account, for every installment of that day. */
export interface Debit {
  readonly day: Day
  readonly amount: number
  readonly failed: boolean
  readonly installments: ReadonlyArray<{ readonly order: string; readonly number: number }>
}

export interface ZipActs {
  /** The id of the order. */
  readonly shop: (person: string, order: { readonly merchant: string; readonly amount: number }) => string
  /** Paid with a one-time card made out for `amount`; what was not spent comes off the plan when it settles. */
  readonly shopByCard: (
    person: string,
    order: { readonly merchant: string; readonly amount: number; readonly spent?: number }
  ) => string
  /** The store never takes what it held on the card: none of it was spent. */
  readonly release: (person: string, order: string) => void
  /** The next debits fail, whatever they are for. */
  readonly failDebits: (person: string, times?: number) => void
  readonly pay: (person: string, order: string, installment?: number) => void
  readonly reschedule: (person: string, order: string, move: { readonly installment: number; readonly to: Day }) => void
  /** Answers with what had been paid already and goes back to the person. */
  readonly refund: (person: string, order: string, amount?: number) => number
  readonly debits: (person: string) => ReadonlyArray<Debit>
}

const financeCharge = 100
const lateFee = 700
const moveFee = 200
const furthestMove = 7

const words = {
  scheduled: "scheduled",
  due: "due",
  late: "overdue",
  paid: "paid",
  refunded: "refunded",
  voided: "cancelled"
} as const

const asked = ({ amount, fee, financeCharge: charge, moveFee: moved }: Part): number => amount + charge + moved + fee

const spellPart = (part: Part) => ({
  number: part.number,
  due_date: part.due,
  amount_minor: part.amount,
  finance_charge_minor: part.financeCharge,
  reschedule_fee_minor: part.moveFee,
  late_fee_minor: part.fee,
  state: words[part.state],
  paid_on: part.paidOn ?? null,
  rescheduled_from: part.movedFrom ?? null
})

const spellOrder = (order: Order & { readonly updated_at?: string }) => ({
  id: order.id,
  reference: `ref-${order.id}`,
  merchant: order.merchant,
  amount_minor: order.amount,
  refunded_amount_minor: Installments.refunded(order),
  refunded_to_payment_method_minor: order.returned,
  currency: "USD",
  state: Installments.refunded(order) === order.amount ? "refunded" : "captured",
  created_date: order.placedAt,
  installments: order.parts.map(spellPart),
  updated_at: order.updated_at
})

const spellSpending = (spending: Spending & { readonly updated_at?: string }) => ({
  id: spending.id,
  card_id: `card-${spending.order}`,
  state: spending.state,
  merchant: spending.merchant,
  amount_minor: spending.amount,
  currency: "USD",
  created_date: spending.at,
  captured_on: spending.capturedOn ?? null,
  refund_of: spending.refundOf ?? null,
  updated_at: spending.updated_at
})

const ledgers = (clock: Clock) => ({
  orders: new Feed<Order>(clock),
  card: new Feed<Spending>(clock),
  debits: new Array<Debit>(),
  moves: new Array<Day>(),
  failing: 0
})

export const zip = (options: Options = {}): Neighbour<ZipActs> =>
  neighbour("zip", options, (clock) => {
    const of = ofEach(() => ledgers(clock))
    let count = 0
    const next = (prefix: string): string => `${prefix}${(count += 1)}`

    const change = <A>(person: string, id: string, act: (order: Order) => A): A => changed(of(person).orders, id, act)

    const shorten = (order: Order, amount: number): number => {
      const back = Installments.refund(order, amount, iso(clock.now))
      order.returned += back
      for (const part of order.parts) if (part.state === "refunded") part.financeCharge = part.moveFee = 0
      return back
    }

    const collect = (person: string, today: Day): void => {
      const own = of(person)
      const falling = own.orders
        .created()
        .flatMap((order) => order.parts.map((part) => ({ order, part })))
        .filter(({ part }) => part.state === "scheduled" && part.due <= today)
      if (falling.length === 0) return
      const failed = own.failing > 0
      if (failed) own.failing -= 1
      own.debits.push({
        day: today,
        amount: falling.reduce((sum, { part }) => sum + asked(part), 0),
        failed,
        installments: falling.map(({ order, part }) => ({ order: order.id, number: part.number }))
      })
      for (const { part } of falling) {
        if (failed) Object.assign(part, { state: "late", fee: lateFee })
        else Installments.pay(part, today)
      }
      for (const order of new Set(falling.map((each) => each.order))) own.orders.put(order)
    }

    const acts: ZipActs = {
      shop: (person, { amount, merchant }) => {
        const id = next("zo_")
        const days = [0, 14, 28, 42].map((after) => addDays(clock.today, after))
        const parts = Installments.partsOf(Installments.evenly(amount, 4), days)
        of(person).orders.put({
          id,
          merchant,
          amount,
          charge: 0,
          placedAt: iso(clock.now),
          parts: parts.map((part) => ({ ...part, financeCharge, moveFee: 0 })),
          refunds: [],
          failing: 0,
          returned: 0
        })
        collect(person, clock.today)
        return id
      },
      shopByCard: (person, { amount, merchant, spent = amount }) => {
        if (spent > amount) throw new Refused("more than the card was made out for")
        const order = acts.shop(person, { merchant, amount })
        const at = iso(clock.now)
        of(person).card.put({ id: `zt_${order}`, order, merchant, amount: spent, at, state: "authorised" })
        return order
      },
      release: (person, id) =>
        change(person, id, (order) => {
          if (of(person).card.get(`zt_${id}`)?.state !== "authorised") throw new Refused("nothing is held on a card")
          of(person).card.change(`zt_${id}`, { state: "cancelled" })
          shorten(order, order.amount)
        }),
      failDebits: (person, times = 1) => void (of(person).failing += times),
      pay: (person, id, installment) =>
        change(person, id, (order) => Installments.pay(Installments.openPart(order, installment), clock.today)),
      reschedule: (person, id, { installment, to }) =>
        change(person, id, (order) => {
          const part = order.parts[installment - 1]
          if (part?.state !== "scheduled") throw new Refused("only an installment that is still to come can be moved")
          if (order.parts.some(({ movedFrom }) => movedFrom !== undefined))
            throw new Refused("one installment of each order can be moved")
          if (daysBetween(clock.today, part.due) < 1) throw new Refused("it falls due within 24 hours")
          const further = daysBetween(part.due, to)
          if (further < 1 || further > furthestMove) throw new Refused("it can be moved by one to seven days")
          const { moves } = of(person)
          const month = clock.today.slice(0, 7)
          part.moveFee = moves.some((day) => day.startsWith(month)) ? moveFee : 0
          moves.push(clock.today)
          part.movedFrom = part.due
          part.due = to
        }),
      refund: (person, id, amount) =>
        change(person, id, (order) => {
          const all = amount ?? order.amount - Installments.refunded(order)
          const back = shorten(order, all)
          const { card } = of(person)
          const spent = card.get(`zt_${id}`)
          if (spent !== undefined) {
            const { id: refundOf, merchant } = spent
            const day = clock.today
            const given = { id: next("zr_"), order: id, merchant, amount: -all, at: iso(clock.now), capturedOn: day }
            card.put({ ...given, state: "refunded", refundOf })
          }
          return back
        }),
      debits: (person) => of(person).debits
    }

    const settle = (person: string, today: Day): void => {
      const { card, orders } = of(person)
      for (const { amount, id, order: orderId, state } of card.created()) {
        if (state !== "authorised") continue
        card.change(id, { state: "captured", capturedOn: today })
        const unused = (orders.get(orderId)?.amount ?? amount) - amount
        if (unused > 0) change(person, orderId, (order) => shorten(order, unused))
      }
    }

    let desk = ""
    let lamp = ""
    return {
      routes: {
        "POST /auth/v1/token/refresh": Route.refresh(),
        "POST /auth/v1/token/revoke": Route.revoke(),
        "GET /consumer/v1/customer": Route.one("customer", (person) => ({ id: `zc_${person}`, currency: "USD" })),
        "GET /consumer/v1/orders": Route.feed((person) => of(person).orders, {
          rows: "orders",
          spell: spellOrder,
          needed: "amount_minor"
        }),
        "GET /consumer/v1/card/transactions": Route.feed((person) => of(person).card, {
          rows: "transactions",
          spell: spellSpending,
          needed: "amount_minor"
        })
      },
      acts,
      everyDay: (today) => {
        for (const { id } of people) {
          settle(id, today)
          collect(id, today)
        }
      },
      story: [
        [130, () => void acts.shop("alex", { merchant: "Moth Lantern", amount: 12_000 })],
        [116, () => void acts.shop("alex", { merchant: "Pebble Row", amount: 3_499 })],
        [100, () => void acts.shopByCard("alex", { merchant: "Corner Crumb Bakery", amount: 30_000, spent: 15_000 })],
        [90, () => void acts.refund("alex", acts.shop("alex", { merchant: "Cedar & Tin", amount: 20_000 }))],
        [80, () => void acts.shopByCard("alex", { merchant: "Larder Lane", amount: 8_432 })],
        [60, () => (desk = acts.shop("alex", { merchant: "Quillfish Supply", amount: 24_050 }))],
        [59, () => acts.reschedule("alex", desk, { installment: 3, to: addDays(clock.today, 32) })],
        [50, () => acts.failDebits("alex")],
        [45, () => void acts.refund("alex", acts.shopByCard("alex", { merchant: "Heron & Hull", amount: 6_400 }), 900)],
        [40, () => acts.pay("alex", desk, 2)],
        [35, () => (lamp = acts.shop("alex", { merchant: "Tallow Street", amount: 18_200 }))],
        [34, () => acts.reschedule("alex", lamp, { installment: 2, to: addDays(clock.today, 20) })],
        [25, () => void acts.refund("alex", lamp, 5_000)],
        [14, () => void acts.shop("alex", { merchant: "Spoke & Otter", amount: 7_600 })],
        [6, () => void acts.shop("robin", { merchant: "Spoke & Otter", amount: 5_020 })],
        [0, () => void acts.shopByCard("alex", { merchant: "Blue Ladle Diner", amount: 4_000, spent: 3_100 })]
      ]
    }
  })
