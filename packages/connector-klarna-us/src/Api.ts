/**
 * The wire in the provider's spelling: the endpoints as data and the schema of each answer. It is written from the
 * project's wire page, never from an answer anyone recorded, and says so in {@link mappedAgainst}. A row hangs on its
 * closed words; one that stands in an open field and is not listed is counted and done without.
 */
import { Money } from "@paymirror/core"
import { type MappedAgainst, Wire } from "@paymirror/session"
import * as Schema from "effect/Schema"

const { Day, Id, maybe, open } = Wire

/** Re-validate every endpoint against a consenting account when the app's version moves, then write the version here. */
export const mappedAgainst = {
  app: "com.myklarnamobile",
  version: "unverified",
  source: "the project's seed document",
  date: "2026-06-08"
} as const satisfies MappedAgainst

export const endpoints = {
  refresh: { method: "POST", path: "/auth/v1/token/refresh" },
  revoke: { method: "POST", path: "/auth/v1/token/revoke" },
  purchases: { method: "GET", path: "/consumer/v2/purchases", rows: "purchases" },
  card: { method: "GET", path: "/consumer/v2/card/transactions", rows: "transactions" },
  balanceEntries: { method: "GET", path: "/consumer/v2/balance/entries", rows: "entries" },
  cashbackEntries: { method: "GET", path: "/consumer/v2/cashback/entries", rows: "entries" },
  deliveries: { method: "GET", path: "/consumer/v2/deliveries", rows: "deliveries" },
  balance: { method: "GET", path: "/consumer/v2/balance" },
  cashback: { method: "GET", path: "/consumer/v2/cashback" },
  profile: { method: "GET", path: "/consumer/v2/profile" }
} as const

export const Installment = Schema.Struct({
  number: maybe(Schema.Int),
  due: Day,
  amount_minor: Schema.Int,
  paid_minor: maybe(Schema.Int),
  state: Schema.Literals(["scheduled", "due", "paid", "late", "paused", "cancelled"]),
  paid_on: maybe(Day),
  pause_reason: maybe(open(["return", "problem"])),
  cancel_reason: maybe(open(["refund", "merged", "plan_cancelled"])),
  extended_from: maybe(Day),
  late_fee_minor: maybe(Schema.Int)
})
export type Installment = typeof Installment.Type

const Item = Schema.Struct({ name: Schema.String, quantity: Schema.Int, amount_minor: Schema.Int })

/** `status` and `purchased_at` may be absent too: the seed's own example carries neither. */
export const Purchase = Schema.Struct({
  id: Id,
  merchant: Schema.String,
  mcc: maybe(Schema.String),
  order_reference: maybe(Schema.String),
  amount_minor: Schema.Int,
  currency: Money.Currency,
  plan: open(["pay_in_full", "pay_in_4", "pay_in_30", "financing_6", "financing_12", "financing_18", "financing_24"]),
  status: maybe(Schema.Literals(["open", "completed", "refunded", "cancelled"])),
  purchased_at: maybe(Schema.String),
  items: maybe(Schema.Array(Item)),
  refunded_minor: maybe(Schema.Int),
  fees_minor: maybe(Schema.Int),
  installments: Schema.Array(Installment),
  updated_at: Schema.String
})
export type Purchase = typeof Purchase.Type

export const CardTransaction = Schema.Struct({
  id: Id,
  card_id: maybe(Id),
  state: Schema.Literals(["pending", "settled", "reversed", "declined"]),
  merchant: maybe(Schema.String),
  mcc: maybe(Schema.String),
  amount_minor: Schema.Int,
  currency: Money.Currency,
  authorized_at: Schema.String,
  settled_on: maybe(Day),
  original_amount_minor: maybe(Schema.Int),
  original_currency: maybe(Money.Currency),
  refund_of: maybe(Id),
  updated_at: Schema.String
})
export type CardTransaction = typeof CardTransaction.Type

export const BalanceEntry = Schema.Struct({
  id: Id,
  kind: open(["top_up", "refund", "cashback", "payment", "withdrawal", "adjustment"]),
  state: Schema.Literals(["pending", "booked"]),
  amount_minor: Schema.Int,
  currency: Money.Currency,
  description: maybe(Schema.String),
  created_at: Schema.String,
  booked_on: maybe(Day),
  balance_after_minor: maybe(Schema.Int),
  purchase_id: maybe(Id),
  points_entry_id: maybe(Id),
  updated_at: Schema.String
})
export type BalanceEntry = typeof BalanceEntry.Type

export const CashbackEntry = Schema.Struct({
  id: Id,
  kind: Schema.Literals(["earned", "redeemed", "reversed", "expired"]),
  state: Schema.Literals(["pending", "confirmed"]),
  points: Schema.Int,
  created_at: Schema.String,
  expires_on: maybe(Day),
  purchase_id: maybe(Id),
  balance_entry_id: maybe(Id),
  updated_at: Schema.String
})
export type CashbackEntry = typeof CashbackEntry.Type

export const Delivery = Schema.Struct({
  id: Id,
  purchase_id: maybe(Id),
  carrier: Schema.String,
  tracking_number: maybe(Schema.String),
  status: Schema.Literals(["created", "in_transit", "out_for_delivery", "delivered", "exception"]),
  window_from: maybe(Schema.String),
  window_to: maybe(Schema.String),
  updated_at: Schema.String
})
export type Delivery = typeof Delivery.Type

export const Balance = Schema.Struct({
  balance: Schema.Struct({
    amount_minor: Schema.Int,
    available_minor: maybe(Schema.Int),
    currency: Money.Currency,
    as_of: Schema.String
  })
})
export type Balance = typeof Balance.Type

export const Cashback = Schema.Struct({
  cashback: Schema.Struct({ points: Schema.Int, pending_points: maybe(Schema.Int), as_of: Schema.String })
})
export type Cashback = typeof Cashback.Type

export const Profile = Schema.Struct({
  profile: Schema.Struct({
    id: Id,
    given_name: maybe(Schema.String),
    family_name: maybe(Schema.String),
    email: maybe(Schema.String),
    phone: maybe(Schema.String),
    membership: maybe(Schema.Struct({ tier: maybe(Schema.String), since: maybe(Day) })),
    updated_at: maybe(Schema.String)
  })
})
export type Profile = typeof Profile.Type
