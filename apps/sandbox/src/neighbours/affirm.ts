/**
 * Affirm's side, in the United States, as its public rules tell it: four payments two weeks apart without interest, or
 * loans of 3, 6 or 12 monthly bills with it; no late fees, whatever is missed; a refund comes off the last bill first; a
 * one-time card that is void when it is not used within 24 hours. When the first of four payments falls is not told: here
 * two weeks after. The feeds themselves are a guess: nobody has published what the app is told.
 */
import { addDays, addMonths, day, Feed, iso, Route } from "@paymirror/connector-testing/simulator"
import type { Clock, Day } from "@paymirror/connector-testing/simulator"
import { Refused } from "../Refused.ts"
import * as Installments from "./Installments.ts"
import { changed, neighbour, ofEach, people } from "./Neighbour.ts"
import type { Neighbour, Options, Person } from "./Neighbour.ts"

export type AffirmPlan = "pay_in_4" | "monthly_3" | "monthly_6" | "monthly_12"

interface Loan extends Installments.Order {
  readonly plan: AffirmPlan
  /** In hundredths of a percent a year. */
  readonly apr: number
  /** Of a one-time card that has not been used yet: when it is void. */
  voidAt: number | undefined
  voided: boolean
}

interface Spending {
  readonly id: string
  readonly card: string
  readonly merchant: string
  readonly amount: number
  readonly at: string
  state: "authorized" | "captured" | "voided"
  capturedOn?: Day
  readonly refundOf?: string
}

interface Borrowing {
  readonly merchant: string
  readonly amount: number
  /** Four payments unless said. */
  readonly plan?: AffirmPlan
  /** In percent a year, for monthly bills; 15 unless said. */
  readonly apr?: number
}

export interface AffirmActs {
  /** The id of the loan. */
  readonly shop: (person: string, order: Borrowing) => string
  /** A one-time card over a loan; it is to be used within 24 hours. */
  readonly openCard: (person: string, order: Borrowing) => string
  readonly useCard: (person: string, loan: string) => void
  /** The store gives up what it has reserved on the card and not taken yet, and with it the loan. */
  readonly release: (person: string, loan: string) => void
  /** The next payments of the loan fail. */
  readonly failPayments: (person: string, loan: string, times?: number) => void
  readonly pay: (person: string, loan: string, bill?: number) => void
  /** Answers with what had been paid already and goes back to the person. */
  readonly refund: (person: string, loan: string, amount?: number) => number
}

const bills = { pay_in_4: 4, monthly_3: 3, monthly_6: 6, monthly_12: 12 } as const

/** Equal monthly bills over a principal and its interest; the last one takes what rounding leaves. */
const monthly = (amount: number, count: number, apr: number): ReadonlyArray<number> => {
  const rate = apr / 10_000 / 12
  if (rate === 0) return Installments.evenly(amount, count)
  const bill = Math.round((amount * rate) / (1 - (1 + rate) ** -count))
  let left = amount
  return Array.from({ length: count }, (_, index) => {
    const interest = Math.round(left * rate)
    const asked = index === count - 1 ? left + interest : bill
    left += interest - asked
    return asked
  })
}

const partsOf = (amount: number, plan: AffirmPlan, apr: number, today: Day): ReadonlyArray<Installments.Part> => {
  const count = bills[plan]
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  return plan === "pay_in_4"
    ? Installments.partsOf(
        Installments.evenly(amount, count),
        numbers.map((number) => addDays(today, number * 14))
      )
    : Installments.partsOf(
        monthly(amount, count, apr),
        numbers.map((number) => addMonths(today, number))
      )
}

const words = {
  scheduled: "upcoming",
  due: "due",
  late: "past_due",
  paid: "paid",
  refunded: "refunded",
  voided: "voided"
} as const

const stateOf = (loan: Loan): string => {
  if (loan.voided) return "voided"
  if (loan.voidAt !== undefined) return "authorized"
  const refunded = Installments.refunded(loan)
  return refunded === 0 ? "captured" : refunded < loan.amount ? "partially_refunded" : "refunded"
}

const spellLoan = (loan: Loan & { readonly updated?: string }) => ({
  id: loan.id,
  created: loan.placedAt,
  merchant_name: loan.merchant,
  plan: loan.plan,
  status: stateOf(loan),
  currency: "USD",
  amount: loan.amount,
  apr: (loan.apr / 100).toFixed(2),
  finance_charge: loan.charge,
  amount_refunded: Installments.refunded(loan),
  bills: loan.parts.map(({ amount, due, number, paidOn, state }) => ({
    number,
    due_date: due,
    amount,
    status: words[state],
    paid_date: paidOn ?? null
  })),
  updated: loan.updated
})

const spellSpending = (spending: Spending & { readonly updated?: string }) => ({
  id: spending.id,
  card_id: spending.card,
  merchant_name: spending.merchant,
  status: spending.state,
  currency: "USD",
  amount: spending.amount,
  created: spending.at,
  captured_date: spending.capturedOn ?? null,
  refund_of: spending.refundOf ?? null,
  updated: spending.updated
})

const ledgers = (clock: Clock, person: Person) => ({
  person,
  loans: new Feed<Loan>(clock, [], { stamp: "updated" }),
  card: new Feed<Spending>(clock, [], { stamp: "updated" })
})

export const affirm = (options: Options = {}): Neighbour<AffirmActs> =>
  neighbour("affirm", options, (clock, random) => {
    const of = ofEach((person) => ledgers(clock, person))

    const change = <A>(person: string, id: string, act: (loan: Loan) => A): A => changed(of(person).loans, id, act)

    const lend = (person: string, borrowing: Borrowing, voidAt?: number): string => {
      const { amount, merchant, plan = "pay_in_4" } = borrowing
      const apr = plan === "pay_in_4" ? 0 : Math.round((borrowing.apr ?? 15) * 100)
      const parts = partsOf(amount, plan, apr, clock.today)
      const id = random.id("ln_", 8)
      of(person).loans.put({
        id,
        merchant,
        amount,
        charge: parts.reduce((sum, part) => sum + part.amount, -amount),
        placedAt: iso(clock.now),
        parts,
        refunds: [],
        failing: 0,
        plan,
        apr,
        voidAt,
        voided: false
      })
      return id
    }

    const acts: AffirmActs = {
      shop: lend,
      openCard: (person, borrowing) => lend(person, borrowing, clock.now + day),
      useCard: (person, id) =>
        change(person, id, (loan) => {
          if (loan.voidAt === undefined || loan.voided) throw new Refused("no card of this loan can be used")
          loan.voidAt = undefined
          const { amount, merchant } = loan
          const at = iso(clock.now)
          of(person).card.put({ id: `tx_${id}`, card: `vc_${id}`, merchant, amount, at, state: "authorized" })
        }),
      release: (person, id) =>
        change(person, id, (loan) => {
          const { card } = of(person)
          const spent = card.get(`tx_${id}`)
          if (spent?.state !== "authorized") throw new Refused("nothing is reserved for this loan")
          card.change(spent.id, { state: "voided" })
          loan.voided = true
          Installments.giveUp(loan, iso(clock.now))
        }),
      failPayments: (person, id, times = 1) => change(person, id, (loan) => (loan.failing += times)),
      pay: (person, id, bill) =>
        change(person, id, (loan) => Installments.pay(Installments.openPart(loan, bill), clock.today)),
      refund: (person, id, amount) =>
        change(person, id, (loan) => {
          if (loan.voided || loan.voidAt !== undefined) throw new Refused("nothing was bought with this loan")
          const at = iso(clock.now)
          const all = amount ?? loan.amount - Installments.refunded(loan)
          const back = Installments.refund(loan, all, at)
          const { card } = of(person)
          const spent = card.get(`tx_${id}`)
          if (spent !== undefined) {
            const { card: own, id: refundOf, merchant } = spent
            card.put({ id: random.id("tx_", 8), card: own, merchant, amount: -all, at, state: "authorized", refundOf })
          }
          return back
        })
    }

    /** Nothing is added for being late, however long. */
    const miss = (loan: Loan, today: Day): boolean => {
      const missed = loan.parts.filter(({ due, state }) => state === "due" && due < today)
      for (const part of missed) part.state = "late"
      return missed.length > 0
    }

    const expire = (loan: Loan): boolean => {
      if (loan.voidAt === undefined || loan.voided || clock.now < loan.voidAt) return false
      loan.voided = true
      Installments.giveUp(loan, iso(clock.now))
      return true
    }

    let oven = ""
    let desk = ""
    let tent = ""
    let used = ""
    return {
      routes: {
        "POST /auth/v1/token/refresh": Route.refresh(),
        "POST /auth/v1/token/revoke": Route.revoke(),
        "GET /consumer/v1/loans": Route.feed((person) => of(person).loans, {
          rows: "loans",
          spell: spellLoan,
          needed: "amount"
        }),
        "GET /consumer/v1/card/transactions": Route.feed((person) => of(person).card, {
          rows: "transactions",
          spell: spellSpending,
          needed: "amount"
        }),
        "GET /consumer/v1/user": Route.one("user", (person) => {
          const { email, familyName, givenName, id } = of(person).person
          return { id: `user-${id}`, first_name: givenName, last_name: familyName, email }
        })
      },
      acts,
      everyDay: (today) => {
        for (const { id } of people) {
          const { card, loans } = of(id)
          for (const loan of loans.created()) {
            const changes = [expire(loan), miss(loan, today), Installments.collect(loan, today, () => undefined)]
            if (changes.includes(true)) loans.put(loan)
          }
          for (const spending of card.created()) {
            if (spending.state === "authorized") card.change(spending.id, { state: "captured", capturedOn: today })
          }
        }
      },
      story: [
        [140, () => (oven = acts.shop("alex", { merchant: "Bramble & Volt", amount: 89_900, plan: "monthly_6" }))],
        [120, () => void acts.shop("alex", { merchant: "Pebble Row", amount: 3_499 })],
        [112, () => acts.failPayments("alex", oven)],
        [105, () => acts.pay("alex", oven)],
        [
          100,
          () => void acts.shop("alex", { merchant: "Quillfish Supply", amount: 149_900, plan: "monthly_12", apr: 0 })
        ],
        [
          90,
          () => (tent = acts.shop("alex", { merchant: "Fernhollow Outfitters", amount: 31_500, plan: "monthly_3" }))
        ],
        [85, () => (used = acts.openCard("alex", { merchant: "Corner Crumb Bakery", amount: 14_240 }))],
        [85, () => acts.useCard("alex", used)],
        [80, () => void acts.openCard("alex", { merchant: "Hotel Saltmarsh", amount: 30_000, plan: "monthly_3" })],
        [70, () => void acts.refund("alex", tent, 12_000)],
        [64, () => void acts.refund("alex", used, 2_500)],
        [50, () => (desk = acts.shop("alex", { merchant: "Cedar & Tin", amount: 16_000 }))],
        [40, () => void acts.refund("alex", desk)],
        [33, () => (desk = acts.shop("alex", { merchant: "Tallow Street", amount: 18_200 }))],
        [8, () => acts.failPayments("alex", desk)],
        [7, () => void acts.shop("robin", { merchant: "Spoke & Otter", amount: 5_020 })],
        [5, () => void acts.shop("alex", { merchant: "Spoke & Otter", amount: 104_999, plan: "monthly_12" })],
        [0, () => acts.useCard("alex", acts.openCard("alex", { merchant: "Blue Ladle Diner", amount: 6_200 }))]
      ]
    }
  })
