/**
 * Stream `card`: the card ledger. An authorization and its settlement are one row that keeps its id; the amount may
 * change when it settles. Spending is negative, a refund positive, as seen by the holder.
 */
import * as Schema from "effect/Schema"
import { CalendarDate } from "./CalendarDate.ts"
import { Instant } from "./Instant.ts"
import { Money } from "./Money.ts"

/** FDX `TransactionStatus` for what is open and booked; a hold that was let go or refused is kept and says so. */
export const CardTransactionStatus = Schema.Literals(["AUTHORIZATION", "POSTED", "REVERSED", "DECLINED"])
export type CardTransactionStatus = typeof CardTransactionStatus.Type

export const CardTransaction = Schema.Struct({
  transactionId: Schema.NonEmptyString,
  cardId: Schema.optionalKey(Schema.NonEmptyString),
  status: CardTransactionStatus,
  amount: Money,
  merchantName: Schema.optionalKey(Schema.String),
  merchantCategoryCode: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^\d{4}$/))),
  transactionTimestamp: Schema.optionalKey(Instant),
  /** Where the source tells only a day. */
  transactionDate: Schema.optionalKey(CalendarDate),
  postedDate: Schema.optionalKey(CalendarDate),
  foreignAmount: Schema.optionalKey(Money),
  /** The transaction this one gives back. */
  referenceTransactionId: Schema.optionalKey(Schema.NonEmptyString)
})
export type CardTransaction = typeof CardTransaction.Type
