/**
 * PayPal's side, for a person in the United States: a wallet with a balance for each currency and its activity, and Pay in
 * 4 beside it (a down payment and three automatic ones every two weeks, no late fee, none of them moved). A refund comes off
 * the fourth payment, then the third, and what had been paid goes to the balance; one may also arrive in the balance alone,
 * while the plan stays due. A bank deposit is in the balance while it is still pending. Fields and codes of the activity are
 * those of the public reporting interface; whether a person's session answers alike, and whether Pay in 4 payments show
 * there, nobody has published: here they are paid by a card of the person's and do not.
 */
import { addDays, Feed, iso, Route } from "@paymirror/connector-testing/simulator"
import type { Clock, Random } from "@paymirror/connector-testing/simulator"
import { Refused } from "../Refused.ts"
import * as Installments from "./Installments.ts"
import { changed, neighbour, ofEach, people } from "./Neighbour.ts"
import type { Neighbour, Options, Premises } from "./Neighbour.ts"

export const currencies = ["USD", "EUR"] as const
export type Currency = (typeof currencies)[number]

interface Order extends Installments.Order {
  returned: number
}

export interface Row {
  readonly id: string
  readonly transaction: string
  readonly code: string
  readonly at: string
  readonly amount: number
  readonly fee?: number
  readonly name?: string
  readonly reference?: readonly [type: "ODR" | "TXN", id: string]
  /** Nobody has taken it yet: it stays pending until somebody does, or until it goes back after thirty days. */
  unclaimed?: boolean
  status: "S" | "P" | "D" | "V"
}

export interface PayPalActs {
  /** From a bank of the person's: in the balance at once, pending until the next day. */
  readonly deposit: (person: string, amount: number) => string
  readonly withdraw: (person: string, amount: number) => string
  readonly receive: (
    person: string,
    payment: { readonly from: string; readonly amount: number; readonly fee?: number; readonly currency?: Currency }
  ) => string
  /** From the balance; with `pending` it settles the next day. */
  readonly send: (
    person: string,
    payment: { readonly to: string; readonly amount: number; readonly currency?: Currency; readonly pending?: boolean }
  ) => string
  /** To an address without an account: pending until it is claimed, denied after thirty days. */
  readonly sendUnclaimed: (person: string, payment: { readonly to: string; readonly amount: number }) => string
  readonly claim: (person: string, transaction: string) => void
  /** A store reserves it, and takes it later as a row of its own under the same transaction. */
  readonly authorize: (person: string, hold: { readonly to: string; readonly amount: number }) => string
  readonly capture: (person: string, authorization: string) => string
  /** What is pending is denied, and nothing was paid. */
  readonly deny: (person: string, transaction: string) => void
  /** Two rows, one in each currency, that name the same transaction. */
  readonly convert: (person: string, exchange: { readonly usd: number; readonly eur: number }) => void
  /** With Pay in 4. The id of the plan. */
  readonly shop: (person: string, order: { readonly merchant: string; readonly amount: number }) => string
  readonly failPayments: (person: string, plan: string, times?: number) => void
  /** A one-time payment; on the day a payment is due it is taken automatically too, so it has to come before. */
  readonly pay: (person: string, plan: string, payment?: number) => void
  /** Answers with what had been paid already and is in the balance now. */
  readonly refund: (person: string, plan: string, amount?: number) => number
  /** The store pays into the balance, and nobody tells the plan. */
  readonly refundUnlinked: (person: string, refund: { readonly from: string; readonly amount: number }) => string
}

const words = {
  scheduled: "SCHEDULED",
  due: "PAST_DUE",
  late: "PAST_DUE",
  paid: "PAID",
  refunded: "REFUNDED",
  voided: "CANCELED"
} as const

export const money = (minor: number, currency_code: Currency = "USD") => ({
  currency_code,
  value: (minor / 100).toFixed(2)
})

const spellPlan = (order: Order & { readonly updated_at?: string }) => ({
  plan_id: order.id,
  order_id: `ORD${order.id}`,
  product: "PAY_IN_4",
  merchant_name: order.merchant,
  amount: money(order.amount),
  refunded_amount: money(Installments.refunded(order)),
  refunded_to_balance: money(order.returned),
  create_time: order.placedAt,
  payments: order.parts.map(({ amount, due, number, paidOn, state }) => ({
    sequence: number,
    due_date: due,
    amount: money(amount),
    status: words[state],
    paid_date: paidOn ?? null
  })),
  update_time: order.updated_at
})

const spellRow = (currency: Currency) => (row: Row & { readonly updated_at?: string }) => ({
  transaction_id: row.transaction,
  transaction_event_code: row.code,
  transaction_status: row.status,
  transaction_initiation_date: row.at,
  transaction_updated_date: row.updated_at,
  transaction_amount: money(row.amount, currency),
  ...(row.fee !== undefined && { fee_amount: money(-row.fee, currency) }),
  ...(row.name !== undefined && { payer_name: row.name }),
  ...(row.reference !== undefined && {
    paypal_reference_id_type: row.reference[0],
    paypal_reference_id: row.reference[1]
  })
})

/** Bank deposits and withdrawals move the balance before they are through, an authorization never does. */
const moves = ({ code, status }: Row): boolean =>
  !code.startsWith("T13") && (status === "S" || status === "V" || (status === "P" && /^T0[34]/.test(code)))

const ledgers = (clock: Clock) => ({
  plans: new Feed<Order>(clock),
  wallet: { USD: new Feed<Row>(clock), EUR: new Feed<Row>(clock) }
})

/** A payer id, which is thirteen letters and digits. */
export const accountId = (person: string): string =>
  `PP${person.toUpperCase().replaceAll(/[AEIOU]/g, "")}`.padEnd(13, "2")

const build = (clock: Clock, random: Random) => {
  const of = ofEach(() => ledgers(clock))

  const balance = (person: string, currency: Currency): number =>
    of(person)
      .wallet[currency].created()
      .reduce((sum, row) => sum + (moves(row) ? row.amount - (row.fee ?? 0) : 0), 0)

  type Said = Pick<Row, "code" | "amount"> & Partial<Row>
  const enter = (person: string, said: Said, currency: Currency = "USD"): string => {
    const transaction = said.transaction ?? random.id("", 17).toUpperCase()
    const id = `${transaction}:${said.code}`
    of(person).wallet[currency].put({ id, at: iso(clock.now), status: "S", ...said, transaction })
    return id
  }

  const afford = (person: string, amount: number, currency: Currency = "USD"): void => {
    const held = of(person)
      .wallet[currency].created()
      .reduce((sum, row) => sum + (row.status === "P" && !moves(row) ? row.amount : 0), 0)
    if (amount > balance(person, currency) + held) throw new Refused("more than there is")
  }

  const change = <A>(person: string, id: string, how: (order: Order) => A): A => changed(of(person).plans, id, how)

  const acts: PayPalActs = {
    deposit: (person, amount) => enter(person, { code: "T0300", amount, status: "P" }),
    withdraw: (person, amount) => {
      afford(person, amount)
      return enter(person, { code: "T0400", amount: -amount, status: "P" })
    },
    receive: (person, { amount, currency = "USD", fee, from: name }) =>
      enter(person, { code: "T0000", amount, name, ...(fee !== undefined && { fee }) }, currency),
    send: (person, { amount, currency = "USD", pending = false, to: name }) => {
      afford(person, amount, currency)
      return enter(person, { code: "T0006", amount: -amount, name, status: pending ? "P" : "S" }, currency)
    },
    sendUnclaimed: (person, { amount, to: name }) => {
      afford(person, amount)
      return enter(person, { code: "T0000", amount: -amount, name, status: "P", unclaimed: true })
    },
    claim: (person, id) => {
      const { USD } = of(person).wallet
      const row = USD.get(id)
      if (row?.unclaimed !== true || row.status !== "P") throw new Refused("nothing waits there")
      USD.change(id, { status: "S" })
    },
    authorize: (person, { amount, to: name }) => {
      afford(person, amount)
      return enter(person, { code: "T1300", amount: -amount, name, status: "P" })
    },
    capture: (person, id) => {
      const { USD } = of(person).wallet
      const hold = USD.get(id)
      if (hold?.code !== "T1300" || hold.status === "D") throw new Refused("nothing is reserved there")
      USD.change(id, { status: "S" })
      return enter(person, { code: "T0006", amount: hold.amount, name: hold.name ?? "", transaction: hold.transaction })
    },
    deny: (person, id) => {
      const { EUR, USD } = of(person).wallet
      const rows = [USD, EUR].find((feed) => feed.get(id)?.status === "P")
      if (rows === undefined) throw new Refused("only what is pending can be denied")
      rows.change(id, { status: "D" })
    },
    convert: (person, { eur, usd }) => {
      afford(person, usd)
      const transaction = random.id("", 17).toUpperCase()
      enter(person, { code: "T0200", amount: -usd, transaction })
      enter(person, { code: "T0200", amount: eur, transaction }, "EUR")
    },
    shop: (person, { amount, merchant }) => {
      const id = random.id("P4", 10)
      const days = [0, 14, 28, 42].map((after) => addDays(clock.today, after))
      const parts = Installments.partsOf(Installments.evenly(amount, 4), days)
      const placedAt = iso(clock.now)
      const order: Order = { id, merchant, amount, charge: 0, placedAt, parts, refunds: [], failing: 0, returned: 0 }
      Installments.collect(order, clock.today, () => undefined)
      of(person).plans.put(order)
      return id
    },
    failPayments: (person, id, times = 1) => change(person, id, (order) => void (order.failing += times)),
    pay: (person, id, payment) =>
      change(person, id, (order) => {
        const part = Installments.openPart(order, payment)
        if (part.state === "scheduled" && part.due <= clock.today) throw new Refused("it is taken today already")
        Installments.pay(part, clock.today)
      }),
    refund: (person, id, amount) =>
      change(person, id, (order) => {
        const all = amount ?? order.amount - Installments.refunded(order)
        const back = Installments.refund(order, all, iso(clock.now))
        order.returned += back
        if (back > 0) {
          const reference = ["ODR", `ORD${id}`] as const
          enter(person, { code: "T1107", amount: back, name: order.merchant, reference })
        }
        return back
      }),
    refundUnlinked: (person, { amount, from: name }) => enter(person, { code: "T1107", amount, name })
  }
  return { of, balance, acts }
}

/** What happens there, whichever interface shows it. */
export const life = (clock: Clock, random: Random) => {
  const { acts, balance, of } = build(clock, random)
  let desk = ""
  return {
    of,
    balance,
    acts,
    everyDay: (today) => {
      for (const { id: person } of people) {
        for (const currency of currencies) {
          const rows = of(person).wallet[currency]
          for (const { at, id, status, unclaimed } of rows.created()) {
            if (status !== "P") continue
            if (unclaimed !== true) rows.change(id, { status: "S" })
            else if (addDays(at.slice(0, 10), 30) <= today) rows.change(id, { status: "D" })
          }
        }
        const { plans: orders } = of(person)
        for (const order of orders.created()) {
          if (Installments.collect(order, today, () => undefined)) orders.put(order)
        }
      }
    },
    story: [
      [140, () => void acts.deposit("alex", 90_000)],
      [135, () => void acts.shop("alex", { merchant: "Moth Lantern", amount: 12_000 })],
      [130, () => void acts.send("alex", { to: "Fen Water Co-op", amount: 4_418 })],
      [121, () => acts.convert("alex", { usd: 22_000, eur: 20_000 })],
      [119, () => void acts.send("alex", { to: "Atelier Muguet", amount: 3_150, currency: "EUR" })],
      [110, () => void acts.receive("alex", { from: "Robin Oakhurst", amount: 5_000, fee: 175 })],
      [100, () => (desk = acts.shop("alex", { merchant: "Quillfish Supply", amount: 24_050 }))],
      [98, () => acts.failPayments("alex", desk)],
      [80, () => void acts.refund("alex", acts.shop("alex", { merchant: "Cedar & Tin", amount: 9_999 }))],
      [75, () => acts.pay("alex", desk, 2)],
      [60, () => void acts.refund("alex", acts.shop("alex", { merchant: "Tallow Street", amount: 18_200 }), 6_000)],
      [50, () => void acts.withdraw("alex", 10_000)],
      [41, () => void acts.receive("alex", { from: "Atelier Muguet", amount: 900, currency: "EUR" })],
      [30, () => void acts.shop("alex", { merchant: "Bramble & Volt", amount: 30_000 })],
      [21, () => void acts.refundUnlinked("alex", { from: "Bramble & Volt", amount: 7_500 })],
      [9, () => void acts.deposit("robin", 5_000)],
      [3, () => void acts.send("alex", { to: "Larder Lane", amount: 1_890 })],
      [0, () => void acts.send("alex", { to: "Corner Crumb Bakery", amount: 890, pending: true })]
    ]
  } satisfies Omit<Premises<PayPalActs>, "routes"> & Record<"of" | "balance", unknown>
}

export const paypal = (options: Options = {}): Neighbour<PayPalActs> =>
  neighbour("paypal", options, (clock, random) => {
    const { balance, of, ...lived } = life(clock, random)
    const none = new Feed<Order>(clock)
    const activity = (currency: Currency) =>
      ({
        rows: "transactions",
        spell: spellRow(currency),
        words: ["transaction_status"],
        needed: "transaction_amount"
      }) as const
    const plans = { rows: "plans", spell: spellPlan, words: ["payments"], needed: "amount" }
    const known = (currency: string | undefined): Currency | undefined => currencies.find((each) => each === currency)

    return {
      ...lived,
      routes: {
        "POST /auth/v1/token/refresh": Route.refresh(),
        "POST /auth/v1/token/revoke": Route.revoke(),
        "GET /consumer/v1/wallet": Route.one("", (person, asOf) => ({
          account_id: accountId(person),
          as_of_time: asOf,
          balances: currencies.map((currency) => ({
            currency,
            primary: currency === "USD",
            total_balance: money(balance(person, currency), currency)
          }))
        })),
        "GET /consumer/v1/wallet/{currency}/activity": {
          ...Route.feed(
            (person) => new Feed(clock, [...of(person).wallet.USD.created(), ...of(person).wallet.EUR.created()]),
            activity("USD")
          ),
          answer: (call) => {
            const currency = known(call.parameters["currency"])
            if (currency === undefined) return call.refuse("not_found")
            return Route.feed(of(call.person).wallet[currency], activity(currency)).answer(call)
          }
        },
        "GET /consumer/v1/wallet/{currency}/pay-in-4": {
          ...Route.feed((person) => of(person).plans, plans),
          answer: (call) =>
            Route.feed(call.parameters["currency"] === "USD" ? of(call.person).plans : none, plans).answer(call)
        }
      }
    }
  })
