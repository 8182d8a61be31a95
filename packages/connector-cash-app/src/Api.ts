/**
 * The wire in Cash App's spelling: an activity row has the columns and words of the report a person can download, the
 * rest continues the project's seed document by analogy. Nobody has published it.
 */
import { Money } from "@paymirror/core"
import { type MappedAgainst, Wire } from "@paymirror/session"
import * as Schema from "effect/Schema"

const { Day, Id, maybe, Moment, open } = Wire

export const mappedAgainst = {
  app: "Cash App",
  version: "unverified",
  source: "the project's seed document, with the words of the downloadable report",
  date: "2026-06-08"
} as const satisfies MappedAgainst

export const endpoints = {
  refresh: "/auth/v1/token/refresh",
  revoke: "/auth/v1/token/revoke",
  customer: { path: "/consumer/v1/customer" },
  balance: { path: "/consumer/v1/balance" },
  activity: { path: "/consumer/v1/activity", rows: "activity" },
  orders: { path: "/consumer/v1/pay-later/orders", rows: "orders" }
} as const

export const Customer = Schema.Struct({ customer: Schema.Struct({ id: Id, currency: Money.Currency }) })

export const Balance = Schema.Struct({
  balance: Schema.Struct({ amount_minor: Schema.Int, currency: Money.Currency, as_of: Moment })
})

/** Words of the report. */
export const peers = ["Received P2P", "Sent P2P", "P2P"] as const
const cash = ["Cash in", "Deposits", "Cash out", "Withdrawal"] as const
export const boosts = ["Boost Payment", "Bitcoin Boost"] as const
export const bitcoin = ["Bitcoin Buy", "Bitcoin Recurring Buy", "Bitcoin Withdrawal"] as const
const charged = ["CARD CHARGED", "CARD REFUNDED"] as const
const paid = ["PAYMENT SENT", "PAYMENT DEPOSITED", "PAYMENT REFUNDED"] as const
export const through = [...charged, ...paid, "COMPLETE", "COMPLETED"] as const

/** Amounts are signed from the holder's side. `account` is where the money came from or went to. */
export const Activity = Schema.Struct({
  transaction_id: Id,
  date: Moment,
  transaction_type: open(["Cash Card Debit", ...peers, ...cash, ...boosts, ...bitcoin, "Account Notifications"]),
  currency: Money.Currency,
  net_amount_minor: Schema.Int,
  fee_minor: maybe(Schema.Int),
  status: Schema.Literals(["PENDING", ...through, "FAILED", "CANCELED"]),
  notes: maybe(Schema.String),
  name_of_sender_receiver: maybe(Schema.String),
  account: maybe(Schema.String),
  card: maybe(Schema.Struct({ id: Id, settled_on: maybe(Day), refund_of: maybe(Id) })),
  updated_at: Moment
})
export type Activity = typeof Activity.Type

const Installment = Schema.Struct({
  number: Schema.Int,
  due_date: Day,
  amount_minor: Schema.Int,
  late_fee_minor: maybe(Schema.Int),
  status: Schema.Literals(["SCHEDULED", "DUE", "PAID", "LATE", "REFUNDED", "CANCELED"]),
  paid_on: maybe(Day)
})

/** An order of somebody else's: `lender` says whose. */
export const Order = Schema.Struct({
  id: Id,
  lender: Schema.String,
  plan: Schema.String,
  merchant: Schema.String,
  amount_minor: Schema.Int,
  refunded_minor: maybe(Schema.Int),
  refunded_to_you_minor: maybe(Schema.Int),
  currency: Money.Currency,
  placed_at: Moment,
  installments: Schema.Array(Installment),
  updated_at: Moment
})
