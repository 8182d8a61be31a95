/**
 * Chime's monthly statement, which is a PDF: of a checking or savings account, and of Credit Builder. Captions and types are
 * those a public reader of it names (kmesiab/chime-ai); no statement has been seen, so both are `invented` as far as proof goes.
 */
import type { Format } from "@paymirror/connector-csv/format"
import { unpack } from "../statementTable.ts"

const statement = {
  provider: "chime",
  providerName: "Chime",
  evidence: "invented",
  market: "US",
  streams: ["balance"],
  optional: [],
  ignored: [],
  currency: "USD",
  dateOrder: "mdy",
  decimal: "point",
  prefix: "chime",
  types: {
    "transfer": { is: "transfer" },
    "purchase": { is: "payment" },
    "direct debit": { is: "payment" },
    "atm withdrawal": { is: "withdrawal" },
    "fee": { is: "fee" },
    "deposit": { is: "top_up" },
    "round up": { is: "transfer" }
  },
  statuses: {},
  unsaid: { balance: "BOOKED" },
  unpack
} as const satisfies Partial<Format>

const columns = {
  date: ["TRANSACTION DATE"],
  description: ["DESCRIPTION"],
  type: ["TYPE"],
  gross: ["AMOUNT"],
  completed: ["SETTLEMENT DATE"]
}

export const formats: ReadonlyArray<Format> = [
  {
    ...statement,
    id: "chime-statement",
    name: "Chime statement (checking and savings)",
    columns: { ...columns, net: ["NET AMOUNT"] },
    change: "net",
    identity: { by: "fingerprint", fields: ["date", "description", "type", "gross", "net"] }
  },
  {
    ...statement,
    id: "chime-credit-builder",
    name: "Chime statement (Credit Builder)",
    columns,
    change: "gross",
    identity: { by: "fingerprint", fields: ["date", "description", "type", "gross"] }
  }
]
