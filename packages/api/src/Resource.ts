/**
 * What the interface speaks of: the rows of core, each beside the account it belongs to and where it comes from. Money
 * is an integer of minor units with its currency; balance, card, plans and points are never in one sum.
 */
import * as Schema from "effect/Schema"
import {
  Account,
  Balance,
  CalendarDate,
  Card,
  Delivery,
  Instant,
  Money,
  Plan,
  Points,
  Profile,
  Purchase,
  Row,
  StreamName
} from "@paymirror/core"

/** Where a row comes from, and how sure it is. */
export const Provenance = Schema.Struct({
  connector: Schema.String,
  consentId: Schema.String,
  readAt: Instant.Instant,
  origin: Row.Origin,
  /** The provider's own version of the row, where it has one. */
  version: Schema.optionalKey(Schema.String),
  /** Not booked yet: may still change or go. */
  pending: Schema.Boolean
}).annotate({ identifier: "Provenance" })

const beside = { accountId: Schema.String, provenance: Provenance }

export const AccountItem = Schema.Struct({
  accountId: Schema.String,
  holderId: Schema.String,
  provider: Schema.String,
  market: Schema.optionalKey(Account.Market),
  /** Who holds the money. */
  legalEntity: Schema.String,
  currency: Money.Currency,
  status: Account.AccountStatus,
  displayName: Schema.String,
  connectors: Schema.Array(Schema.String)
}).annotate({ identifier: "Account" })

export const PurchaseItem = Schema.Struct({ ...beside, ...Purchase.Purchase.fields }).annotate({
  identifier: "Purchase"
})
export const PlanItem = Schema.Struct({ ...beside, ...Plan.Plan.fields }).annotate({ identifier: "Plan" })
export const CardTransactionItem = Schema.Struct({ ...beside, ...Card.CardTransaction.fields }).annotate({
  identifier: "CardTransaction"
})
/** What the provider states. `asOf` is its own word for when. */
export const BalanceItem = Schema.Struct({
  ...beside,
  balanceType: Balance.BalanceType,
  amount: Money.Money,
  asOf: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "Balance" })
export const BalanceEntryItem = Schema.Struct({ ...beside, ...Balance.BalanceEntry.fields }).annotate({
  identifier: "BalanceEntry"
})
export const PointsItem = Schema.Struct({
  ...beside,
  points: Schema.Int,
  pendingPoints: Schema.optionalKey(Schema.Int),
  asOf: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "Points" })
export const PointsEntryItem = Schema.Struct({ ...beside, ...Points.PointsEntry.fields }).annotate({
  identifier: "PointsEntry"
})
export const DeliveryItem = Schema.Struct({ ...beside, ...Delivery.Delivery.fields }).annotate({
  identifier: "Delivery"
})
export const ProfileItem = Schema.Struct({ ...beside, ...Profile.Profile.fields }).annotate({ identifier: "Profile" })

export const InstallmentItem = Schema.Struct({
  accountId: Schema.String,
  planId: Schema.String,
  purchaseId: Schema.optionalKey(Schema.String),
  merchantName: Schema.optionalKey(Schema.String),
  ...Plan.Installment.fields,
  provenance: Provenance
}).annotate({ identifier: "Installment" })

/** One change of the mirror. `before` and `after` are rows of the stream. */
export const ChangeItem = Schema.Struct({
  seq: Schema.Int,
  accountId: Schema.String,
  stream: StreamName.StreamName,
  id: Schema.String,
  kind: Schema.Literals(["added", "updated", "removed", "restored"]),
  before: Schema.optionalKey(Schema.Json),
  after: Schema.optionalKey(Schema.Json),
  at: Instant.Instant,
  origin: Row.Origin
}).annotate({ identifier: "Change" })

/** Money still to pay in one week, of one currency: nothing is summed across currencies. Weeks begin on Monday. */
export const ForecastWeek = Schema.Struct({
  weekStart: CalendarDate.CalendarDate,
  currency: Money.Currency,
  /** What is scheduled or due in that week, and what is late, in the week of today. */
  amountDue: Money.Money,
  /** Paused payments: nothing is asked for yet, and they are not in `amountDue`. */
  amountPaused: Money.Money,
  installments: Schema.Int
}).annotate({ identifier: "ForecastWeek" })

/** Something does not add up: what was expected, what is there. */
export const Discrepancy = Schema.Struct({
  accountId: Schema.String,
  stream: StreamName.StreamName,
  name: Schema.String,
  place: Schema.String,
  expected: Schema.String,
  actual: Schema.String,
  raisedAt: Instant.Instant
}).annotate({ identifier: "Discrepancy" })
