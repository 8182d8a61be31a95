/**
 * What kind of entry a bank's code stands for, where that is beyond doubt: ISO 20022 bank transaction codes
 * (`PMNT-RDDT-ESDD`), UK Open Banking codes and Revolut's words. Everything else is `other`; a text is never guessed from.
 */
import type { Balance } from "@paymirror/core"
import type { Indicator } from "../Entry.ts"

type Kind = Balance.BalanceEntryType

/** By ISO sub-family, which says more than the family. */
const subFamilies: Readonly<Record<string, Kind>> = {
  CHRG: "fee",
  FEES: "fee",
  COMM: "fee",
  INTR: "interest",
  CWDL: "withdrawal",
  CDPT: "top_up"
}

/** By ISO family, within payments. */
const families: Readonly<Record<string, Kind>> = {
  RCDT: "transfer",
  ICDT: "transfer",
  RRCT: "transfer",
  IRCT: "transfer",
  RDDT: "payment"
}

/** Cards: a debit is a payment; what a credit is (a refund, a payout, a correction) the code does not say. */
const cards: ReadonlySet<string> = new Set(["CCRD", "DCRD", "MCRD"])

const words: Readonly<Record<string, Kind>> = {
  TRANSFER: "transfer",
  EXCHANGE: "exchange",
  TOPUP: "top_up",
  TOP_UP: "top_up",
  ATM: "withdrawal",
  CASH_WITHDRAWAL: "withdrawal",
  FEE: "fee",
  CHARGE: "fee",
  INTEREST: "interest",
  REFUND: "refund",
  CARD_REFUND: "refund",
  CASHBACK: "cashback"
}

const cardWords: ReadonlySet<string> = new Set(["CARD_PAYMENT", "CARD"])

const own = (table: Readonly<Record<string, Kind>>, key: string): Kind | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

export const kindOf = (code: string | undefined, direction: Indicator): Kind => {
  if (code === undefined) return "other"
  const word = code.trim().toUpperCase()
  if (cardWords.has(word)) return direction === "debit" ? "payment" : "other"
  const known = own(words, word)
  if (known !== undefined) return known
  const [domain = "", family = "", subFamily = ""] = word.split(/[-./]/)
  if (domain === "FORX") return "exchange"
  if (domain !== "PMNT" && domain !== "ACMT" && domain !== "CAMT") return "other"
  const sub = own(subFamilies, subFamily)
  if (sub !== undefined) return sub
  if (cards.has(family)) return direction === "debit" ? "payment" : "other"
  return own(families, family) ?? "other"
}
