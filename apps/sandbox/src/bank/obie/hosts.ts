/**
 * The UK banks of the sandbox and who banks there: Revolut as a customer in Great Britain has it, with pounds and euros
 * under one account number, and Thames Bank, which is invented like every person here.
 */
import { addDays } from "@paymirror/connector-testing/simulator"
import { Bank } from "../Bank.ts"
import { iban, liveIn, places } from "../everyday.ts"
import type { Host } from "../institutions.ts"
import { revolutManners, thamesManners } from "./UkBank.ts"

const revolut: Host = {
  ids: ["revolut-gb"],
  dialect: "obie-3.1",
  manners: revolutManners,
  open: (clock, seed) => {
    const bank = new Bank({ clock, seed, market: "GB", name: "Revolut", bic: "REVOGB21XXX" })
    bank.addCustomer({ id: "ruth", email: "ruth.sample@example.com", name: "Ruth Sample" })
    bank.addCustomer({ id: "theo", email: "theo.sample@example.com", name: "Theo Sample" })
    const number = iban("GB", "REVO00997011223344")
    const pounds = { iban: number, sortCode: "009970", accountNumber: "11223344" }
    bank.addAccount({ customer: "ruth", id: "ruth-gbp", ...pounds, currency: "GBP", opening: 152_000, name: "Pounds" })
    bank.addAccount({ customer: "ruth", id: "ruth-eur", iban: number, currency: "EUR", opening: 40_000, name: "Euros" })
    bank.addAccount({
      customer: "theo",
      id: "theo-gbp",
      iban: iban("GB", "REVO00997055667788"),
      sortCode: "009970",
      accountNumber: "55667788",
      currency: "GBP",
      opening: 8_000,
      name: "Pounds"
    })
    liveIn(bank, "ruth-gbp", places.british)
    liveIn(bank, "theo-gbp", places.british)
    const on = addDays(clock.today, -15)
    const toEuros = { currency: "EUR", amount: -22_860, rate: "0.8749" }
    const fromPounds = { currency: "GBP", amount: 20_000, rate: "1.1430" }
    bank.book("ruth-gbp", { on, amount: -20_000, text: "To EUR", kind: "exchange", foreign: toEuros })
    bank.book("ruth-eur", { on, amount: 22_860, text: "From GBP", kind: "exchange", foreign: fromPounds })
    bank.book("ruth-eur", { on: addDays(on, 2), amount: -3_450, text: "Laden Dachs Berlin", kind: "card", mcc: "5411" })
    return bank
  }
}

const thames: Host = {
  ids: ["thames-gb"],
  dialect: "obie-4.0",
  manners: thamesManners,
  open: (clock, seed) => {
    const bank = new Bank({ clock, seed, market: "GB", name: "Thames Bank", bic: "THAMGB2LXXX" })
    bank.addCustomer({ id: "grace", email: "grace.sample@example.com", name: "Grace Sample" })
    bank.addCustomer({ id: "henry", email: "henry.sample@example.com", name: "Henry Sample" })
    const open = (customer: string, id: string, accountNumber: string, opening: number, name: string): void => {
      const numbers = { iban: iban("GB", `THAM601613${accountNumber}`), sortCode: "601613", accountNumber }
      bank.addAccount({ customer, id, ...numbers, currency: "GBP", opening, name, creditLine: 50_000 })
    }
    open("grace", "grace-current", "31926819", 210_300, "Current account")
    open("henry", "henry-current", "31926827", 64_000, "Current account")
    bank.addAccount({
      customer: "grace",
      id: "grace-savings",
      sortCode: "601613",
      accountNumber: "80012345",
      currency: "GBP",
      opening: 500_000,
      name: "Savings",
      kind: "savings"
    })
    liveIn(bank, "grace-current", places.british)
    liveIn(bank, "henry-current", places.british)
    bank.book("grace-savings", { on: addDays(clock.today, -1), amount: 812, text: "Interest", kind: "interest" })
    return bank
  }
}

export const ukHosts: ReadonlyArray<Host> = [revolut, thames]
