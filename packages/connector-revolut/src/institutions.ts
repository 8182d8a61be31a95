/**
 * Revolut over its own UK Open Banking interface, which takes OBIE and eIDAS certificates and so serves the UK and the EEA
 * from one host (developer.revolut.com). Which issuer its authorisation server names is not in the published description
 * [unverified], so the host names it. How long a consent may last there is not published either [unverified]: the EU has
 * the law's 180 days, and in the UK, where the law sets no end, a year is asked for and confirmed every 90 days.
 */
import type { Institution } from "@paymirror/connector-psd2/banks"

const revolut = (own: Pick<Institution, "id" | "name" | "market" | "legalEntity" | "consent">): Institution => ({
  ...own,
  provider: "revolut",
  maturity: "specified",
  dialect: "obie",
  version: "3.1",
  approval: "redirect",
  baseUrl: "https://oba-auth.revolut.com",
  hosts: ["oba.revolut.com"],
  ids: "transactionId",
  history: { days: 730, freshMinutes: 5 },
  budget: { reads: 4, hours: 24 },
  quirks: { headers: { "x-fapi-financial-id": "001580000103UAvAAM" } }
})

export const institutions: ReadonlyArray<Institution> = [
  revolut({
    id: "revolut-gb",
    name: "Revolut (United Kingdom)",
    market: "GB",
    // Which of the group's UK companies holds a given customer's money [unverified].
    legalEntity: "Revolut (United Kingdom)",
    consent: { maxDays: 365, reconfirmDays: 90 }
  }),
  revolut({
    id: "revolut-lt",
    name: "Revolut (EEA)",
    market: "LT",
    // [unverified]
    legalEntity: "Revolut (EEA)",
    consent: { maxDays: 180 }
  })
]
