/**
 * The wire in Chime's spelling: the types and dates of a row are those its monthly statement prints, the rest continues the
 * project's seed document by analogy. Nobody has published it.
 */
import { Money } from "@paymirror/core"
import { type MappedAgainst, Wire } from "@paymirror/session"
import * as Schema from "effect/Schema"

const { Day, Id, maybe, Moment, open } = Wire

export const mappedAgainst = {
  app: "Chime",
  version: "unverified",
  source: "the project's seed document, with the words of the monthly statement",
  date: "2026-06-08"
} as const satisfies MappedAgainst

const account = (kind: string): string => `/consumer/v1/accounts/${encodeURIComponent(kind)}`

export const endpoints = {
  refresh: "/auth/v1/token/refresh",
  revoke: "/auth/v1/token/revoke",
  accounts: { path: "/consumer/v1/accounts" },
  balance: (kind: string) => ({ path: `${account(kind)}/balance` }),
  transactions: (kind: string) => ({ path: `${account(kind)}/transactions`, rows: "transactions" })
} as const

/** A person has one account of a `kind`. `held_at`: the bank that holds the money; Chime is none. */
export const Accounts = Schema.Struct({
  customer_id: Id,
  accounts: Schema.Array(Schema.Struct({ kind: Id, name: Id, held_at: Id, currency: Money.Currency }))
})

export const Balance = Schema.Struct({
  balance: Schema.Struct({ amount_minor: Schema.Int, currency: Money.Currency, as_of: Moment })
})

/** Amounts are signed from the holder's side. `transfer_id` stands on both sides of a move between two own accounts. */
export const Transaction = Schema.Struct({
  id: Id,
  transaction_date: Day,
  settlement_date: maybe(Day),
  description: Schema.String,
  type: open(["Transfer", "Round Up", "Payment", "Purchase", "Direct Debit", "ATM Withdrawal", "Fee", "Deposit"]),
  status: Schema.Literals(["pending", "settled", "disputed", "declined", "released"]),
  amount_minor: Schema.Int,
  currency: Money.Currency,
  transfer_id: maybe(Id),
  card: maybe(Schema.Struct({ id: Id, merchant: maybe(Schema.String), refund_of: maybe(Id) })),
  updated_at: Moment
})
export type Transaction = typeof Transaction.Type
