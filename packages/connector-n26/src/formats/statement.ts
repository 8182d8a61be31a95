/** N26, the account statement with and without its category column. Rows have no id, no balance and no status. */
import type { Format } from "@paymirror/connector-csv/format"

type Names = readonly [
  date: string,
  payee: string,
  account: string,
  type: string,
  reference: string,
  category: string,
  amount: string,
  foreignAmount: string,
  foreignCurrency: string,
  rate: string
]

const locale = (code: string, language: string, evidence: Format["evidence"], names: Names): Format => {
  const [date, payee, account, type, reference, category, amount, foreignAmount, foreignCurrency, rate] = names
  return {
    id: `n26-${code}`,
    name: `N26 account statement (${language})`,
    provider: "n26",
    providerName: "N26",
    evidence,
    streams: ["balance"],
    columns: {
      date: [date],
      counterparty: [payee],
      account: [account],
      type: [type],
      description: [reference],
      gross: [amount],
      foreignAmount: [foreignAmount],
      foreignCurrency: [foreignCurrency]
    },
    optional: [],
    ignored: [category, rate],
    currency: "EUR",
    decimal: "point",
    change: "gross",
    identity: {
      by: "fingerprint",
      fields: ["date", "counterparty", "account", "type", "description", "gross", "foreignAmount", "foreignCurrency"]
    },
    prefix: "n26",
    types: {
      "-": { is: "other" },
      "income": { is: "transfer" },
      "outgoing transfer": { is: "transfer" },
      "outgoing transfer in a foreign currency": { is: "transfer" },
      "mastercard payment": { is: "payment" },
      "mastercard zahlung": { is: "payment" }
    },
    statuses: {},
    unsaid: { balance: "BOOKED" }
  }
}

export const formats: ReadonlyArray<Format> = [
  locale("en", "English", "real file", [
    "Date",
    "Payee",
    "Account number",
    "Transaction type",
    "Payment reference",
    "Category",
    "Amount (EUR)",
    "Amount (Foreign Currency)",
    "Type Foreign Currency",
    "Exchange Rate"
  ]),
  locale("de", "German", "real file", [
    "Datum",
    "Empfänger",
    "Kontonummer",
    "Transaktionstyp",
    "Verwendungszweck",
    "Kategorie",
    "Betrag (EUR)",
    "Betrag (Fremdwährung)",
    "Fremdwährung",
    "Wechselkurs"
  ]),
  locale("fr", "French", "documented", [
    "Date",
    "Bénéficiaire",
    "Numéro de compte",
    "Type de transaction",
    "Référence de paiement",
    "Catégorie",
    "Montant (EUR)",
    "Montant (Devise étrangère)",
    "Sélectionnez la devise étrangère",
    "Taux de conversion"
  ])
]
