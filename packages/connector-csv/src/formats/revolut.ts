/**
 * Revolut, the account statement in its eight known languages. A row has no id; a pending one has no completed date and
 * no balance, and keeps its place when it completes. The fee is positive and charged on top of the amount.
 */
import type { Balance } from "@paymirror/core"
import type { Format, TypeRule, Words } from "../Format.ts"

const types: Words<TypeRule> = {
  "transfer": { is: "transfer" },
  "card_payment": { is: "payment" },
  "card payment": { is: "payment" },
  "card_refund": { is: "refund" },
  "card refund": { is: "refund" },
  "card_credit": { is: "refund" },
  "topup": { is: "top_up" },
  "deposit": { is: "top_up" },
  "exchange": { is: "exchange" },
  "atm": { is: "withdrawal" },
  "fee": { is: "fee" },
  "charge": { is: "fee" },
  "interest": { is: "interest" },
  "cashback": { is: "cashback" },
  "pago con tarjeta": { is: "payment" },
  "recarga": { is: "top_up" },
  "recargas": { is: "top_up" },
  "transferir": { is: "transfer" },
  "transferencia": { is: "transfer" },
  "cambio": { is: "exchange" },
  "cajero": { is: "withdrawal" },
  "intereses": { is: "interest" },
  "kartenbezahlung": { is: "payment" },
  "einzahlung": { is: "top_up" },
  "umtausch": { is: "exchange" },
  "gebühr": { is: "fee" },
  "paiement par carte": { is: "payment" },
  "ajout de fonds": { is: "top_up" },
  "pagamento con carta": { is: "payment" },
  "ricarica": { is: "top_up" },
  "pagamento": { is: "transfer" },
  "cambia valuta": { is: "exchange" },
  "interessi": { is: "interest" },
  "câmbio": { is: "exchange" },
  "pagamento com cartão": { is: "payment" },
  "płatność kartą": { is: "payment" },
  "zasilenie": { is: "top_up" },
  "przelew": { is: "transfer" },
  "wymiana": { is: "exchange" },
  "kaartbetaling": { is: "payment" },
  "geld toevoegen": { is: "top_up" },
  "wisselen": { is: "exchange" },
  "overschrijving": { is: "transfer" }
}

const states: Words<Balance.EntryStatus> = {
  "completed": "BOOKED",
  "completado": "BOOKED",
  "abgeschlossen": "BOOKED",
  "terminé": "BOOKED",
  "completato": "BOOKED",
  "concluída": "BOOKED",
  "zakończono": "BOOKED",
  "voltooid": "BOOKED",
  "pending": "PENDING",
  "en attente": "PENDING",
  "in sospeso": "PENDING",
  "wacht": "PENDING",
  "reverted": "REJECTED",
  "declined": "REJECTED",
  "revertido": "REJECTED",
  "storniert": "REJECTED",
  "operazione annullata": "REJECTED",
  "stornato": "REJECTED",
  "rifiutato": "REJECTED",
  "revertida": "REJECTED",
  "cofnięto": "REJECTED"
}

type Names = readonly [
  type: string, product: string, started: string, completed: string, description: string, amount: string,
  fee: string | ReadonlyArray<string>, currency: string, state: string, balance: string
]

const locale = (code: string, language: string, evidence: Format["evidence"], names: Names): Format => {
  const [type, product, started, completed, description, amount, fee, currency, state, balance] = names
  return {
    id: `revolut-${code}`,
    name: `Revolut account statement (${language})`,
    provider: "revolut",
    providerName: "Revolut",
    evidence,
    streams: ["balance"],
    columns: {
      type: [type],
      product: [product],
      date: [started],
      completed: [completed],
      description: [description],
      gross: [amount],
      fee: typeof fee === "string" ? [fee] : fee,
      currency: [currency],
      status: [state],
      balance: [balance]
    },
    optional: [],
    ignored: [],
    decimal: "point",
    change: "gross-fee",
    identity: { by: "fingerprint", fields: ["type", "product", "date", "description", "gross", "fee", "currency"] },
    prefix: "revolut",
    types,
    statuses: { balance: states },
    balanceProves: true
  }
}

export const formats: ReadonlyArray<Format> = [
  locale("en", "English", "real file", [
    "Type", "Product", "Started Date", "Completed Date", "Description", "Amount", "Fee", "Currency", "State", "Balance"
  ]),
  locale("es", "Spanish", "documented", [
    "Tipo", "Producto", "Fecha de inicio", "Fecha de finalización", "Descripción", "Importe", "Comisión", "Divisa",
    "State", "Saldo"
  ]),
  locale("de", "German", "documented", [
    "Art", "Produkt", "Datum des Beginns", "Datum des Abschlusses", "Beschreibung", "Betrag", "Gebühr", "Währung",
    "Status", "Kontostand"
  ]),
  locale("fr", "French", "documented", [
    "Type", "Produit", "Date de début", "Date de fin", "Description", "Montant", "Frais", "Devise", "État", "Solde"
  ]),
  locale("it", "Italian", "documented", [
    "Tipo", "Prodotto", "Data di inizio", "Data di completamento", "Descrizione", "Importo", "Costo", "Valuta", "State",
    "Saldo"
  ]),
  locale("pt", "Portuguese", "documented", [
    "Tipo", "Produto", "Data de início", "Data de Conclusão", "Descrição", "Montante", ["Comissão", "Taxa"], "Moeda",
    "Estado", "Saldo"
  ]),
  locale("pl", "Polish", "documented", [
    "Rodzaj", "Produkt", "Data rozpoczęcia", "Data zrealizowania", "Opis", "Kwota", "Opłata", "Waluta", "State", "Saldo"
  ]),
  locale("nl", "Dutch", "documented", [
    "Type", "Product", "Startdatum", "Datum voltooid", "Beschrijving", "Bedrag", "Kosten", "Valuta", "Status", "Saldo"
  ])
]
