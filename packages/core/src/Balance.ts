/**
 * Stream `balance`: the deposit ledger and the balance the provider states beside it. Entries are signed from the
 * holder's side. The two are kept as two rows so that one can be reconciled against the other.
 */
import * as Schema from "effect/Schema"
import { CalendarDate } from "./CalendarDate.ts"
import { Instant } from "./Instant.ts"
import { Money } from "./Money.ts"

/** ISO 20022 / Berlin Group balance types, without any that include a credit line. */
export const BalanceType = Schema.Literals(["closingBooked", "interimBooked", "interimAvailable", "expected"])
export type BalanceType = typeof BalanceType.Type

/** What the provider states the balance to be. As of when is the version of the row, so that saying the same again is no change. */
export const Balance = Schema.Struct({
  rowType: Schema.Literal("balance"),
  balanceType: BalanceType,
  amount: Money
})
export type Balance = typeof Balance.Type

export const BalanceEntryType = Schema.Literals([
  "top_up",
  "refund",
  "cashback",
  "payment",
  "withdrawal",
  "transfer",
  "exchange",
  "fee",
  "interest",
  "adjustment",
  "other"
])
export type BalanceEntryType = typeof BalanceEntryType.Type

/** `PENDING` and `REJECTED` entries do not count toward a booked balance. */
export const EntryStatus = Schema.Literals(["PENDING", "BOOKED", "REJECTED"])
export type EntryStatus = typeof EntryStatus.Type

export const BalanceEntry = Schema.Struct({
  rowType: Schema.Literal("entry"),
  entryId: Schema.NonEmptyString,
  entryType: BalanceEntryType,
  /** The provider's own word for it. */
  providerType: Schema.optionalKey(Schema.String),
  status: EntryStatus,
  /** The change of the balance, `fee` included. */
  amount: Money,
  /** What was charged on top, as a positive amount; already inside `amount`. */
  fee: Schema.optionalKey(Money),
  foreignAmount: Schema.optionalKey(Money),
  description: Schema.optionalKey(Schema.String),
  counterpartyName: Schema.optionalKey(Schema.String),
  createdAt: Schema.optionalKey(Instant),
  /** The day the provider shows, in its own calendar. */
  entryDate: Schema.optionalKey(CalendarDate),
  bookedDate: Schema.optionalKey(CalendarDate),
  balanceAfter: Schema.optionalKey(Money),
  purchaseId: Schema.optionalKey(Schema.NonEmptyString),
  /** The points debit this credit pays out. It names this entry back; the two are one event, counted once. */
  pointsEntryId: Schema.optionalKey(Schema.NonEmptyString),
  reference: Schema.optionalKey(Schema.String),
  /** Where it was paid from, if not from this balance, which then did not move: the entry counts in no sum of it. */
  fundingSource: Schema.optionalKey(Schema.String)
})
export type BalanceEntry = typeof BalanceEntry.Type

export const BalanceRow = Schema.Union([BalanceEntry, Balance])
export type BalanceRow = typeof BalanceRow.Type
