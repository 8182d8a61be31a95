/**
 * Cash App, both generations of its report. The second swaps the first two columns and renames the types. Card rows go
 * to the card ledger, the rest to the balance; of a bitcoin row only the dollars are read.
 */
import type { Format } from "@paymirror/connector-csv/format"

const report = {
  provider: "cash-app",
  providerName: "Cash App",
  market: "US",
  legalEntities: { US: "Block, Inc." },
  streams: ["balance", "card"],
  columns: {
    id: ["Transaction ID"],
    date: ["Date"],
    type: ["Transaction Type"],
    currency: ["Currency"],
    gross: ["Amount"],
    fee: ["Fee"],
    net: ["Net Amount"],
    status: ["Status"],
    description: ["Notes"],
    counterparty: ["Name of sender/receiver"],
    account: ["Account"]
  },
  optional: [],
  ignored: ["Asset Type", "Asset Price", "Asset Amount"],
  decimal: "point",
  change: "net",
  identity: { by: "id", fields: ["id"] },
  prefix: "cash-app",
  types: {
    "cash card debit": { is: "payment", stream: "card" },
    "received p2p": { is: "transfer", funded: true },
    "sent p2p": { is: "transfer", funded: true },
    "p2p": { is: "transfer", funded: true },
    "cash in": { is: "top_up" },
    "deposits": { is: "top_up" },
    "cash out": { is: "withdrawal" },
    "withdrawal": { is: "withdrawal" },
    "boost payment": { is: "cashback" },
    "bitcoin boost": { is: "cashback" },
    "bitcoin buy": { is: "exchange", funded: true },
    "bitcoin recurring buy": { is: "exchange", funded: true },
    "bitcoin withdrawal": { is: "exchange" },
    "account notifications": { is: "other", skip: true }
  },
  statuses: {
    balance: {
      "card charged": "BOOKED",
      "card refunded": "BOOKED",
      "payment sent": "BOOKED",
      "payment deposited": "BOOKED",
      "payment refunded": "BOOKED",
      "complete": "BOOKED",
      "completed": "BOOKED",
      "failed": "REJECTED",
      "canceled": "REJECTED"
    },
    card: {
      "card charged": "POSTED",
      "card refunded": "POSTED",
      "complete": "POSTED",
      "completed": "POSTED",
      "failed": "DECLINED",
      "canceled": "REVERSED"
    }
  },
  ownBalance: "your cash"
} satisfies Partial<Format>

export const formats: ReadonlyArray<Format> = [
  { ...report, id: "cash-app-v1", name: "Cash App report (2023)", evidence: "real file", first: "id" },
  { ...report, id: "cash-app-v2", name: "Cash App report (2024 and later)", evidence: "documented", first: "date" }
]
