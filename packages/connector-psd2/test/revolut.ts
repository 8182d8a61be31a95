/** Revolut, as far as its UK Open Banking 3.1 is tried here; what is known of it is in `connector-revolut`. */
import type { Institution } from "../src/Institution.ts"

export const revolut: Institution = {
  id: "revolut-gb",
  name: "Revolut",
  provider: "revolut",
  market: "GB",
  legalEntity: "Revolut",
  maturity: "specified",
  dialect: "obie",
  version: "3.1",
  approval: "redirect",
  ids: "transactionId",
  history: { days: 730, freshMinutes: 5 },
  consent: { maxDays: 365, reconfirmDays: 90 },
  budget: { reads: 4, hours: 24 },
  quirks: { headers: { "x-fapi-financial-id": "001580000103UAvAAM" } }
}
