/**
 * Sezzle's side, in the United States, as its public rules tell it: a quarter at purchase and three more payments over six
 * weeks; a payment is moved by its holder up to three times an order, the first time free, at least 48 hours ahead; one
 * that failed and is not made good within 48 hours costs a fee, added to that payment, and is moved by itself, while the
 * others go on; a refund comes off the final payment first; subscribers of Premium and Anywhere get 2 % as Sezzle Spend.
 * Not told, and chosen here: what a paid move costs ($5), how far a failed payment is moved (a week), when Sezzle Spend
 * can be used (the next day), that it comes to
 * nothing where the whole order is refunded before. The failure fee is the $10 of an older page. The feeds are a guess: nobody has published them.
 */
import { addDays, daysBetween, Feed, iso, Route } from "@paymirror/connector-testing/simulator"
import type { Clock, Day } from "@paymirror/connector-testing/simulator"
import { Refused } from "../Refused.ts"
import * as Installments from "./Installments.ts"
import { changed, neighbour, ofEach, people } from "./Neighbour.ts"
import type { Neighbour, Options, Person } from "./Neighbour.ts"

type Subscription = "premium" | "anywhere"

interface Move {
  readonly number: number
  readonly kind: "free" | "paid" | "automatic"
  readonly from: Day
  readonly to: Day
  readonly at: string
}

interface Order extends Installments.Order {
  readonly denied: boolean
  readonly moves: Array<Move>
  readonly failedOn: Map<number, Day>
}

interface Reward {
  readonly uuid: string
  readonly type: "earned" | "redeemed"
  readonly cents: number
  readonly order: string | undefined
  readonly at: string
  state: "pending" | "available" | "canceled"
}

export interface SezzleActs {
  /** The id of the order. */
  readonly shop: (
    person: string,
    order: { readonly merchant: string; readonly amount: number; readonly denied?: boolean }
  ) => string
  readonly subscribe: (person: string, to: Subscription) => void
  readonly redeem: (person: string, cents: number) => void
  /** The next payments of the order fail. */
  readonly failPayments: (person: string, order: string, times?: number) => void
  readonly pay: (person: string, order: string, installment?: number) => void
  readonly reschedule: (person: string, order: string, move: { readonly installment: number; readonly to: Day }) => void
  /** Answers with what had been paid already and goes back to the person. */
  readonly refund: (person: string, order: string, amount?: number) => number
}

const failureFee = 1000
const moveFee = 500
const windowDays = 2
const movedByDays = 7
const movesAllowed = 3

const usd = (cents: number) => ({ amount_in_cents: cents, currency: "USD" })

const words = {
  scheduled: "scheduled",
  due: "failed",
  late: "failed",
  paid: "paid",
  refunded: "refunded",
  voided: "canceled"
} as const

const spellOrder = (order: Order & { readonly updated_at?: string }) => ({
  uuid: order.id,
  reference_id: `ref-${order.id}`,
  merchant_name: order.merchant,
  checkout_status: order.denied ? "denied" : "completed",
  order_amount: usd(order.amount),
  created_at: order.placedAt,
  authorization: {
    approved: !order.denied,
    refunds: order.refunds.map(({ amount }, index) => ({ uuid: `${order.id}-${index + 1}`, amount: usd(amount) }))
  },
  installments: order.parts.map((part) => {
    const moves = order.moves.filter(({ number }) => number === part.number)
    return {
      number: part.number,
      due_date: part.due,
      amount: usd(part.amount + part.fee),
      status: words[part.state],
      ...(part.paidOn !== undefined && { paid_date: part.paidOn }),
      fees: moves.flatMap(({ kind }) =>
        part.fee === 0 || kind === "free"
          ? []
          : kind === "paid"
            ? { type: "reschedule", amount: usd(moveFee) }
            : { type: "failed_payment", amount: usd(failureFee) }
      ),
      reschedules: moves.map(({ at, from, kind, to }) => ({ type: kind, from, to, created_at: at }))
    }
  }),
  updated_at: order.updated_at
})

const spellReward = (reward: Reward & { readonly updated_at?: string }) => ({
  uuid: reward.uuid,
  type: reward.type,
  status: reward.state,
  amount_in_cents: reward.cents,
  order_uuid: reward.order ?? null,
  created_at: reward.at,
  updated_at: reward.updated_at
})

interface Ledgers {
  readonly person: Person
  readonly orders: Feed<Order>
  readonly rewards: Feed<Reward>
  subscription: { readonly plan: Subscription; readonly since: Day } | undefined
}

const ledgers = (clock: Clock, person: Person): Ledgers => ({
  person,
  orders: new Feed<Order>(clock),
  rewards: new Feed<Reward>(clock, [], { id: "uuid" }),
  subscription: undefined
})

const held = ({ rewards }: Ledgers, state: Reward["state"]): number =>
  rewards.created().reduce((sum, reward) => sum + (reward.state === state ? reward.cents : 0), 0)

export const sezzle = (options: Options = {}): Neighbour<SezzleActs> =>
  neighbour("sezzle", options, (clock, random) => {
    const of = ofEach((person) => ledgers(clock, person))
    const change = <A>(person: string, id: string, act: (order: Order) => A): A => changed(of(person).orders, id, act)
    const move = (order: Order, part: Installments.Part, to: Day, kind: Move["kind"]): void => {
      order.moves.push({ number: part.number, kind, from: part.due, to, at: iso(clock.now) })
      part.due = to
      part.state = "scheduled"
    }
    const reward = (person: string, given: Pick<Reward, "type" | "cents" | "order" | "state">): void =>
      of(person).rewards.put({ uuid: random.id("sp_", 8), at: iso(clock.now), ...given })

    const acts: SezzleActs = {
      shop: (person, { amount, denied = false, merchant }) => {
        const id = random.id("ord_", 8)
        const days = [0, 14, 28, 42].map((after) => addDays(clock.today, after))
        const order: Order = {
          id,
          merchant,
          amount,
          charge: 0,
          placedAt: iso(clock.now),
          parts: denied ? [] : Installments.partsOf(Installments.evenly(amount, 4), days),
          refunds: [],
          failing: 0,
          denied,
          moves: [],
          failedOn: new Map()
        }
        Installments.collect(order, clock.today, () => undefined)
        of(person).orders.put(order)
        const cents = Math.floor(amount / 50)
        if (of(person).subscription !== undefined && !denied && cents > 0)
          reward(person, { type: "earned", cents, order: id, state: "pending" })
        return id
      },
      subscribe: (person, plan) => {
        of(person).subscription = { plan, since: clock.today }
      },
      redeem: (person, cents) => {
        if (cents < 1 || cents > held(of(person), "available")) throw new Refused("there is not that much Sezzle Spend")
        reward(person, { type: "redeemed", cents: -cents, order: undefined, state: "available" })
      },
      failPayments: (person, id, times = 1) => change(person, id, (order) => (order.failing += times)),
      pay: (person, id, installment) =>
        change(person, id, (order) => Installments.pay(Installments.openPart(order, installment), clock.today)),
      reschedule: (person, id, { installment, to }) =>
        change(person, id, (order) => {
          const part = order.parts[installment - 1]
          if (part?.state !== "scheduled") throw new Refused("only a payment that is still to come can be moved")
          if (daysBetween(clock.today, part.due) < 2) throw new Refused("it falls due within 48 hours")
          if (to <= part.due) throw new Refused("a payment is moved to a later day")
          const before = order.moves.filter(({ kind }) => kind !== "automatic").length
          if (before >= movesAllowed) throw new Refused("payments of an order are moved three times at most")
          if (before > 0) part.fee += moveFee
          move(order, part, to, before === 0 ? "free" : "paid")
        }),
      refund: (person, id, amount) =>
        change(person, id, (order) => {
          if (order.denied) throw new Refused("nothing was bought with this order")
          const all = amount ?? order.amount - Installments.refunded(order)
          const back = Installments.refund(order, all, iso(clock.now))
          const { rewards } = of(person)
          const earned = rewards.created().find((each) => each.order === id && each.state === "pending")
          if (earned !== undefined && Installments.refunded(order) === order.amount)
            rewards.change(earned.uuid, { state: "canceled" })
          return back
        })
    }

    const makeGood = (order: Order, today: Day): boolean => {
      const missed = order.parts.filter(
        ({ number, state }) => state === "due" && daysBetween(order.failedOn.get(number) ?? today, today) >= windowDays
      )
      for (const part of missed) {
        part.fee += failureFee
        move(order, part, addDays(today, movedByDays), "automatic")
      }
      return missed.length > 0
    }

    let desk = ""
    let jacket = ""
    return {
      routes: {
        "POST /auth/v1/token/refresh": Route.refresh(),
        "POST /auth/v1/token/revoke": Route.revoke(),
        "GET /shopper/v2/orders": Route.feed((person) => of(person).orders, {
          rows: "orders",
          spell: spellOrder,
          words: ["checkout_status"],
          needed: "order_amount"
        }),
        "GET /shopper/v2/rewards/entries": Route.feed((person) => of(person).rewards, {
          rows: "entries",
          spell: spellReward,
          words: ["status"],
          needed: "amount_in_cents"
        }),
        "GET /shopper/v2/rewards": Route.one("rewards", (person, asOf) => ({
          available_in_cents: held(of(person), "available"),
          pending_in_cents: held(of(person), "pending"),
          as_of: asOf
        })),
        "GET /shopper/v2/account": Route.one("shopper", (id) => {
          const { person, subscription } = of(id)
          const { email, familyName, givenName } = person
          return { uuid: `shopper-${id}`, first_name: givenName, last_name: familyName, email, subscription }
        })
      },
      acts,
      everyDay: (today) => {
        for (const { id } of people) {
          const { orders, rewards } = of(id)
          for (const order of orders.created()) {
            const moved = makeGood(order, today)
            const fell = Installments.collect(order, today, ({ number }) => order.failedOn.set(number, today))
            if (moved || fell) orders.put(order)
          }
          for (const { state, uuid } of rewards.created()) {
            if (state === "pending") rewards.change(uuid, { state: "available" })
          }
        }
      },
      story: [
        [130, () => void acts.shop("alex", { merchant: "Moth Lantern", amount: 12_000 })],
        [120, () => acts.subscribe("alex", "premium")],
        [110, () => void acts.shop("alex", { merchant: "Pebble Row", amount: 3_499 })],
        [100, () => (desk = acts.shop("alex", { merchant: "Quillfish Supply", amount: 24_050 }))],
        [95, () => acts.failPayments("alex", desk)],
        [80, () => void acts.shop("alex", { merchant: "Tallow Street", amount: 6_450 })],
        [60, () => (jacket = acts.shop("alex", { merchant: "Cedar & Tin", amount: 9_999 }))],
        [55, () => acts.redeem("alex", 300)],
        [50, () => void acts.refund("alex", jacket)],
        [40, () => (jacket = acts.shop("alex", { merchant: "Fernhollow Outfitters", amount: 18_200 }))],
        [38, () => acts.reschedule("alex", jacket, { installment: 3, to: addDays(clock.today, 30) })],
        [36, () => acts.reschedule("alex", jacket, { installment: 4, to: addDays(clock.today, 45) })],
        [30, () => void acts.refund("alex", jacket, 1_500)],
        [25, () => void acts.shop("alex", { merchant: "Grinwell Dental", amount: 90_000, denied: true })],
        [16, () => (desk = acts.shop("alex", { merchant: "Bramble & Volt", amount: 30_000 }))],
        [15, () => acts.failPayments("alex", desk)],
        [9, () => void acts.shop("alex", { merchant: "Spoke & Otter", amount: 7_600 })],
        [6, () => void acts.shop("robin", { merchant: "Spoke & Otter", amount: 5_020 })],
        [0, () => void acts.shop("alex", { merchant: "Blue Ladle Diner", amount: 2_200 })]
      ]
    }
  })
