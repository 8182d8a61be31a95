/** Stream `purchases`: one row per order, as its total stands now. How it is paid for is a {@link Plan} of its own. */
import * as Schema from "effect/Schema"
import { CalendarDate } from "./CalendarDate.ts"
import { Instant } from "./Instant.ts"
import { Money } from "./Money.ts"

export const PurchaseStatus = Schema.Literals(["OPEN", "COMPLETED", "REFUNDED", "CANCELLED"])
export type PurchaseStatus = typeof PurchaseStatus.Type

export const LineItem = Schema.Struct({
  name: Schema.String,
  quantity: Schema.Int,
  amount: Money
})
export type LineItem = typeof LineItem.Type

export const Purchase = Schema.Struct({
  purchaseId: Schema.NonEmptyString,
  merchantName: Schema.String,
  /** ISO 18245, four digits as text (`0742`). */
  merchantCategoryCode: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^\d{4}$/))),
  orderReference: Schema.optionalKey(Schema.String),
  /** What was agreed at purchase, refunds not taken off. */
  amount: Money,
  refundedAmount: Schema.optionalKey(Money),
  status: PurchaseStatus,
  purchasedAt: Schema.optionalKey(Instant),
  /** The day a person reads, where that is all the source tells. */
  purchaseDate: Schema.optionalKey(CalendarDate),
  planId: Schema.optionalKey(Schema.NonEmptyString),
  lineItems: Schema.optionalKey(Schema.Array(LineItem))
})
export type Purchase = typeof Purchase.Type
