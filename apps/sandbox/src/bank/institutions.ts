/**
 * The banks of the sandbox as data and in what they are made of: who banks there, which dialect they speak, and the
 * manners each has. Klarna's two customers are its published sandbox identities; every other bank and person is invented.
 */
import type { Clock } from "@paymirror/connector-testing/simulator"
import { Bank } from "./Bank.ts"
import { iban, liveIn, places, spendOn } from "./everyday.ts"
import type { Quirks } from "./Quirks.ts"

export interface Host {
  /** The institutions that are reached there. */
  readonly ids: readonly [string, ...ReadonlyArray<string>]
  readonly dialect: "klarna-v2" | "berlin-1.3" | "obie-3.1" | "obie-4.0" | "enable-banking"
  readonly manners?: Partial<Quirks> | undefined
  readonly open: (clock: Clock, seed: number) => Bank
}

const klarna: Host = {
  ids: ["klarna-de", "klarna-se"],
  dialect: "klarna-v2",
  open: (clock, seed) => {
    const bank = new Bank({ clock, seed, market: "SE", name: "Klarna Bank AB (publ)", bic: "KLRNSESS" })
    bank.addCustomer({ id: "john", email: "john.doe@example.com", name: "John Doe" })
    bank.addCustomer({ id: "sven", email: "sven.svensson@example.com", name: "Sven Svensson" })
    const [german, swedish] = ["DE23100000001234567890", "SE6297800000097802578096"]
    bank.addAccount({
      customer: "john",
      id: "john-eur",
      iban: german,
      bic: "KLRNDEBEXXX",
      currency: "EUR",
      opening: 125_000,
      name: "Klarna Balance"
    })
    bank.addAccount({
      customer: "sven",
      id: "sven-sek",
      iban: swedish,
      currency: "SEK",
      opening: 1_250_000,
      name: "Klarna Saldo"
    })
    liveIn(bank, "john-eur", places.german)
    liveIn(bank, "sven-sek", places.swedish)
    return bank
  }
}

const nordbank: Host = {
  ids: ["nordbank-de"],
  dialect: "berlin-1.3",
  open: (clock, seed) => {
    const bank = new Bank({ clock, seed, market: "DE", name: "Nordbank", bic: "NRDBDEHHXXX" })
    bank.addCustomer({ id: "lena", email: "lena.muster@example.com", name: "Lena Muster" })
    bank.addCustomer({ id: "otto", email: "otto.muster@example.com", name: "Otto Muster" })
    bank.addAccount({
      customer: "lena",
      id: "lena-giro",
      iban: iban("DE", "200400600123456700"),
      currency: "EUR",
      opening: 184_050,
      name: "Girokonto",
      product: "Giro Nord",
      creditLine: 200_000
    })
    bank.addAccount({
      customer: "lena",
      id: "lena-savings",
      iban: iban("DE", "200400600123456701"),
      currency: "EUR",
      opening: 1_000_000,
      name: "Tagesgeld",
      kind: "savings"
    })
    bank.addAccount({
      customer: "lena",
      id: "lena-card",
      maskedPan: "525412******3241",
      currency: "EUR",
      opening: 0,
      name: "Kreditkarte",
      product: "Nord Card",
      kind: "card",
      creditLine: 300_000
    })
    bank.addAccount({
      customer: "otto",
      id: "otto-giro",
      iban: iban("DE", "200400600765432100"),
      currency: "EUR",
      opening: 50_000,
      name: "Girokonto"
    })
    liveIn(bank, "lena-giro", places.german)
    spendOn(bank, "lena-card", places.german)
    bank.book("lena-savings", { on: clock.today, amount: 1_042, text: "Zinsen", kind: "interest" })
    liveIn(bank, "otto-giro", places.german)
    return bank
  }
}

const alpenbank: Host = {
  ids: ["alpenbank-at"],
  dialect: "berlin-1.3",
  manners: { historyDays: 90, deepMinutes: 15 },
  open: (clock, seed) => {
    const bank = new Bank({ clock, seed, market: "AT", name: "Alpenbank", bic: "ALPNATWWXXX" })
    bank.addCustomer({ id: "jonas", email: "jonas.beispiel@example.com", name: "Jonas Beispiel" })
    bank.addAccount({
      customer: "jonas",
      id: "jonas-giro",
      iban: iban("AT", "1200000123456789"),
      currency: "EUR",
      opening: 99_900,
      name: "Gehaltskonto"
    })
    liveIn(bank, "jonas-giro", places.german)
    return bank
  }
}

const fjordbank: Host = {
  ids: ["fjordbank-no"],
  dialect: "berlin-1.3",
  open: (clock, seed) => {
    const bank = new Bank({ clock, seed, market: "NO", name: "Fjordbank", bic: "FJRDNOKKXXX" })
    bank.addCustomer({ id: "ingrid", email: "ingrid.eksempel@example.com", name: "Ingrid Eksempel" })
    bank.addAccount({
      customer: "ingrid",
      id: "ingrid-nok",
      iban: iban("NO", "86011117947"),
      currency: "NOK",
      opening: 2_200_000,
      name: "Brukskonto"
    })
    liveIn(bank, "ingrid-nok", places.norwegian)
    return bank
  }
}

const kontor: Host = {
  ids: ["kontor-de"],
  dialect: "berlin-1.3",
  open: (clock, seed) => {
    const bank = new Bank({ clock, seed, market: "DE", name: "Kontor Sparkontor", bic: "KNTRDEFFXXX" })
    bank.addCustomer({ id: "paul", email: "paul.muster@example.com", name: "Paul Muster" })
    bank.addAccount({
      customer: "paul",
      id: "paul-giro",
      iban: iban("DE", "500600700123456700"),
      currency: "EUR",
      opening: 72_500,
      name: "Giro"
    })
    liveIn(bank, "paul-giro", places.german)
    return bank
  }
}

export const hosts: ReadonlyArray<Host> = [klarna, nordbank, alpenbank, fjordbank, kontor]
