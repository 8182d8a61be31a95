/**
 * The wire in Afterpay's spelling. Money, refunds and the states of a payment are written as its merchant API publishes
 * them; that a consumer is shown lists like these, and the schedule, is a guess by analogy. Of the single-use card
 * nothing is read but its spending: no number, no code, no expiry.
 */
import { Money } from "@paymirror/core"
import { type MappedAgainst, Wire } from "@paymirror/session"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const { Day, Id, maybe, Moment } = Wire

export const mappedAgainst = {
  app: "Afterpay",
  version: "unverified",
  source: "the merchant API's public vocabulary, and the project's seed document",
  date: "2026-06-08"
} as const satisfies MappedAgainst

export const endpoints = {
  refresh: "/auth/v1/token/refresh",
  revoke: "/auth/v1/token/revoke",
  orders: { path: "/consumer/v1/orders", rows: "orders" },
  card: { path: "/consumer/v1/card/transactions", rows: "transactions" },
  profile: { path: "/consumer/v1/profile" }
} as const

/** A decimal beside its currency, with no more decimals than the currency has. */
const Amount = Schema.Struct({ amount: Schema.String, currency: Money.Currency }).check(
  Schema.makeFilter(({ amount, currency }) => Result.isSuccess(Money.parse(amount, currency)), {
    expected: "an amount of its currency"
  })
)
export type Amount = typeof Amount.Type

const Payment = Schema.Struct({
  number: Schema.Int,
  dueDate: Day,
  amount: Amount,
  status: Schema.Literals(["SCHEDULED", "DUE", "LATE", "PAID", "REFUNDED", "VOIDED"]),
  lateFee: maybe(Amount),
  paidDate: maybe(Day),
  rescheduledFrom: maybe(Day)
})
export type Payment = typeof Payment.Type

const Refund = Schema.Struct({ refundId: Id, amount: Amount, refundedAt: Schema.String })

/** The states of an order that came to nothing. */
export const fallen = ["AUTH_DECLINED", "CAPTURE_DECLINED", "VOIDED", "EXPIRED"] as const

export const Order = Schema.Struct({
  id: Id,
  created: Moment,
  merchant: Schema.String,
  merchantReference: maybe(Schema.String),
  originalAmount: Amount,
  paymentState: Schema.Literals(["AUTH_APPROVED", "PARTIALLY_CAPTURED", "CAPTURED", ...fallen]),
  refunds: Schema.Array(Refund),
  paymentSchedule: Schema.Array(Payment),
  updatedAt: Moment
})

export const CardTransaction = Schema.Struct({
  id: Id,
  cardId: maybe(Id),
  merchant: maybe(Schema.String),
  amount: Amount,
  status: Schema.Literals(["PENDING", "SETTLED", "REVERSED", "DECLINED"]),
  authorizedAt: Moment,
  settledDate: maybe(Day),
  refundOf: maybe(Id),
  updatedAt: Moment
})

export const Profile = Schema.Struct({
  consumer: Schema.Struct({
    id: Id,
    givenNames: maybe(Schema.String),
    surname: maybe(Schema.String),
    email: maybe(Schema.String)
  })
})
