/**
 * Chime's wire becomes the model's rows: pure, and the only file that knows both spellings. Every transaction is an entry of
 * its own account; what a card paid is a row of the card ledger too, under the same id, and the two are added up nowhere. Of
 * Credit Builder the balance is what is owed, below zero.
 */
import type { Balance } from "@paymirror/core"
import { each, has, instant, Rows, type Translation, words } from "@paymirror/session/translation"
import type * as Api from "./Api.ts"

const entryTypeOf = words<Balance.BalanceEntryType, Api.Transaction["type"]>({
  ...each(["Transfer", "Round Up", "Payment"], "transfer"),
  ...each(["Purchase", "Direct Debit"], "payment"),
  "ATM Withdrawal": "withdrawal",
  "Fee": "fee",
  "Deposit": "top_up"
})

/** A disputed transaction stays booked until Chime says otherwise. */
const statusOf = {
  pending: ["PENDING", "AUTHORIZATION"],
  ...each(["settled", "disputed"], ["BOOKED", "POSTED"]),
  declined: ["REJECTED", "DECLINED"],
  released: ["REJECTED", "REVERSED"]
} as const

export const transaction = (wire: Api.Transaction): Translation => {
  const { card, settlement_date: day, transaction_date, type } = wire
  const version = instant(wire.updated_at)
  const amount = { amount: wire.amount_minor, currency: wire.currency }
  const [status, cardStatus] = statusOf[wire.status]
  const entry = Rows.entry(
    {
      entryId: wire.id,
      entryType: entryTypeOf(type) ?? "other",
      providerType: type,
      status,
      amount,
      description: wire.description,
      entryDate: transaction_date,
      bookedDate: day,
      counterpartyName: card?.merchant,
      reference: wire.transfer_id
    },
    version
  )
  if (!has(card)) return [entry]
  const spent = Rows.card(
    {
      transactionId: wire.id,
      cardId: card.id,
      status: cardStatus,
      amount,
      merchantName: card.merchant,
      transactionDate: transaction_date,
      postedDate: day,
      referenceTransactionId: card.refund_of
    },
    version
  )
  return [entry, spent]
}

export const balance = ({ balance: { amount_minor: amount, as_of, currency } }: typeof Api.Balance.Type): Translation =>
  Rows.stated({ interimBooked: { amount, currency } }, instant(as_of))
