/**
 * Chime's side, in the United States: spending, savings and Credit Builder, three accounts behind one login, each with a
 * ledger of its own. A payment by debit card is rounded up to the next dollar and the difference moved to savings, a move
 * between two of them shows on both sides, and Credit Builder is below zero by what is owed. Types and dates of a row are
 * those a monthly statement prints; the lists themselves are a guess, and the banks are invented.
 */
import { Feed, Route } from "@paymirror/connector-testing/simulator"
import type { Clock, Day } from "@paymirror/connector-testing/simulator"
import { Refused } from "../Refused.ts"
import { neighbour, ofEach, people } from "./Neighbour.ts"
import type { Neighbour, Options } from "./Neighbour.ts"

const accounts = { spending: "Spending", savings: "Savings", credit: "Credit Builder" } as const
type Account = keyof typeof accounts
const heldAt = { spending: "Cedar Bank, N.A.", savings: "Cedar Bank, N.A.", credit: "Heron National Bank" } as const
const kinds: ReadonlyArray<Account> = ["spending", "savings", "credit"]

interface Transaction {
  readonly id: string
  readonly on: Day
  readonly type: string
  readonly description: string
  readonly amount: number
  readonly transfer?: string
  readonly card?: string
  readonly refundOf?: string
  status: "pending" | "settled" | "disputed" | "released"
  settledOn?: Day
}

export interface ChimeActs {
  /** Pending until the next day. */
  readonly deposit: (person: string, deposit: { readonly from: string; readonly amount: number }) => string
  /** By debit card, or by the card of Credit Builder; pending until the next day. Only a debit is rounded up. */
  readonly buy: (
    person: string,
    purchase: { readonly merchant: string; readonly amount: number; readonly by?: "spending" | "credit" }
  ) => string
  /** The store gives up what it held. */
  readonly release: (person: string, transaction: string) => void
  readonly refund: (person: string, transaction: string, amount?: number) => string
  readonly dispute: (person: string, transaction: string) => void
  readonly directDebit: (person: string, debit: { readonly to: string; readonly amount: number }) => string
  readonly withdraw: (person: string, cash: { readonly amount: number; readonly fee?: number }) => string
  readonly transfer: (
    person: string,
    move: { readonly from: Account; readonly to: Account; readonly amount: number }
  ) => void
}

const ledgers = (clock: Clock): Readonly<Record<Account, Feed<Transaction>>> => ({
  spending: new Feed<Transaction>(clock),
  savings: new Feed<Transaction>(clock),
  credit: new Feed<Transaction>(clock)
})

const isBooked = ({ status }: Transaction): boolean => status === "settled" || status === "disputed"

const booked = (feed: Feed<Transaction>): number =>
  feed.created().reduce((sum, row) => sum + (isBooked(row) ? row.amount : 0), 0)

const spell = (row: Transaction & { readonly updated_at?: string }) => ({
  id: row.id,
  transaction_date: row.on,
  settlement_date: row.settledOn ?? null,
  description: row.description,
  type: row.type,
  status: row.status,
  amount_minor: row.amount,
  currency: "USD",
  ...(row.transfer !== undefined && { transfer_id: row.transfer }),
  ...(row.card !== undefined && {
    card: { id: row.card, merchant: row.description, ...(row.refundOf !== undefined && { refund_of: row.refundOf }) }
  }),
  updated_at: row.updated_at
})

const kindOf = { spending: "spending", savings: "savings", credit: "credit-builder" } as const

export const chime = (options: Options = {}): Neighbour<ChimeActs> =>
  neighbour("chime", options, (clock) => {
    const of = ofEach(() => ledgers(clock))
    let count = 0
    const next = (prefix: string): string => `${prefix}${(count += 1)}`

    type Said = Pick<Transaction, "type" | "description" | "amount"> & Partial<Transaction>
    const enter = (person: string, account: Account, said: Said): string => {
      const id = next("tx")
      const settled = said.status === "pending" ? {} : { settledOn: clock.today }
      of(person)[account].put({ id, on: clock.today, status: "settled", ...settled, ...said })
      return id
    }

    const afford = (person: string, account: Account, amount: number): void => {
      if (account === "credit") return
      const feed = of(person)[account]
      const held = feed
        .created()
        .reduce((sum, row) => sum + (row.status === "pending" ? Math.min(0, row.amount) : 0), 0)
      if (amount > booked(feed) + held) throw new Refused("more than there is")
    }

    /** Both sides of a move between two of a person's accounts name the same transfer. */
    const move = (person: string, from: Account, to: Account, amount: number, type: string): void => {
      const transfer = next("tr")
      enter(person, from, { type, description: `To ${accounts[to]}`, amount: -amount, transfer })
      const received = to === "credit" ? "Payment" : type
      enter(person, to, { type: received, description: `From ${accounts[from]}`, amount, transfer })
    }

    const find = (person: string, id: string): readonly [Account, Transaction] => {
      for (const account of kinds) {
        const found = of(person)[account].get(id)
        if (found !== undefined) return [account, found]
      }
      throw new Refused("no such transaction")
    }

    const acts: ChimeActs = {
      deposit: (person, { amount, from: description }) =>
        enter(person, "spending", { type: "Deposit", description, amount, status: "pending" }),
      buy: (person, { amount, by = "spending", merchant: description }) => {
        const roundUp = by === "spending" ? (100 - (amount % 100)) % 100 : 0
        afford(person, by, amount + roundUp)
        const card = by === "spending" ? "debit" : "credit-builder"
        const id = enter(person, by, { type: "Purchase", description, amount: -amount, card, status: "pending" })
        if (roundUp > 0) move(person, "spending", "savings", roundUp, "Round Up")
        return id
      },
      release: (person, id) => {
        const [account, { status }] = find(person, id)
        if (status !== "pending") throw new Refused("only what is pending can be released")
        of(person)[account].change(id, { status: "released" })
      },
      refund: (person, id, amount) => {
        const [account, { amount: paid, card, description, type }] = find(person, id)
        if (card === undefined) throw new Refused("not paid by card")
        return enter(person, account, { type, description, amount: amount ?? -paid, card, refundOf: id })
      },
      dispute: (person, id) => {
        const [account] = find(person, id)
        of(person)[account].change(id, { status: "disputed" })
      },
      directDebit: (person, { amount, to: description }) => {
        afford(person, "spending", amount)
        return enter(person, "spending", { type: "Direct Debit", description, amount: -amount })
      },
      withdraw: (person, { amount, fee = 0 }) => {
        afford(person, "spending", amount + fee)
        const description = "ATM Fern Street"
        const id = enter(person, "spending", { type: "ATM Withdrawal", description, amount: -amount })
        if (fee > 0) enter(person, "spending", { type: "Fee", description, amount: -fee })
        return id
      },
      transfer: (person, { amount, from, to }) => {
        afford(person, from, amount)
        move(person, from, to, amount, "Transfer")
      }
    }

    const listing = { rows: "transactions", spell, needed: "amount_minor" }
    const accountIn = (kind: string | undefined): Account | undefined =>
      kinds.find((account) => kindOf[account] === kind)

    return {
      routes: {
        "POST /auth/v1/token/refresh": Route.refresh(),
        "POST /auth/v1/token/revoke": Route.revoke(),
        "GET /consumer/v1/accounts": Route.one("", (person) => ({
          customer_id: `ch_${person}`,
          accounts: kinds.map((account) => ({
            kind: kindOf[account],
            name: accounts[account],
            held_at: heldAt[account],
            currency: "USD"
          }))
        })),
        "GET /consumer/v1/accounts/{account}/balance": Route.other(({ clock: { now }, parameters, person, refuse }) => {
          const account = accountIn(parameters["account"])
          if (account === undefined) return refuse("not_found")
          const as_of = new Date(now).toISOString()
          return {
            status: 200,
            body: { balance: { amount_minor: booked(of(person)[account]), currency: "USD", as_of } }
          }
        }),
        "GET /consumer/v1/accounts/{account}/transactions": {
          ...Route.feed(
            (person) =>
              new Feed(
                clock,
                kinds.flatMap((account) => of(person)[account].created())
              ),
            listing
          ),
          answer: (call) => {
            const account = accountIn(call.parameters["account"])
            if (account === undefined) return call.refuse("not_found")
            return Route.feed(of(call.person)[account], listing).answer(call)
          }
        }
      },
      acts,
      everyDay: (today) => {
        for (const { id: person } of people) {
          for (const account of kinds) {
            const feed = of(person)[account]
            for (const { id, status } of feed.created()) {
              if (status === "pending") feed.change(id, { status: "settled", settledOn: today })
            }
          }
        }
      },
      story: [
        [140, () => void acts.deposit("alex", { from: "Larkfield Payroll", amount: 180_000 })],
        [137, () => void acts.buy("alex", { merchant: "Blue Ladle Diner", amount: 2_350 })],
        [130, () => acts.transfer("alex", { from: "spending", to: "savings", amount: 25_000 })],
        [125, () => void acts.buy("alex", { merchant: "Quillfish Supply", amount: 12_049, by: "credit" })],
        [120, () => void acts.directDebit("alex", { to: "Fen Water Co-op", amount: 4_418 })],
        [110, () => acts.transfer("alex", { from: "spending", to: "credit", amount: 12_049 })],
        [104, () => void acts.withdraw("alex", { amount: 6_000, fee: 250 })],
        [96, () => void acts.refund("alex", acts.buy("alex", { merchant: "Cedar & Tin", amount: 4_999 }), 1_999)],
        [80, () => void acts.buy("alex", { merchant: "Larder Lane", amount: 6_412 })],
        [70, () => void acts.buy("alex", { merchant: "Moth Lantern", amount: 3_000, by: "credit" })],
        [60, () => acts.dispute("alex", acts.buy("alex", { merchant: "Grinwell Dental", amount: 900, by: "credit" }))],
        [50, () => acts.transfer("alex", { from: "savings", to: "spending", amount: 2_000 })],
        [40, () => void acts.deposit("robin", { from: "Larkfield Payroll", amount: 90_000 })],
        [20, () => acts.transfer("alex", { from: "spending", to: "credit", amount: 1_500 })],
        [0, () => void acts.buy("alex", { merchant: "Corner Crumb Bakery", amount: 890 })]
      ]
    }
  })
