/** The wire of Acme in its own spelling: where each answer is found and what it looks like. What a word means is not said. */
import { Money } from "@paymirror/core"
import { type MappedAgainst, Wire } from "@paymirror/session"
import * as Schema from "effect/Schema"

const { Day, Id, maybe, Moment, open } = Wire

export const mappedAgainst = {
  app: "com.acme.pay",
  version: "unverified",
  source: "invented by create-connector: nobody has seen this wire",
  date: "2026-06-01"
} as const satisfies MappedAgainst

export const endpoints = {
  orders: { path: "/v1/orders", rows: "orders" },
  entries: { path: "/v1/wallet/entries", rows: "entries" },
  wallet: { path: "/v1/wallet" }
} as const

const Payment = Schema.Struct({
  due: Day,
  cents: Schema.Int,
  state: Schema.Literals(["upcoming", "paid", "overdue", "void"]),
  paid_on: maybe(Day)
})

export const Order = Schema.Struct({
  id: Id,
  shop: Schema.String,
  cents: Schema.Int,
  currency: Money.Currency,
  state: Schema.Literals(["open", "done", "void"]),
  ordered_at: Moment,
  payments: Schema.Array(Payment),
  updated_at: Moment
})
export type Order = typeof Order.Type

export const Entry = Schema.Struct({
  id: Id,
  kind: open(["load", "spend", "refund"]),
  state: Schema.Literals(["pending", "booked", "void"]),
  cents: Schema.Int,
  currency: Money.Currency,
  booked_at: Moment,
  order_id: maybe(Id),
  updated_at: Moment
})
export type Entry = typeof Entry.Type

export const Wallet = Schema.Struct({
  account_id: Id,
  cents: Schema.Int,
  currency: Money.Currency,
  as_of: Moment
})
