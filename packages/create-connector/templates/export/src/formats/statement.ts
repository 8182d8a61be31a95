/**
 * Acme's statement as its holder downloads it: data, and no code. Its columns by their names, in any order; its words in lower
 * case, and what they mean. What a field may say stands beside `Format`.
 */
import type { Format } from "@paymirror/connector-csv/format"

export const formats: ReadonlyArray<Format> = [
  {
    id: "acme-statement",
    name: "Acme statement",
    provider: "acme",
    providerName: "Acme",
    // "real file" or "documented" once you have one; the manifest says `illustrative` until then.
    evidence: "invented",
    market: "US",
    streams: ["balance"],
    columns: {
      date: ["Date"],
      id: ["Reference"],
      type: ["Type"],
      counterparty: ["Shop"],
      gross: ["Amount"],
      balance: ["Balance"],
      currency: ["Currency"]
    },
    optional: ["counterparty"],
    ignored: ["Branch"],
    decimal: "point",
    change: "gross",
    // TODO: Acme writes amounts from its own side: what you pay is positive. Nothing says so yet.
    identity: { by: "id", fields: ["id"] },
    prefix: "acme",
    types: {
      "top-up": { is: "top_up" },
      "payment": { is: "payment" },
      "refund": { is: "refund" }
    },
    statuses: {},
    unsaid: { balance: "BOOKED" }
  }
]
