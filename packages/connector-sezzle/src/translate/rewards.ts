/**
 * What Sezzle gives its subscribers, and who they are. Sezzle Spend is counted in points, one for each cent, and never
 * becomes money here: its sum stands beside what the provider states.
 */
import type { Points } from "@paymirror/core"
import { instant, present, type Translation, unknown, unreadable, words } from "@paymirror/session/translation"
import type * as Api from "../Api.ts"

const entryTypeOf = words<Points.PointsEntryType>({ earned: "earned", redeemed: "redeemed" })

export const rewardEntry = (wire: typeof Api.RewardEntry.Type): Translation => {
  const { amount_in_cents: points, order_uuid, uuid: entryId } = wire
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  const createdAt = instant(wire.created_at)
  if (createdAt === undefined) return unreadable("created_at")
  const entryType = entryTypeOf(wire.type)
  if (entryType === undefined) return unknown("type")
  if (wire.status === "canceled")
    return [{ _tag: "Tombstone", stream: "points", id: entryId, version, reason: "canceled" }]
  const pending = wire.status === "pending"
  if (!pending && wire.status !== "available") return unknown("status")
  const row: Points.PointsEntry = {
    rowType: "entry",
    entryId,
    entryType,
    status: pending ? "PENDING" : "CONFIRMED",
    points,
    createdAt,
    ...present({ purchaseId: order_uuid })
  }
  return [{ _tag: "Upsert", stream: "points", id: entryId, version, row, pending }]
}

export const standing = ({ rewards }: typeof Api.Rewards.Type): Translation => {
  const version = instant(rewards.as_of)
  if (version === undefined) return unreadable("rewards.as_of")
  const { available_in_cents: points, pending_in_cents: pendingPoints } = rewards
  const row: Points.PointsStanding = { rowType: "standing", points, ...present({ pendingPoints }) }
  return [{ _tag: "Upsert", stream: "points", id: "standing", version, row }]
}

export const account = ({ shopper }: typeof Api.Account.Type): Translation => {
  const { email, first_name: givenName, last_name: familyName, subscription, uuid: profileId } = shopper
  const member = { memberTier: subscription?.plan, memberSince: subscription?.since }
  const row = { profileId, ...present({ givenName, familyName, email, ...member }) }
  return [{ _tag: "Upsert", stream: "profile", id: profileId, row }]
}
