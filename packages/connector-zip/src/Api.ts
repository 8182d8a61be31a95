/**
 * The wire in Zip's spelling: the states are those of its merchant API, the lists continue the project's seed document by
 * analogy. Nobody has published it.
 */
import { Money } from "@paymirror/core"
import { type MappedAgainst, Wire } from "@paymirror/session"
import * as Schema from "effect/Schema"

const { Day, Id, maybe, Moment } = Wire

export const mappedAgainst = {
  app: "Zip",
  version: "unverified",
  source: "the project's seed document, with the states of Zip's merchant API",
  date: "2026-06-08"
} as const satisfies MappedAgainst

export const endpoints = {
  refresh: "/auth/v1/token/refresh",
  revoke: "/auth/v1/token/revoke",
  customer: { path: "/consumer/v1/customer" },
  orders: { path: "/consumer/v1/orders", rows: "orders" },
  card: { path: "/consumer/v1/card/transactions", rows: "transactions" }
} as const

export const Customer = Schema.Struct({ customer: Schema.Struct({ id: Id, currency: Money.Currency }) })

/** `amount_minor` is the part of the order; the three charges come on top of it. */
const Installment = Schema.Struct({
  number: Schema.Int,
  due_date: Day,
  amount_minor: Schema.Int,
  finance_charge_minor: maybe(Schema.Int),
  reschedule_fee_minor: maybe(Schema.Int),
  late_fee_minor: maybe(Schema.Int),
  state: Schema.Literals(["scheduled", "due", "paid", "overdue", "refunded", "cancelled"]),
  paid_on: maybe(Day),
  rescheduled_from: maybe(Day)
})
export type Installment = typeof Installment.Type

export const Order = Schema.Struct({
  id: Id,
  reference: maybe(Schema.String),
  merchant: Schema.String,
  amount_minor: Schema.Int,
  refunded_amount_minor: maybe(Schema.Int),
  refunded_to_payment_method_minor: maybe(Schema.Int),
  currency: Money.Currency,
  state: Schema.Literals(["approved", "authorised", "captured", "refunded", "cancelled", "declined"]),
  created_date: Moment,
  installments: Schema.Array(Installment),
  updated_at: Moment
})

export const CardTransaction = Schema.Struct({
  id: Id,
  card_id: Id,
  state: Schema.Literals(["authorised", "captured", "refunded", "cancelled", "declined"]),
  merchant: maybe(Schema.String),
  amount_minor: Schema.Int,
  currency: Money.Currency,
  created_date: Moment,
  captured_on: maybe(Day),
  refund_of: maybe(Id),
  updated_at: Moment
})
