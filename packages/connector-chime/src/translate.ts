/**
 * Chime's wire becomes the model's rows: pure, and the only file that knows both spellings. Every transaction is an entry of
 * its own account; what a card paid is a row of the card ledger too, under the same id, and the two are added up nowhere. Of
 * Credit Builder the balance is what is owed, below zero.
 */
import type { Balance, Card } from "@paymirror/core"
import { has, instant, type Note, present, type Translation, unknown, unreadable } from "@paymirror/session/translation"
import type * as Api from "./Api.ts"

const types: ReadonlyMap<string, Balance.BalanceEntryType> = new Map([
  ["Transfer", "transfer"],
  ["Round Up", "transfer"],
  ["Payment", "transfer"],
  ["Purchase", "payment"],
  ["Direct Debit", "payment"],
  ["ATM Withdrawal", "withdrawal"],
  ["Fee", "fee"],
  ["Deposit", "top_up"]
])

/** A disputed transaction stays booked until Chime says otherwise. */
const statuses: ReadonlyMap<string, readonly [Balance.EntryStatus, Card.CardTransactionStatus]> = new Map([
  ["pending", ["PENDING", "AUTHORIZATION"]],
  ["settled", ["BOOKED", "POSTED"]],
  ["disputed", ["BOOKED", "POSTED"]],
  ["declined", ["REJECTED", "DECLINED"]],
  ["released", ["REJECTED", "REVERSED"]]
])

export const transaction = (wire: typeof Api.Transaction.Type, note: Note): Translation => {
  const { card, description, id, settlement_date, transaction_date, type } = wire
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  const status = statuses.get(wire.status)
  if (status === undefined) return unknown("status")
  const entryType = types.get(type)
  if (entryType === undefined) note("type")
  const amount = { amount: wire.amount_minor, currency: wire.currency }
  const row: Balance.BalanceEntry = {
    rowType: "entry",
    entryId: id,
    entryType: entryType ?? "other",
    providerType: type,
    status: status[0],
    amount,
    description,
    entryDate: transaction_date,
    ...present({ bookedDate: settlement_date, counterpartyName: card?.merchant, reference: wire.transfer_id })
  }
  const entry = { _tag: "Upsert", stream: "balance", id, version, row, pending: status[0] === "PENDING" } as const
  if (!has(card)) return [entry]
  const spent: Card.CardTransaction = {
    transactionId: id,
    cardId: card.id,
    status: status[1],
    amount,
    transactionDate: transaction_date,
    ...present({ merchantName: card.merchant, postedDate: settlement_date, referenceTransactionId: card.refund_of })
  }
  return [entry, { _tag: "Upsert", stream: "card", id, version, row: spent, pending: entry.pending }]
}

export const balance = ({ balance: wire }: typeof Api.Balance.Type): Translation => {
  const version = instant(wire.as_of)
  if (version === undefined) return unreadable("balance.as_of")
  const amount = { amount: wire.amount_minor, currency: wire.currency }
  const row = { rowType: "balance", balanceType: "interimBooked", amount } as const
  return [{ _tag: "Upsert", stream: "balance", id: "balance:interimBooked", version, row }]
}
