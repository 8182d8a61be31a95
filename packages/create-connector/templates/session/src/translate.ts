/** Acme's wire becomes the model's rows: pure, and the only file that knows both spellings. What is not known is refused. */
import type { Balance, Purchase } from "@paymirror/core"
import {
  instant,
  type Note,
  present,
  type Translation,
  unknown,
  unreadable,
  words
} from "@paymirror/session/translation"
import type * as Api from "./Api.ts"

const statusOf = words<"OPEN" | "COMPLETED" | "CANCELLED">({ open: "OPEN", done: "COMPLETED", void: "CANCELLED" })

export const order = (wire: typeof Api.Order.Type): Translation => {
  const { cents, currency, id, shop: merchantName, state } = wire
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  const purchasedAt = instant(wire.ordered_at)
  if (purchasedAt === undefined) return unreadable("ordered_at")
  const status = statusOf(state)
  if (status === undefined) return unknown("state")
  const amount = { amount: cents, currency }
  const purchase: Purchase.Purchase = { purchaseId: id, merchantName, amount, status, purchasedAt }
  // TODO: an order carries its payments, and the manifest promises them as a plan. None is read yet.
  return [{ _tag: "Upsert", stream: "purchases", id, version, row: purchase }]
}

const entryTypeOf = words<Balance.BalanceEntryType>({ load: "top_up", spend: "payment", refund: "refund" })

export const entry = (wire: typeof Api.Entry.Type, note: Note): Translation => {
  const createdAt = instant(wire.booked_at)
  if (createdAt === undefined) return unreadable("booked_at")
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  if (wire.state === "void") return [{ _tag: "Tombstone", stream: "balance", id: wire.id, version, reason: "void" }]
  const pending = wire.state === "pending"
  if (!pending && wire.state !== "booked") return unknown("state")
  const entryType = entryTypeOf(wire.kind)
  if (entryType === undefined) note("kind")
  const row: Balance.BalanceEntry = {
    rowType: "entry",
    entryId: wire.id,
    entryType: entryType ?? "other",
    providerType: wire.kind,
    status: pending ? "PENDING" : "BOOKED",
    amount: { amount: wire.cents, currency: wire.currency },
    createdAt,
    ...present({ purchaseId: wire.order_id })
  }
  return [{ _tag: "Upsert", stream: "balance", id: wire.id, version, row, pending }]
}

export const wallet = ({ as_of, cents, currency }: typeof Api.Wallet.Type): Translation => {
  const version = instant(as_of)
  if (version === undefined) return unreadable("as_of")
  const amount = { amount: cents, currency }
  const row = { rowType: "balance", balanceType: "interimBooked", amount } as const
  return [{ _tag: "Upsert", stream: "balance", id: "balance:interimBooked", row, version }]
}
