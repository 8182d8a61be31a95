/** The wire of Acme in its own spelling: where each answer is found and what it looks like. What a word means is not said. */
import { Money } from "@paymirror/core"
import { type MappedAgainst, Wire } from "@paymirror/session"
import * as Schema from "effect/Schema"

const { Day, Id, maybe } = Wire

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

const Payment = Schema.Struct({ due: Day, cents: Schema.Int, state: Schema.String, paid_on: maybe(Day) })

export const Order = Schema.Struct({
  id: Id,
  shop: Schema.String,
  cents: Schema.Int,
  currency: Money.Currency,
  state: Schema.String,
  ordered_at: Schema.String,
  payments: Schema.Array(Payment),
  updated_at: Schema.String
})

export const Entry = Schema.Struct({
  id: Id,
  kind: Schema.String,
  state: Schema.String,
  cents: Schema.Int,
  currency: Money.Currency,
  booked_at: Schema.String,
  order_id: maybe(Id),
  updated_at: Schema.String
})

export const Wallet = Schema.Struct({
  account_id: Id,
  cents: Schema.Int,
  currency: Money.Currency,
  as_of: Schema.String
})
