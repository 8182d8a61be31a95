/**
 * The card ledger. An authorization keeps its id when it settles, so one row says both; a hold that was let go or refused
 * is kept and says so. Nothing is matched here that the provider did not bind together.
 */
import type { Card } from "@paymirror/core"
import {
  has,
  instant,
  isMerchantCategoryCode,
  type Mutable,
  type Note,
  type Translation,
  unreadable
} from "@paymirror/session/translation"
import type * as Api from "../Api.ts"

const statuses = { pending: "AUTHORIZATION", settled: "POSTED", reversed: "REVERSED", declined: "DECLINED" } as const

/** The wire counts spending up; the model sees it from the holder's side. */
const spent = (minor: number, currency: string) => ({ amount: minor === 0 ? 0 : -minor, currency })

export const cardTransaction = (wire: Api.CardTransaction, note: Note): Translation => {
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  const transactionTimestamp = instant(wire.authorized_at)
  if (transactionTimestamp === undefined) return unreadable("authorized_at")
  const row: Mutable<Card.CardTransaction> = {
    transactionId: wire.id,
    status: statuses[wire.state],
    amount: spent(wire.amount_minor, wire.currency),
    transactionTimestamp
  }
  if (has(wire.card_id)) row.cardId = wire.card_id
  if (has(wire.merchant)) row.merchantName = wire.merchant
  if (has(wire.mcc)) {
    if (isMerchantCategoryCode(wire.mcc)) row.merchantCategoryCode = wire.mcc
    else note("mcc")
  }
  if (has(wire.settled_on)) row.postedDate = wire.settled_on
  if (has(wire.original_amount_minor) && has(wire.original_currency)) {
    row.foreignAmount = spent(wire.original_amount_minor, wire.original_currency)
  }
  if (has(wire.refund_of)) row.referenceTransactionId = wire.refund_of
  return [{ _tag: "Upsert", stream: "card", id: wire.id, row, version, pending: wire.state === "pending" }]
}
