/**
 * The activity of a Cash App account. Every row is an entry of the balance, a card row is one of the card ledger too, under
 * the same id; the two are added up nowhere. What was paid from another card or bank says so and moved no balance.
 */
import type { Balance } from "@paymirror/core"
import { each, has, instant, Rows, type Translation, words } from "@paymirror/session/translation"
import * as Api from "../Api.ts"

/** A note to the person, about no money. */
const notification = "Account Notifications"

const entryTypeOf = words<Balance.BalanceEntryType, Exclude<Api.Activity["transaction_type"], typeof notification>>({
  "Cash Card Debit": "payment",
  ...each(Api.peers, "transfer"),
  ...each(["Cash in", "Deposits"], "top_up"),
  ...each(["Cash out", "Withdrawal"], "withdrawal"),
  ...each(Api.boosts, "cashback"),
  ...each(Api.bitcoin, "exchange")
})

/** Those that may be paid from elsewhere; a top-up names the bank it came from and moves the balance all the same. */
const payable: ReadonlyArray<string> = [...Api.peers, "Bitcoin Buy", "Bitcoin Recurring Buy"]
const ownBalance = "your cash"

const statusOf = {
  PENDING: ["PENDING", "AUTHORIZATION"],
  ...each(Api.through, ["BOOKED", "POSTED"]),
  FAILED: ["REJECTED", "DECLINED"],
  CANCELED: ["REJECTED", "REVERSED"]
} as const

export const activity = (wire: Api.Activity): Translation => {
  const { account, card, currency, fee_minor, name_of_sender_receiver: name, transaction_type: type } = wire
  if (type === notification) return []
  const version = instant(wire.updated_at)
  const createdAt = instant(wire.date)
  const amount = { amount: wire.net_amount_minor, currency }
  const [status, cardStatus] = statusOf[wire.status]
  const isElsewhere = payable.includes(type) && has(account) && account.toLowerCase() !== ownBalance
  const entry = Rows.entry(
    {
      entryId: wire.transaction_id,
      entryType: entryTypeOf(type) ?? "other",
      providerType: type,
      status,
      amount,
      fee: Rows.some(Math.abs(fee_minor ?? 0), currency),
      createdAt,
      bookedDate: card?.settled_on,
      description: wire.notes,
      counterpartyName: name,
      fundingSource: isElsewhere ? account : undefined
    },
    version
  )
  if (!has(card)) return [entry]
  const spent = Rows.card(
    {
      transactionId: wire.transaction_id,
      cardId: card.id,
      status: cardStatus,
      amount,
      merchantName: name,
      transactionTimestamp: createdAt,
      postedDate: card.settled_on,
      referenceTransactionId: card.refund_of
    },
    version
  )
  return [entry, spent]
}

export const balance = ({ balance: { amount_minor: amount, as_of, currency } }: typeof Api.Balance.Type): Translation =>
  Rows.stated({ interimBooked: { amount, currency } }, instant(as_of))
