/**
 * Revolut, the account statement in its eight known languages. A row has no id; a pending one has no completed date and
 * no balance, and keeps its place when it completes. The fee is positive and charged on top of the amount.
 */
import type { Format } from "@paymirror/connector-csv/format"
import { states, types } from "./words.ts"

const locale = (code: string, language: string, evidence: Format["evidence"], header: string): Format => {
  const names = header.split(",").map((cell) => cell.split("|"))
  const [type = [], product = [], date = [], completed = [], description = [], gross = [], fee = [], currency = []] =
    names
  const [status = [], balance = []] = names.slice(8)
  return {
    id: `revolut-${code}`,
    name: `Revolut account statement (${language})`,
    provider: "revolut",
    providerName: "Revolut",
    evidence,
    streams: ["balance"],
    columns: { type, product, date, completed, description, gross, fee, currency, status, balance },
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

/** Headers as they stand in the file; `|` parts two spellings of one column. */
export const formats: ReadonlyArray<Format> = [
  locale(
    "en",
    "English",
    "real file",
    "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance"
  ),
  locale(
    "es",
    "Spanish",
    "documented",
    "Tipo,Producto,Fecha de inicio,Fecha de finalización,Descripción,Importe,Comisión,Divisa,State,Saldo"
  ),
  locale(
    "de",
    "German",
    "documented",
    "Art,Produkt,Datum des Beginns,Datum des Abschlusses,Beschreibung,Betrag,Gebühr,Währung,Status,Kontostand"
  ),
  locale(
    "fr",
    "French",
    "documented",
    "Type,Produit,Date de début,Date de fin,Description,Montant,Frais,Devise,État,Solde"
  ),
  locale(
    "it",
    "Italian",
    "documented",
    "Tipo,Prodotto,Data di inizio,Data di completamento,Descrizione,Importo,Costo,Valuta,State,Saldo"
  ),
  locale(
    "pt",
    "Portuguese",
    "documented",
    "Tipo,Produto,Data de início,Data de Conclusão,Descrição,Montante,Comissão|Taxa,Moeda,Estado,Saldo"
  ),
  locale(
    "pl",
    "Polish",
    "documented",
    "Rodzaj,Produkt,Data rozpoczęcia,Data zrealizowania,Opis,Kwota,Opłata,Waluta,State,Saldo"
  ),
  locale(
    "nl",
    "Dutch",
    "documented",
    "Type,Product,Startdatum,Datum voltooid,Beschrijving,Bedrag,Kosten,Valuta,Status,Saldo"
  )
]
