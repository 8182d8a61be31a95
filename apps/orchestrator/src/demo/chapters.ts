/**
 * What happens to alex at each of Klarna's neighbours in the demo: the provider's own rules, one act at a time, each with
 * the days that pass after it. The acts are those of the simulated provider and no word of its wire.
 */
import type { neighbours } from "@paymirror/sandbox"

export type Provider = keyof typeof neighbours

type Far<P extends Provider> = ReturnType<(typeof neighbours)[P]>

export interface Step {
  readonly title: string
  readonly act?: () => void
  /** Days that pass before it is read. */
  readonly days?: number
}

const alex = "alex"

/** A day so many days after the provider's present one. */
const later = (far: { readonly simulator: Far<Provider>["simulator"] }, days: number): string =>
  new Date(far.simulator.clock.now + days * 86_400_000).toISOString().slice(0, 10)

export const chapters: { readonly [P in Provider]: (far: Far<P>) => ReadonlyArray<Step> } = {
  "afterpay": (far) => {
    let order = ""
    return [
      {
        title: "a purchase in four payments, the first at once",
        act: () => (order = far.acts.shop(alex, { merchant: "Quillfish Supply", amount: 20_000 }))
      },
      {
        title: "the second payment is moved by five days: one of an order may be",
        act: () => far.acts.reschedule(alex, order, { installment: 2, to: later(far, 19) })
      },
      {
        title: "the store refunds a part: it comes off the last payment first",
        act: () => void far.acts.refund(alex, order, 6_000)
      },
      { title: "a payment fails", act: () => far.acts.failPayments(alex, order), days: 19 },
      { title: "ten days later it is late, with a fee", days: 10 },
      { title: "and is paid", act: () => far.acts.pay(alex, order, 2) }
    ]
  },
  "affirm": (far) => {
    let loan = ""
    let card = ""
    return [
      {
        title: "a loan in three monthly bills, with interest",
        act: () => (loan = far.acts.shop(alex, { merchant: "Bramble & Volt", amount: 60_000, plan: "monthly_3" }))
      },
      { title: "the first bill falls due and is paid", days: 31 },
      {
        title: "the store refunds a part: the last bill first, then the one before",
        act: () => void far.acts.refund(alex, loan, 25_000)
      },
      {
        title: "a one-time card, and what it bought",
        act: () => {
          card = far.acts.openCard(alex, { merchant: "Larder Lane", amount: 8_000 })
          far.acts.useCard(alex, card)
        },
        days: 2
      }
    ]
  },
  "sezzle": (far) => {
    let order = ""
    return [
      {
        title: "a purchase: a quarter now, the rest over six weeks",
        act: () => (order = far.acts.shop(alex, { merchant: "Pebble Row", amount: 16_000 }))
      },
      {
        title: "a payment is moved by its holder: once for nothing",
        act: () => far.acts.reschedule(alex, order, { installment: 2, to: later(far, 21) })
      },
      {
        title: "a payment fails: it is moved by Sezzle, and a fee comes on top of it",
        act: () => far.acts.failPayments(alex, order),
        days: 24
      },
      {
        title: "the store refunds a part: from the final payment on",
        act: () => void far.acts.refund(alex, order, 3_000)
      },
      { title: "Sezzle Spend is spent", act: () => far.acts.redeem(alex, 100) }
    ]
  },
  "zip": (far) => {
    let order = ""
    return [
      {
        title: "two purchases on one day: their installments will be taken in one debit",
        act: () => {
          order = far.acts.shop(alex, { merchant: "Tallow Street", amount: 12_000 })
          far.acts.shop(alex, { merchant: "Cedar & Tin", amount: 8_000 })
        }
      },
      {
        title: "a one-time card over more than was spent: what is left over comes off the fourth payment",
        act: () => void far.acts.shopByCard(alex, { merchant: "Corner Crumb Bakery", amount: 10_000, spent: 7_500 }),
        days: 2
      },
      {
        title: "the debit fails, and each of its installments is overdue",
        act: () => far.acts.failDebits(alex),
        days: 12
      },
      { title: "one of them is paid", act: () => far.acts.pay(alex, order, 2) }
    ]
  },
  "cash-app": (far) => {
    let order = ""
    let coffee = ""
    return [
      { title: "money comes in from a bank, pending until tomorrow", act: () => void far.acts.cashIn(alex, 50_000) },
      {
        title: "a card payment and its boost, a row each",
        act: () => (coffee = far.acts.spend(alex, { merchant: "Blue Ladle Diner", amount: 2_400, boost: 240 })),
        days: 2
      },
      {
        title: "the store gives some of it back",
        act: () => void far.acts.refundSpending(alex, coffee, 1_000),
        days: 1
      },
      {
        title: "something sent from another bank's card moves no balance here",
        act: () => void far.acts.send(alex, { to: "robin", amount: 1_500, paidFrom: "a bank card" })
      },
      {
        title: "an order of Afterpay's that Cash App shows",
        act: () => (order = far.acts.shop(alex, { merchant: "Heron & Hull", amount: 8_000 }))
      },
      { title: "a part of it is refunded", act: () => void far.acts.refund(alex, order, 2_000) }
    ]
  },
  "chime": (far) => {
    let shoes = ""
    return [
      {
        title: "pay day, pending until tomorrow",
        act: () => void far.acts.deposit(alex, { from: "Larder Lane Payroll", amount: 120_000 }),
        days: 1
      },
      {
        title: "a debit is rounded up: a payment in one account, a round-up into another",
        act: () => (shoes = far.acts.buy(alex, { merchant: "Spoke & Otter", amount: 4_375 })),
        days: 1
      },
      { title: "it is refunded, the round-up is not", act: () => void far.acts.refund(alex, shoes), days: 1 },
      {
        title: "a purchase by Credit Builder, a ledger of its own",
        act: () => void far.acts.buy(alex, { merchant: "Moth Lantern", amount: 3_000, by: "credit" }),
        days: 1
      },
      {
        title: "cash from a machine that takes a fee",
        act: () => void far.acts.withdraw(alex, { amount: 4_000, fee: 250 })
      }
    ]
  },
  "paypal": (far) => {
    let plan = ""
    return [
      {
        title: "a purchase on Pay in 4: a down payment and three automatic ones",
        act: () => (plan = far.acts.shop(alex, { merchant: "Quillfish Supply", amount: 20_000 }))
      },
      {
        title: "the store pays into the balance and nobody tells the plan: the plan stays due",
        act: () => void far.acts.refundUnlinked(alex, { from: "Quillfish Supply", amount: 5_000 })
      },
      { title: "a refund that is tied to the plan shortens it", act: () => void far.acts.refund(alex, plan, 4_000) },
      {
        title: "dollars become euros: two rows, one in each account",
        act: () => far.acts.convert(alex, { usd: 1_000, eur: 920 })
      },
      { title: "the next payment is taken", days: 14 }
    ]
  }
}
