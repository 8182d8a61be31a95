/**
 * Somebody who opens an account at a bank of the town: one for every scene, so that scenes share the bank and not what
 * is in it. A year's life in a few entries: wages and rent, two equal coffees on one morning, twice, something abroad,
 * and a payment that has not settled.
 */
import type { Bank } from "../bank/Bank.ts"
import type { Institution } from "../bank/Town.ts"

export interface Person {
  readonly customer: string
  readonly email: string
  readonly account: string
  /** Whatever is hers and nobody else's. */
  readonly own: ReadonlyArray<string>
}

const landlady = "Hedda Kvistholm"
const coffee = { amount: -420, text: "Wren Coffee", counterparty: { name: "Wren Coffee" }, kind: "card" } as const

const day = 86_400_000
const ago = ({ clock }: Bank, days: number): string => new Date(clock.now - days * day).toISOString().slice(0, 10)

const live = (bank: Bank, account: string): void => {
  const on = (days: number) => ({ on: ago(bank, days) })
  const wages = { amount: 245_000, text: "Wages", counterparty: { name: "Blackbird Works" } }
  const rent = { amount: -82_000, text: `Rent to ${landlady}`, counterparty: { name: landlady } }
  bank.book(account, { ...on(200), ...wages })
  bank.book(account, { ...on(130), ...rent })
  bank.book(account, { ...on(80), ...wages })
  bank.book(account, { ...on(79), ...rent })
  for (const days of [60, 60]) bank.book(account, { ...on(days), ...coffee })
  const foreign = { currency: "USD", amount: -4_500, rate: "0.92" }
  bank.book(account, { ...on(40), amount: -4_140, text: "Pebble Row New York", kind: "card", foreign })
  bank.book(account, { ...on(31), amount: -3_120, text: "Badger Grocers 1", kind: "card", mcc: "5411" })
  for (const days of [12, 12]) bank.book(account, { ...on(days), ...coffee })
  bank.book(account, { ...on(9), amount: 2_500, text: "Thank you", counterparty: { name: "Nora Ekeblad" } })
  bank.book(account, { ...on(3), amount: -2_980, text: "Badger Grocers 2", kind: "card", mcc: "5411" })
  bank.announce(account, { ...coffee, amount: -1_350, text: "Wren Coffee reserved" })
}

let people = 0

export const newcomer = ({ bank }: Institution): Person => {
  people += 1
  const number = String(people).padStart(6, "0")
  const name = `Tove Almlund-${number}`
  const email = `tove.almlund.${number}@example.com`
  const iban = `${bank.market}00TOWN10203040${number}`
  const customer = bank.addCustomer({ id: `tove-${number}`, email, name }).id
  const [first] = bank.accounts
  const opened = { customer, id: `${customer}-main`, iban, currency: first?.currency ?? "EUR", opening: 100_000 }
  const account = bank.addAccount(
    bank.market === "GB" ? { ...opened, sortCode: "601613", accountNumber: `70${number}` } : opened
  ).id
  live(bank, account)
  return { customer, email, account, own: [name, email, iban, landlady, "Nora Ekeblad"] }
}

/** Something new today, something that comes late, and what was pending has settled for a little more. */
export const spend = (bank: Bank, account: string): void => {
  settle(bank, account)
  bank.book(account, { amount: -4_999, text: "Pebble Row", kind: "card" })
  bank.book(account, { on: ago(bank, 6), amount: 1_111, text: "Late refund" })
  bank.announce(account, { ...coffee, amount: -812, text: "Larder Lane reserved" })
}

export const settle = (bank: Bank, account: string): void => {
  for (const { amount, key } of bank.pending(account)) bank.settle(key, { amount: amount - 150 })
}
