/**
 * The wire in Sezzle's spelling. Orders, amounts in cents, refunds and the states of a checkout are written as its merchant
 * API writes them; that a shopper is shown lists like these, with installments, moves and rewards, is a guess by analogy.
 */
import { Money } from "@paymirror/core"
import { type MappedAgainst, Wire } from "@paymirror/session"
import * as Schema from "effect/Schema"

const { Day, Id, maybe, Moment, open } = Wire

export const mappedAgainst = {
  app: "Sezzle",
  version: "unverified",
  source: "the merchant API's public vocabulary, and the project's seed document",
  date: "2026-06-08"
} as const satisfies MappedAgainst

export const endpoints = {
  refresh: "/auth/v1/token/refresh",
  revoke: "/auth/v1/token/revoke",
  orders: { path: "/shopper/v2/orders", rows: "orders" },
  rewardEntries: { path: "/shopper/v2/rewards/entries", rows: "entries" },
  rewards: { path: "/shopper/v2/rewards" },
  account: { path: "/shopper/v2/account" }
} as const

const Amount = Schema.Struct({ amount_in_cents: Schema.Int, currency: Money.Currency })
export type Amount = typeof Amount.Type

const Installment = Schema.Struct({
  number: Schema.Int,
  due_date: Day,
  /** Its fees are inside. */
  amount: Amount,
  status: Schema.Literals(["scheduled", "failed", "paid", "refunded", "canceled"]),
  paid_date: maybe(Day),
  fees: Schema.Array(Schema.Struct({ type: open(["failed_payment", "reschedule"]), amount: Amount })),
  reschedules: Schema.Array(Schema.Struct({ type: Schema.String, from: Day, to: Day, created_at: Schema.String }))
})
export type Installment = typeof Installment.Type

export const Order = Schema.Struct({
  uuid: Id,
  reference_id: maybe(Schema.String),
  merchant_name: Schema.String,
  checkout_status: Schema.Literals(["active", "completed", "deleted", "denied"]),
  order_amount: Amount,
  created_at: Moment,
  authorization: Schema.Struct({
    approved: Schema.Boolean,
    refunds: Schema.Array(Schema.Struct({ uuid: Id, amount: Amount }))
  }),
  installments: Schema.Array(Installment),
  updated_at: Moment
})

export const RewardEntry = Schema.Struct({
  uuid: Id,
  type: Schema.Literals(["earned", "redeemed"]),
  status: Schema.Literals(["pending", "available", "canceled"]),
  amount_in_cents: Schema.Int,
  order_uuid: maybe(Id),
  created_at: Moment,
  updated_at: Moment
})

export const Rewards = Schema.Struct({
  rewards: Schema.Struct({ available_in_cents: Schema.Int, pending_in_cents: maybe(Schema.Int), as_of: Moment })
})

export const Account = Schema.Struct({
  shopper: Schema.Struct({
    uuid: Id,
    first_name: maybe(Schema.String),
    last_name: maybe(Schema.String),
    email: maybe(Schema.String),
    subscription: maybe(Schema.Struct({ plan: Schema.String, since: maybe(Day) }))
  })
})
