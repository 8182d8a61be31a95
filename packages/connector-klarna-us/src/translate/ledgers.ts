/**
 * The deposit ledger and the points ledger, each with what the provider states beside it. They stay two: a redemption
 * and the credit it became name each other and are added up nowhere.
 */
import type { Balance, Points } from "@paymirror/core"
import { has, instant, type Mutable, Rows, type Translation, unreadable, words } from "@paymirror/session/translation"
import type * as Api from "../Api.ts"

const entryTypeOf = words<Balance.BalanceEntryType, Api.BalanceEntry["kind"]>({
  top_up: "top_up",
  refund: "refund",
  cashback: "cashback",
  payment: "payment",
  withdrawal: "withdrawal",
  adjustment: "adjustment"
})

export const balanceEntry = (wire: Api.BalanceEntry): Translation => {
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  const createdAt = instant(wire.created_at)
  if (createdAt === undefined) return unreadable("created_at")
  const status = wire.state === "pending" ? "PENDING" : "BOOKED"
  const { currency } = wire
  const row: Mutable<Balance.BalanceEntry> = {
    rowType: "entry",
    entryId: wire.id,
    entryType: entryTypeOf(wire.kind) ?? "other",
    providerType: wire.kind,
    status,
    amount: { amount: wire.amount_minor, currency },
    createdAt
  }
  if (has(wire.description)) row.description = wire.description
  if (has(wire.booked_on)) row.bookedDate = wire.booked_on
  if (has(wire.balance_after_minor)) row.balanceAfter = { amount: wire.balance_after_minor, currency }
  if (has(wire.purchase_id)) row.purchaseId = wire.purchase_id
  if (has(wire.points_entry_id)) row.pointsEntryId = wire.points_entry_id
  return [{ _tag: "Upsert", stream: "balance", id: wire.id, row, version, pending: status === "PENDING" }]
}

export const balance = ({ balance: wire }: Api.Balance): Translation => {
  const asOf = instant(wire.as_of)
  if (asOf === undefined) return unreadable("balance.as_of")
  const { amount_minor, available_minor, currency } = wire
  const available = has(available_minor) ? { amount: available_minor, currency } : undefined
  return Rows.stated({ interimBooked: { amount: amount_minor, currency }, interimAvailable: available }, asOf)
}

export const pointsEntry = (wire: Api.CashbackEntry): Translation => {
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  const createdAt = instant(wire.created_at)
  if (createdAt === undefined) return unreadable("created_at")
  const status = wire.state === "pending" ? "PENDING" : "CONFIRMED"
  const row: Mutable<Points.PointsEntry> = {
    rowType: "entry",
    entryId: wire.id,
    entryType: wire.kind,
    status,
    points: wire.points,
    createdAt
  }
  if (has(wire.expires_on)) row.expirationDate = wire.expires_on
  if (has(wire.purchase_id)) row.purchaseId = wire.purchase_id
  if (has(wire.balance_entry_id)) row.balanceEntryId = wire.balance_entry_id
  return [{ _tag: "Upsert", stream: "points", id: wire.id, row, version, pending: status === "PENDING" }]
}

export const standing = ({ cashback: wire }: Api.Cashback): Translation => {
  const asOf = instant(wire.as_of)
  if (asOf === undefined) return unreadable("cashback.as_of")
  const row: Mutable<Points.PointsStanding> = { rowType: "standing", points: wire.points }
  if (has(wire.pending_points)) row.pendingPoints = wire.pending_points
  return [{ _tag: "Upsert", stream: "points", id: "standing", row, version: asOf }]
}
