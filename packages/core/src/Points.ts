/**
 * Stream `points`: a ledger of points and the standing the provider states beside it. Points have no decimals and no
 * currency, and are never added to money.
 */
import * as Schema from "effect/Schema"
import { CalendarDate } from "./CalendarDate.ts"
import { Instant } from "./Instant.ts"

export const PointsEntryType = Schema.Literals(["earned", "redeemed", "reversed", "expired", "adjustment"])
export type PointsEntryType = typeof PointsEntryType.Type

export const PointsEntry = Schema.Struct({
  rowType: Schema.Literal("entry"),
  entryId: Schema.NonEmptyString,
  entryType: PointsEntryType,
  /** `PENDING` entries do not count toward the standing. */
  status: Schema.Literals(["PENDING", "CONFIRMED"]),
  /** Signed from the holder's side. */
  points: Schema.Int,
  createdAt: Instant,
  expirationDate: Schema.optionalKey(CalendarDate),
  purchaseId: Schema.optionalKey(Schema.NonEmptyString),
  /** The balance credit a redemption became. It names this entry back; the two are one event, counted once. */
  balanceEntryId: Schema.optionalKey(Schema.NonEmptyString)
})
export type PointsEntry = typeof PointsEntry.Type

/** FDX `RewardBalance`: what the provider states. As of when is the version of the row. */
export const PointsStanding = Schema.Struct({
  rowType: Schema.Literal("standing"),
  points: Schema.Int,
  pendingPoints: Schema.optionalKey(Schema.Int)
})
export type PointsStanding = typeof PointsStanding.Type

export const PointsRow = Schema.Union([PointsEntry, PointsStanding])
export type PointsRow = typeof PointsRow.Type
