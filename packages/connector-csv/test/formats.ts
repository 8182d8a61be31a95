/**
 * Formats of providers that exist nowhere, one for every way a file differs from another: a bank without ids and with a
 * running balance, in two languages; a wallet with ids, gross, fee and net, and dates in an order the file has to prove,
 * in two languages; an app with a card ledger and rows that are no movement at all. The rules are tried on these; the
 * providers' own formats are tried in their packages.
 */
import type { Format } from "../src/index.ts"

const bank = {
  provider: "acme-bank",
  providerName: "Acme Bank",
  evidence: "documented",
  streams: ["balance"],
  optional: [],
  ignored: [],
  decimal: "point",
  change: "gross-fee",
  identity: { by: "fingerprint", fields: ["type", "product", "date", "description", "gross", "fee", "currency"] },
  prefix: "acme-bank",
  types: {
    "transfer": { is: "transfer" },
    "card_payment": { is: "payment" },
    "card payment": { is: "payment" },
    "umtausch": { is: "exchange" }
  },
  statuses: {
    balance: { completed: "BOOKED", abgeschlossen: "BOOKED", pending: "PENDING", reverted: "REJECTED" }
  },
  balanceProves: true
} as const satisfies Partial<Format>

const wallet = {
  provider: "acme-pay",
  providerName: "Acme Pay",
  evidence: "documented",
  legalEntities: { US: "Acme Pay, Inc.", DE: "Acme Pay Europe S.A." },
  streams: ["balance"],
  ignored: ["Exchange Rate"],
  change: "net",
  identity: { by: "id", fields: ["id", "type", "date", "currency"] },
  prefix: "acme-pay",
  types: {
    "general payment": { is: "payment" },
    "general currency conversion": { is: "exchange" },
    "allgemeine zahlung": { is: "payment" }
  },
  statuses: { balance: { completed: "BOOKED", pending: "PENDING", denied: "REJECTED" } },
  impacts: { debit: true, credit: true, memo: false }
} as const satisfies Partial<Format>

export const formats: ReadonlyArray<Format> = [
  {
    ...bank,
    id: "bank-en",
    name: "Acme Bank statement (English)",
    columns: {
      type: ["Type"],
      product: ["Product"],
      date: ["Started Date"],
      completed: ["Completed Date"],
      description: ["Description"],
      gross: ["Amount"],
      fee: ["Fee"],
      currency: ["Currency"],
      status: ["State"],
      balance: ["Balance"]
    }
  },
  {
    ...bank,
    id: "bank-de",
    name: "Acme Bank statement (German)",
    columns: {
      type: ["Art"],
      product: ["Produkt"],
      date: ["Datum des Beginns"],
      completed: ["Datum des Abschlusses"],
      description: ["Beschreibung"],
      gross: ["Betrag"],
      fee: ["Gebühr"],
      currency: ["Währung"],
      status: ["Status"],
      balance: ["Kontostand"]
    }
  },
  {
    ...wallet,
    id: "wallet-en",
    name: "Acme Pay activity (English)",
    columns: {
      date: ["Date"],
      time: ["Time"],
      zone: ["TimeZone"],
      counterparty: ["Name"],
      type: ["Type"],
      status: ["Status"],
      currency: ["Currency"],
      gross: ["Amount", "Gross"],
      fee: ["Fees", "Fee"],
      net: ["Total", "Net"],
      balance: ["Balance"],
      impact: ["Balance Impact"],
      id: ["Transaction ID"],
      description: ["Item Title"],
      reference: ["Receipt ID"]
    },
    optional: ["counterparty", "impact", "description", "reference"],
    decimal: "point"
  },
  {
    ...wallet,
    id: "wallet-de",
    name: "Acme Pay statement (German)",
    columns: {
      date: ["Datum"],
      time: ["Uhrzeit"],
      zone: ["Zeitzone"],
      type: ["Beschreibung"],
      currency: ["Währung"],
      gross: ["Brutto"],
      fee: ["Entgelt"],
      net: ["Netto"],
      balance: ["Guthaben"],
      id: ["Transaktionscode"],
      counterparty: ["Name"]
    },
    optional: [],
    dateOrder: "dmy",
    unsaid: { balance: "BOOKED" }
  },
  ...(["old", "new"] as const).map((generation): Format => ({
    id: `app-${generation}`,
    name: `Acme Cash report (${generation})`,
    provider: "acme-cash",
    providerName: "Acme Cash",
    evidence: "documented",
    market: "US",
    streams: ["balance", "card"],
    columns: {
      id: ["Reference"],
      date: ["Moment"],
      type: ["Kind"],
      currency: ["Currency"],
      gross: ["Gross"],
      fee: ["Fee"],
      net: ["Net"],
      status: ["Outcome"],
      description: ["Notes"],
      account: ["Account"]
    },
    optional: [],
    ignored: ["Asset"],
    first: generation === "old" ? "id" : "date",
    decimal: "point",
    change: "net",
    identity: { by: "id", fields: ["id"] },
    prefix: "acme-cash",
    types: {
      card: { is: "payment", stream: "card" },
      sent: { is: "transfer", funded: true },
      deposit: { is: "top_up" },
      notice: { is: "other", skip: true }
    },
    statuses: { balance: { done: "BOOKED", failed: "REJECTED" }, card: { done: "POSTED", failed: "DECLINED" } },
    ownBalance: "own"
  }))
]
