/**
 * The statement a customer of the simulated Revolut downloads in its app: the columns and words of its English file. An amount
 * is the change of the balance, a moment has no zone, and what is pending has neither a second moment nor a balance.
 */
import { csv } from "../../csv.ts"
import type { Bank, Entry } from "../Bank.ts"

const types: Readonly<Record<string, string>> = { card: "CARD_PAYMENT", exchange: "EXCHANGE", fee: "FEE" }

const decimal = (minor: number): string => (minor / 100).toFixed(2)

const moment = (instant: number): string => new Date(instant).toISOString().slice(0, 19).replace("T", " ")

const row = (entry: Entry): ReadonlyArray<string> => {
  const { amount, at, balanceAfter, currency, kind, text } = entry
  const type = types[kind] ?? (amount > 0 ? "TOPUP" : "TRANSFER")
  const start = [type, "Current", moment(at)]
  const told = [text, decimal(amount), "0.00", currency]
  return balanceAfter === undefined
    ? [...start, "", ...told, "PENDING", ""]
    : [...start, moment(at), ...told, "COMPLETED", decimal(balanceAfter)]
}

const header = "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance"

/** Of one account, which is of one currency: in the order of booking, what is pending last. */
export const statementOf = (bank: Bank, accountId: string): string =>
  csv([header.split(","), ...[...bank.ledger(accountId), ...bank.pending(accountId)].map(row)])
