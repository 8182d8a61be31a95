/**
 * PayPal, the monthly statement in its four known languages. It has no status: what it lists is booked. Its description
 * is the type word of the activity report, and the same row has the same id in both.
 */
import type { Format } from "@paymirror/connector-csv/format"
import { shared } from "./words.ts"

const statement = {
  ...shared,
  optional: ["zone", "counterparty", "reference"],
  ignored: [],
  unsaid: { balance: "BOOKED" }
} satisfies Partial<Format>

export const formats: ReadonlyArray<Format> = [
  {
    ...statement,
    id: "paypal-statement-en",
    name: "PayPal statement (English)",
    evidence: "real file",
    columns: {
      date: ["Date"],
      time: ["Time"],
      zone: ["Time Zone"],
      type: ["Description"],
      currency: ["Currency"],
      gross: ["Gross"],
      fee: ["Fee"],
      net: ["Net"],
      balance: ["Balance"],
      id: ["Transaction ID"],
      counterparty: ["Name"],
      reference: ["Invoice ID"]
    },
    ignored: [
      "From Email Address",
      "Bank Name",
      "Bank Account",
      "Shipping and Handling Amount",
      "Sales Tax",
      "Reference Txn ID"
    ],
    decimal: "point"
  },
  {
    ...statement,
    id: "paypal-statement-de",
    name: "PayPal statement (German)",
    evidence: "documented",
    columns: {
      date: ["Datum"],
      time: ["Uhrzeit"],
      zone: ["Zeitzone"],
      type: ["Beschreibung"],
      currency: ["Währung"],
      gross: ["Brutto"],
      fee: ["Entgelt", "Gebühr"],
      net: ["Netto"],
      balance: ["Guthaben"],
      id: ["Transaktionscode"],
      counterparty: ["Name"],
      reference: ["Rechnungsnummer"]
    },
    ignored: [
      "Absender E-Mail-Adresse",
      "Name der Bank",
      "Bankkonto",
      "Versand- und Bearbeitungsgebühr",
      "Umsatzsteuer",
      "Zugehöriger Transaktionscode"
    ],
    dateOrder: "dmy"
  },
  {
    ...statement,
    id: "paypal-statement-es",
    name: "PayPal statement (Spanish)",
    evidence: "documented",
    columns: {
      date: ["Fecha"],
      time: ["Hora"],
      zone: ["Zona horaria"],
      type: ["Descripción"],
      currency: ["Divisa"],
      gross: ["Bruto"],
      fee: ["Comisión"],
      net: ["Neto"],
      balance: ["Saldo"],
      id: ["Id. de transacción"],
      counterparty: ["Nombre"],
      reference: ["Id. de factura"]
    },
    ignored: [
      "Correo electrónico del remitente",
      "Nombre del banco",
      "Cuenta bancaria",
      "Importe de envío y manipulación",
      "Impuesto de ventas",
      "Id. de referencia de trans."
    ]
  },
  {
    ...statement,
    id: "paypal-statement-fr",
    name: "PayPal statement (French)",
    evidence: "documented",
    columns: {
      date: ["Date"],
      time: ["Heure"],
      zone: ["Fuseau horaire"],
      type: ["Description"],
      currency: ["Devise"],
      gross: ["Avant commission"],
      fee: ["Commission"],
      net: ["Net"],
      balance: ["Solde"],
      id: ["Numéro de transaction"],
      counterparty: ["Nom"],
      reference: ["Identifiant de facture"]
    },
    ignored: [
      "Adresse email de l'expéditeur",
      "Nom de la banque",
      "Compte bancaire",
      "Montant des frais de livraison et de traitement",
      "TVA",
      "Numéro de la transaction de référence"
    ]
  }
]
