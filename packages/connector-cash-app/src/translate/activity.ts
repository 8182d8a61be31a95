/**
 * The activity of a Cash App account. Every row is an entry of the balance, a card row is one of the card ledger too, under
 * the same id; the two are added up nowhere. What was paid from another card or bank says so and moved no balance.
 */
import type { Balance, Card } from "@paymirror/core"
import { has, instant, type Note, present, type Translation, unknown, unreadable } from "@paymirror/session/translation"
import type * as Api from "../Api.ts"

const types: ReadonlyMap<string, Balance.BalanceEntryType> = new Map([
  ["Cash Card Debit", "payment"],
  ["Received P2P", "transfer"],
  ["Sent P2P", "transfer"],
  ["P2P", "transfer"],
  ["Cash in", "top_up"],
  ["Deposits", "top_up"],
  ["Cash out", "withdrawal"],
  ["Withdrawal", "withdrawal"],
  ["Boost Payment", "cashback"],
  ["Bitcoin Boost", "cashback"],
  ["Bitcoin Buy", "exchange"],
  ["Bitcoin Recurring Buy", "exchange"],
  ["Bitcoin Withdrawal", "exchange"]
])

/** Those that may be paid from elsewhere; a top-up names the bank it came from and moves the balance all the same. */
const payable: ReadonlySet<string> = new Set([
  "Received P2P",
  "Sent P2P",
  "P2P",
  "Bitcoin Buy",
  "Bitcoin Recurring Buy"
])
const ownBalance = "your cash"

/** A note to the person, about no money. */
const notification = "Account Notifications"

const statuses: ReadonlyMap<string, readonly [Balance.EntryStatus, Card.CardTransactionStatus]> = new Map([
  ["PENDING", ["PENDING", "AUTHORIZATION"]],
  ["CARD CHARGED", ["BOOKED", "POSTED"]],
  ["CARD REFUNDED", ["BOOKED", "POSTED"]],
  ["PAYMENT SENT", ["BOOKED", "POSTED"]],
  ["PAYMENT DEPOSITED", ["BOOKED", "POSTED"]],
  ["PAYMENT REFUNDED", ["BOOKED", "POSTED"]],
  ["COMPLETE", ["BOOKED", "POSTED"]],
  ["COMPLETED", ["BOOKED", "POSTED"]],
  ["FAILED", ["REJECTED", "DECLINED"]],
  ["CANCELED", ["REJECTED", "REVERSED"]]
])

export const activity = (wire: typeof Api.Activity.Type, note: Note): Translation => {
  const { account, card, currency, name_of_sender_receiver: name, transaction_id: id, transaction_type: type } = wire
  if (type === notification) return []
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  const createdAt = instant(wire.date)
  if (createdAt === undefined) return unreadable("date")
  const status = statuses.get(wire.status)
  if (status === undefined) return unknown("status")
  const entryType = types.get(type)
  if (entryType === undefined) note("transaction_type")
  const amount = { amount: wire.net_amount_minor, currency }
  const isElsewhere = payable.has(type) && has(account) && account.toLowerCase() !== ownBalance
  const row: Balance.BalanceEntry = {
    rowType: "entry",
    entryId: id,
    entryType: entryType ?? "other",
    providerType: type,
    status: status[0],
    amount,
    createdAt,
    ...(wire.fee_minor ? { fee: { amount: Math.abs(wire.fee_minor), currency } } : {}),
    ...(isElsewhere && { fundingSource: account }),
    ...present({ description: wire.notes, counterpartyName: name, bookedDate: card?.settled_on })
  }
  const entry = { _tag: "Upsert", stream: "balance", id, version, row, pending: status[0] === "PENDING" } as const
  if (!has(card)) return [entry]
  const spent: Card.CardTransaction = {
    transactionId: id,
    cardId: card.id,
    status: status[1],
    amount,
    transactionTimestamp: createdAt,
    ...present({ merchantName: name, postedDate: card.settled_on, referenceTransactionId: card.refund_of })
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
