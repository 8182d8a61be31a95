/** The bank behind the aggregator, and who banks there. Bank and people are invented. */
import { day, second } from "@paymirror/connector-testing/simulator"
import { Bank } from "../Bank.ts"
import { iban, liveIn, places, spendOn } from "../everyday.ts"
import type { Host } from "../institutions.ts"

const suomi: Host = {
  ids: ["enable-banking"],
  dialect: "enable-banking",
  open: (clock, seed) => {
    const bank = new Bank({ clock, seed, market: "FI", name: "Suomi Pankki", bic: "SUOMFIHHXXX" })
    bank.addCustomer({ id: "aino", email: "aino.esimerkki@example.com", name: "Aino Esimerkki" })
    bank.addCustomer({ id: "eero", email: "eero.esimerkki@example.com", name: "Eero Esimerkki" })
    bank.addAccount({
      customer: "aino",
      id: "aino-tili",
      iban: iban("FI", "50001520000081"),
      currency: "EUR",
      opening: 143_020,
      name: "Käyttötili",
      product: "Käyttötili"
    })
    bank.addAccount({
      customer: "aino",
      id: "aino-kortti",
      maskedPan: "4920********7712",
      currency: "EUR",
      opening: 0,
      name: "Luottokortti",
      kind: "card",
      creditLine: 200_000
    })
    bank.addAccount({
      customer: "eero",
      id: "eero-tili",
      iban: iban("FI", "50001520000099"),
      currency: "EUR",
      opening: 25_000,
      name: "Käyttötili"
    })
    liveIn(bank, "aino-tili", places.finnish)
    spendOn(bank, "aino-kortti", places.finnish)
    liveIn(bank, "eero-tili", places.finnish)
    return bank
  }
}

/** What it asks of those who read there, and how long it lets them. */
export const aspspManner = {
  requiredPsuHeaders: ["Psu-Ip-Address", "Psu-User-Agent"],
  maximumConsentSeconds: (180 * day) / second
}

export const aggregatorHosts: ReadonlyArray<Host> = [suomi]
