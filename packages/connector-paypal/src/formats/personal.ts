/** PayPal, the 15 columns a person downloads from the activity page. The date order follows the account's country. */
import type { Format } from "@paymirror/connector-csv/format"
import { shared } from "./words.ts"

export const formats: ReadonlyArray<Format> = [
  {
    ...shared,
    id: "paypal-personal",
    name: "PayPal personal activity (15 columns)",
    evidence: "real file",
    columns: {
      date: ["Date"],
      time: ["Time"],
      zone: ["TimeZone", "Time zone"],
      counterparty: ["Name"],
      type: ["Type"],
      status: ["Status"],
      currency: ["Currency"],
      gross: ["Amount"],
      fee: ["Fees"],
      net: ["Total"],
      balance: ["Balance"],
      id: ["Transaction ID"],
      description: ["Item Title"],
      reference: ["Receipt ID"]
    },
    optional: ["reference", "description"],
    ignored: ["Exchange Rate"],
    decimal: "point"
  }
]
