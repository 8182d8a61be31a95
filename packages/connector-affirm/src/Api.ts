/**
 * The wire in Affirm's spelling. Cents and the states of a loan are written as its merchant API writes those of a
 * transaction; that a borrower is shown lists like these is a guess by analogy. Of a one-time card nothing is read but its
 * spending.
 */
import { Money } from "@paymirror/core"
import { type MappedAgainst, Wire } from "@paymirror/session"
import * as Schema from "effect/Schema"

const { Day, Id, maybe, Moment, open } = Wire

export const mappedAgainst = {
  app: "Affirm",
  version: "unverified",
  source: "the merchant API's public vocabulary, and the project's seed document",
  date: "2026-06-08"
} as const satisfies MappedAgainst

export const endpoints = {
  refresh: "/auth/v1/token/refresh",
  revoke: "/auth/v1/token/revoke",
  loans: { path: "/consumer/v1/loans", rows: "loans" },
  card: { path: "/consumer/v1/card/transactions", rows: "transactions" },
  user: { path: "/consumer/v1/user" }
} as const

const Bill = Schema.Struct({
  number: Schema.Int,
  due_date: Day,
  amount: Schema.Int,
  status: Schema.Literals(["upcoming", "due", "past_due", "paid", "refunded", "voided"]),
  paid_date: maybe(Day)
})

export const Loan = Schema.Struct({
  id: Id,
  created: Moment,
  merchant_name: Schema.String,
  plan: open(["pay_in_4", "monthly_3", "monthly_6", "monthly_12"]),
  status: Schema.Literals(["authorized", "captured", "partially_refunded", "refunded", "voided"]),
  currency: Money.Currency,
  /** What was borrowed, in cents. */
  amount: Schema.Int,
  /** In percent. The model has no place for a rate; what it comes to is the charge. */
  apr: maybe(Schema.String),
  finance_charge: Schema.Int,
  amount_refunded: Schema.Int,
  bills: Schema.Array(Bill),
  updated: Moment
})
export type Loan = typeof Loan.Type

export const CardTransaction = Schema.Struct({
  id: Id,
  card_id: maybe(Id),
  merchant_name: maybe(Schema.String),
  status: Schema.Literals(["authorized", "captured", "voided"]),
  currency: Money.Currency,
  amount: Schema.Int,
  created: Moment,
  captured_date: maybe(Day),
  refund_of: maybe(Id),
  updated: Moment
})

export const User = Schema.Struct({
  user: Schema.Struct({
    id: Id,
    first_name: maybe(Schema.String),
    last_name: maybe(Schema.String),
    email: maybe(Schema.String)
  })
})
