/** Acme's wire becomes the model's rows: pure, and the only file that knows both spellings. What is not known is refused. */
import type { Balance } from "@paymirror/core"
import { instant, Rows, type Translation, words } from "@paymirror/session/translation"
import type * as Api from "./Api.ts"

const statusOf = { open: "OPEN", done: "COMPLETED", void: "CANCELLED" } as const

export const order = (wire: Api.Order): Translation => {
  const { cents, currency, id, shop: merchantName, state } = wire
  const amount = { amount: cents, currency }
  const version = instant(wire.updated_at)
  const said = { status: statusOf[state], purchasedAt: instant(wire.ordered_at) }
  // TODO: an order carries its payments, and the manifest promises them as a plan. None is read yet.
  return [{ _tag: "Upsert", stream: "purchases", id, version, row: { purchaseId: id, merchantName, amount, ...said } }]
}

const entryTypeOf = words<Balance.BalanceEntryType, Api.Entry["kind"]>({
  load: "top_up",
  spend: "payment",
  refund: "refund"
})

export const entry = (wire: Api.Entry): Translation => {
  const { cents, currency, id, kind, order_id: purchaseId, state } = wire
  const version = instant(wire.updated_at)
  if (state === "void") return [{ _tag: "Tombstone", stream: "balance", id, version, reason: "void" }]
  const row = {
    entryId: id,
    entryType: entryTypeOf(kind) ?? "other",
    providerType: kind,
    status: state === "pending" ? "PENDING" : "BOOKED",
    amount: { amount: cents, currency },
    createdAt: instant(wire.booked_at),
    purchaseId
  } as const
  return [Rows.entry(row, version)]
}

export const wallet = ({ as_of, cents, currency }: typeof Api.Wallet.Type): Translation =>
  Rows.stated({ interimBooked: { amount: cents, currency } }, instant(as_of))
