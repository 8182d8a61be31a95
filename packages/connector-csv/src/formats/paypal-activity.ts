/** PayPal, the activity report of a business account. Its columns are chosen by the user, so many may be missing. */
import type { Format } from "../Format.ts"
import { shared } from "./paypal.ts"

export const formats: ReadonlyArray<Format> = [
  {
    ...shared,
    id: "paypal-activity-en",
    name: "PayPal business activity (English)",
    evidence: "real file",
    columns: {
      date: ["Date"],
      time: ["Time"],
      zone: ["TimeZone", "Time zone"],
      counterparty: ["Name"],
      type: ["Type"],
      status: ["Status"],
      currency: ["Currency"],
      gross: ["Gross"],
      fee: ["Fee"],
      net: ["Net"],
      balance: ["Balance"],
      impact: ["Balance Impact"],
      id: ["Transaction ID"],
      description: ["Item Title"],
      reference: ["Invoice Number"]
    },
    optional: ["zone", "counterparty", "balance", "impact", "description", "reference"],
    ignored: [
      "From Email Address", "To Email Address", "Shipping Address", "Address Status", "Item ID",
      "Shipping and Handling Amount", "Insurance Amount", "Sales Tax", "Option 1 Name", "Option 1 Value",
      "Option 2 Name", "Option 2 Value", "Reference Txn ID", "Custom Number", "Quantity", "Receipt ID",
      "Address Line 1", "Address Line 2/District/Neighborhood", "Town/City",
      "State/Province/Region/County/Territory/Prefecture/Republic", "Zip/Postal Code", "Country",
      "Contact Phone Number", "Subject", "Note", "Country Code"
    ],
    decimal: "point"
  },
  {
    ...shared,
    id: "paypal-activity-de",
    name: "PayPal business activity (German)",
    evidence: "documented",
    columns: {
      date: ["Datum"],
      time: ["Uhrzeit"],
      zone: ["Zeitzone"],
      counterparty: ["Name"],
      type: ["Typ"],
      status: ["Status"],
      currency: ["Währung"],
      gross: ["Brutto"],
      fee: ["Gebühr", "Entgelt"],
      net: ["Netto"],
      balance: ["Guthaben"],
      impact: ["Auswirkung auf Guthaben"],
      id: ["Transaktionscode"],
      description: ["Artikelbezeichnung"],
      reference: ["Rechnungsnummer"]
    },
    optional: ["zone", "counterparty", "balance", "impact", "description", "reference"],
    ignored: [
      "Absender E-Mail-Adresse", "Empfänger E-Mail-Adresse", "Lieferadresse", "Adress-Status", "Artikelnummer",
      "Versand- und Bearbeitungsgebühr", "Versicherungsbetrag", "Umsatzsteuer", "Option 1 Name", "Option 1 Wert",
      "Option 2 Name", "Option 2 Wert", "Zugehöriger Transaktionscode", "Zollnummer", "Anzahl", "Empfangsnummer",
      "Adresszeile 1", "Adresszusatz", "Ort", "Bundesland", "PLZ", "Land", "Telefon", "Betreff", "Hinweis",
      "Ländervorwahl"
    ],
    dateOrder: "dmy"
  }
]
