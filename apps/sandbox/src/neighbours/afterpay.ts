/**
 * Afterpay's side, in the United States, as its public rules tell it: four payments, the first at purchase and then one
 * every two weeks; one payment of an order may be moved by its holder, not the first or last and not within 24 hours of
 * falling due; ten days after a missed one a late fee of at most $8, all fees together at most a quarter of the order; a
 * refund comes off the last payment first; a single-use card whose spending becomes an order. The feeds themselves are a
 * guess: nobody has published what the app is told.
 */
import { addDays, daysBetween, Feed, iso, Route } from "@paymirror/connector-testing/simulator"
import type { Clock, Day } from "@paymirror/connector-testing/simulator"
import { Refused } from "../Refused.ts"
import * as Installments from "./Installments.ts"
import { changed, neighbour, ofEach, people } from "./Neighbour.ts"
import type { Neighbour, Options, Person } from "./Neighbour.ts"

interface Order extends Installments.Order {
  readonly reference: string
  state: "CAPTURED" | "AUTH_DECLINED" | "VOIDED"
  moved: boolean
}

interface Spending {
  readonly id: string
  readonly cardId: string
  readonly merchant: string
  readonly amount: number
  readonly at: string
  state: "PENDING" | "SETTLED" | "REVERSED"
  settledOn?: Day
  readonly refundOf?: string
}

export interface AfterpayActs {
  /** The id of the order. */
  readonly shop: (
    person: string,
    order: { readonly merchant: string; readonly amount: number; readonly declined?: boolean }
  ) => string
  /** Paid in a store with the single-use card: an order, and a row of the card's ledger that settles the next day. */
  readonly shopByCard: (person: string, order: { readonly merchant: string; readonly amount: number }) => string
  /** The store gives up what it has reserved on the card and not taken yet, and with it the order. */
  readonly release: (person: string, order: string) => void
  /** The next payments of the order fail. */
  readonly failPayments: (person: string, order: string, times?: number) => void
  readonly pay: (person: string, order: string, installment?: number) => void
  readonly reschedule: (person: string, order: string, move: { readonly installment: number; readonly to: Day }) => void
  /** Answers with what had been paid already and goes back to the person. */
  readonly refund: (person: string, order: string, amount?: number) => number
}

const lateAfterDays = 10
const lateFee = 800

/** Afterpay writes money as a decimal and its currency. */
const usd = (minor: number) => ({ amount: (minor / 100).toFixed(2), currency: "USD" })

const words = {
  scheduled: "SCHEDULED",
  due: "DUE",
  late: "LATE",
  paid: "PAID",
  refunded: "REFUNDED",
  voided: "VOIDED"
} as const

const spellPart = ({ amount, due, fee, movedFrom, number, paidOn, state }: Installments.Part) => ({
  number,
  dueDate: due,
  amount: usd(amount),
  status: words[state],
  ...(fee > 0 && { lateFee: usd(fee) }),
  ...(paidOn !== undefined && { paidDate: paidOn }),
  ...(movedFrom !== undefined && { rescheduledFrom: movedFrom })
})

const spellOrder = (order: Order & { readonly updatedAt?: string }) => ({
  id: order.id,
  created: order.placedAt,
  merchant: order.merchant,
  merchantReference: order.reference,
  originalAmount: usd(order.amount),
  paymentState: order.state,
  refunds: order.refunds.map(({ amount, at }, index) => ({
    refundId: `${order.id}-r${index + 1}`,
    amount: usd(amount),
    refundedAt: at
  })),
  paymentSchedule: order.parts.map(spellPart),
  updatedAt: order.updatedAt
})

const spellSpending = (spending: Spending & { readonly updatedAt?: string }) => ({
  id: spending.id,
  cardId: spending.cardId,
  merchant: spending.merchant,
  amount: usd(spending.amount),
  status: spending.state,
  authorizedAt: spending.at,
  ...(spending.settledOn !== undefined && { settledDate: spending.settledOn }),
  ...(spending.refundOf !== undefined && { refundOf: spending.refundOf }),
  updatedAt: spending.updatedAt
})

const spellPerson = ({ email, familyName, givenName, id }: Person) => ({
  id: `consumer-${id}`,
  givenNames: givenName,
  surname: familyName,
  email
})

const ledgers = (clock: Clock, person: Person) => ({
  person,
  orders: new Feed<Order>(clock, [], { stamp: "updatedAt" }),
  card: new Feed<Spending>(clock, [], { stamp: "updatedAt" })
})

export const afterpay = (options: Options = {}): Neighbour<AfterpayActs> =>
  neighbour("afterpay", options, (clock) => {
    const of = ofEach((person) => ledgers(clock, person))
    let count = 400_100
    const next = (): string => String((count += 1))

    const change = <A>(person: string, id: string, act: (order: Order) => A): A => changed(of(person).orders, id, act)

    const acts: AfterpayActs = {
      shop: (person, { amount, declined = false, merchant }) => {
        const id = next()
        const days = [0, 14, 28, 42].map((after) => addDays(clock.today, after))
        const order: Order = {
          id,
          merchant,
          amount,
          charge: 0,
          reference: `R-${id}`,
          placedAt: iso(clock.now),
          state: declined ? "AUTH_DECLINED" : "CAPTURED",
          parts: declined ? [] : Installments.partsOf(Installments.evenly(amount, 4), days),
          refunds: [],
          failing: 0,
          moved: false
        }
        Installments.collect(order, clock.today, () => undefined)
        of(person).orders.put(order)
        return id
      },
      shopByCard: (person, { amount, merchant }) => {
        const order = acts.shop(person, { merchant, amount })
        const at = iso(clock.now)
        of(person).card.put({ id: `ct-${order}`, cardId: `card-${order}`, merchant, amount, at, state: "PENDING" })
        return order
      },
      release: (person, id) =>
        change(person, id, (order) => {
          const { card } = of(person)
          const spent = card.get(`ct-${id}`)
          if (spent?.state !== "PENDING") throw new Refused("nothing is reserved for this order")
          card.change(spent.id, { state: "REVERSED" })
          order.state = "VOIDED"
          Installments.giveUp(order, iso(clock.now))
        }),
      failPayments: (person, id, times = 1) => change(person, id, (order) => (order.failing += times)),
      pay: (person, id, installment) =>
        change(person, id, (order) => Installments.pay(Installments.openPart(order, installment), clock.today)),
      reschedule: (person, id, { installment, to }) =>
        change(person, id, (order) => {
          const part = order.parts[installment - 1]
          if (part?.state !== "scheduled") throw new Refused("only a payment that is still to come can be moved")
          if (order.moved) throw new Refused("one payment of each order can be moved")
          if (installment === 1 || installment === order.parts.length)
            throw new Refused("the first and the last payment stay where they are")
          if (daysBetween(clock.today, part.due) <= 1) throw new Refused("it falls due within 24 hours")
          if (to <= part.due) throw new Refused("a payment is moved to a later day")
          order.moved = true
          part.movedFrom = part.due
          part.due = to
        }),
      refund: (person, id, amount) =>
        change(person, id, (order) => {
          const at = iso(clock.now)
          if (order.state !== "CAPTURED") throw new Refused("nothing was bought with this order")
          const all = amount ?? order.amount - Installments.refunded(order)
          const back = Installments.refund(order, all, at)
          const { card } = of(person)
          const spent = card.get(`ct-${id}`)
          if (spent !== undefined) {
            const { cardId, id: refundOf, merchant } = spent
            card.put({ id: `cr-${next()}`, cardId, merchant, amount: -all, at, state: "PENDING", refundOf })
          }
          return back
        })
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

    let lamp = ""
    let desk = ""
    let jacket = ""
    return {
      routes: {
        "POST /auth/v1/token/refresh": Route.refresh({
          token: "refreshToken",
          device: "deviceId",
          tokens: (held) => held
        }),
        "POST /auth/v1/token/revoke": Route.revoke({ token: "refreshToken", device: "deviceId" }),
        "GET /consumer/v1/orders": Route.feed((person) => of(person).orders, {
          rows: "orders",
          spell: spellOrder,
          words: ["paymentState"],
          needed: "originalAmount"
        }),
        "GET /consumer/v1/card/transactions": Route.feed((person) => of(person).card, {
          rows: "transactions",
          spell: spellSpending,
          needed: "amount"
        }),
        "GET /consumer/v1/profile": Route.one("consumer", (person) => spellPerson(of(person).person), { needed: "id" })
      },
      acts,
      everyDay: (today) => {
        for (const { id } of people) {
          const { card, orders } = of(id)
          for (const order of orders.created()) {
            const fell = Installments.collect(order, today, () => undefined)
            const wentLate = goLate(order, today)
            if (fell || wentLate) orders.put(order)
          }
          for (const spending of card.created()) {
            if (spending.state === "PENDING") card.change(spending.id, { state: "SETTLED", settledOn: today })
          }
        }
      },
      story: [
        [130, () => void acts.shop("alex", { merchant: "Moth Lantern", amount: 12_000 })],
        [118, () => void acts.shop("alex", { merchant: "Pebble Row", amount: 3_499 })],
        [100, () => (desk = acts.shop("alex", { merchant: "Quillfish Supply", amount: 24_050 }))],
        [95, () => acts.failPayments("alex", desk)],
        [80, () => void acts.shopByCard("alex", { merchant: "Corner Crumb Bakery", amount: 4_240 })],
        [73, () => acts.pay("alex", desk, 2)],
        [60, () => (jacket = acts.shop("alex", { merchant: "Cedar & Tin", amount: 9_999 }))],
        [50, () => void acts.refund("alex", jacket)],
        [40, () => (lamp = acts.shop("alex", { merchant: "Tallow Street", amount: 18_200 }))],
        [38, () => acts.reschedule("alex", lamp, { installment: 2, to: addDays(clock.today, 19) })],
        [30, () => void acts.refund("alex", lamp, 6_000)],
        [25, () => void acts.shop("alex", { merchant: "Grinwell Dental", amount: 90_000, declined: true })],
        [
          20,
          () => void acts.refund("alex", acts.shopByCard("alex", { merchant: "Larder Lane", amount: 8_432 }), 1_299)
        ],
        [16, () => (desk = acts.shop("alex", { merchant: "Bramble & Volt", amount: 30_000 }))],
        [15, () => acts.failPayments("alex", desk)],
        [9, () => void acts.shop("alex", { merchant: "Spoke & Otter", amount: 7_600 })],
        [6, () => void acts.shop("robin", { merchant: "Spoke & Otter", amount: 5_020 })],
        [0, () => void acts.shopByCard("alex", { merchant: "Blue Ladle Diner", amount: 2_200 })]
      ]
    }
  })
