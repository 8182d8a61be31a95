/**
 * The wire in PayPal's spelling: balances and activity have the fields of its public reporting interface, which is for
 * merchants; that a person's session answers alike, and everything of Pay in 4, continues the project's seed document by
 * analogy. Nobody has published it.
 */
import { Money } from "@paymirror/core"
import { type MappedAgainst, Wire } from "@paymirror/session"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const { Day, Id, maybe, Moment, open } = Wire

export const mappedAgainst = {
  app: "PayPal",
  version: "unverified",
  source: "the project's seed document, with the fields of PayPal's reporting interface",
  date: "2026-06-08"
} as const satisfies MappedAgainst

export const endpoints = {
  refresh: "/auth/v1/token/refresh",
  revoke: "/auth/v1/token/revoke",
  wallet: { path: "/consumer/v1/wallet" },
  activity: (currency: string) => ({ path: `/consumer/v1/wallet/${currency}/activity`, rows: "transactions" }),
  plans: (currency: string) => ({ path: `/consumer/v1/wallet/${currency}/pay-in-4`, rows: "plans" })
} as const

/** A decimal as text, as PayPal writes it, with no more decimals than its currency has. */
export const Amount = Schema.Struct({ currency_code: Money.Currency, value: Schema.String }).check(
  Schema.makeFilter(({ currency_code, value }) => Result.isSuccess(Money.parse(value, currency_code)), {
    expected: "an amount of its currency"
  })
)
export type Amount = typeof Amount.Type

/** One balance for each currency a person holds. */
export const Wallet = Schema.Struct({
  account_id: Id,
  as_of_time: Moment,
  balances: Schema.Array(
    Schema.Struct({
      currency: Money.Currency,
      primary: maybe(Schema.Boolean),
      total_balance: Amount,
      available_balance: maybe(Amount)
    })
  )
})

/** `transaction_id` is not unique: only with its event code does it name a row. */
export const Transaction = Schema.Struct({
  transaction_id: Id,
  transaction_event_code: Id,
  transaction_status: Schema.Literals(["S", "V", "P", "D"]),
  transaction_initiation_date: Moment,
  transaction_updated_date: Moment,
  transaction_amount: Amount,
  fee_amount: maybe(Amount),
  transaction_subject: maybe(Schema.String),
  payer_name: maybe(Schema.String),
  paypal_reference_id: maybe(Id),
  paypal_reference_id_type: maybe(open(["ODR", "TXN", "SUB", "PAP"]))
})

const Payment = Schema.Struct({
  sequence: Schema.Int,
  due_date: Day,
  amount: Amount,
  status: Schema.Literals(["SCHEDULED", "DUE", "PAID", "PAST_DUE", "REFUNDED", "CANCELED"]),
  paid_date: maybe(Day)
})

export const Plan = Schema.Struct({
  plan_id: Id,
  order_id: Id,
  product: open(["PAY_IN_4"]),
  merchant_name: Schema.String,
  amount: Amount,
  refunded_amount: maybe(Amount),
  refunded_to_balance: maybe(Amount),
  create_time: Moment,
  payments: Schema.Array(Payment),
  update_time: Moment
})
