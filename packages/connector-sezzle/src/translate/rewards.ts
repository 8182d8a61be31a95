/**
 * What Sezzle gives its subscribers, and who they are. Sezzle Spend is counted in points, one for each cent, and never
 * becomes money here: its sum stands beside what the provider states.
 */
import type { Points } from "@paymirror/core"
import { instant, present, Rows, type Translation } from "@paymirror/session/translation"
import type * as Api from "../Api.ts"

export const rewardEntry = (wire: typeof Api.RewardEntry.Type): Translation => {
  const { amount_in_cents: points, order_uuid, status, type: entryType, uuid: entryId } = wire
  const version = instant(wire.updated_at)
  if (status === "canceled") return [{ _tag: "Tombstone", stream: "points", id: entryId, version, reason: status }]
  const pending = status === "pending"
  const row: Points.PointsEntry = {
    rowType: "entry",
    entryId,
    entryType,
    status: pending ? "PENDING" : "CONFIRMED",
    points,
    createdAt: instant(wire.created_at),
    ...present({ purchaseId: order_uuid })
  }
  return [{ _tag: "Upsert", stream: "points", id: entryId, version, row, pending }]
}

export const standing = ({ rewards }: typeof Api.Rewards.Type): Translation => {
  const { as_of, available_in_cents: points, pending_in_cents: pendingPoints } = rewards
  const row: Points.PointsStanding = { rowType: "standing", points, ...present({ pendingPoints }) }
  return [{ _tag: "Upsert", stream: "points", id: "standing", version: instant(as_of), row }]
}

export const account = ({ shopper }: typeof Api.Account.Type): Translation => [
  Rows.person({
    profileId: shopper.uuid,
    givenName: shopper.first_name,
    familyName: shopper.last_name,
    email: shopper.email,
    memberTier: shopper.subscription?.plan,
    memberSince: shopper.subscription?.since
  })
]
