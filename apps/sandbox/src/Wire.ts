/**
 * The rows of the wire, in the provider's spelling, as `docs/klarna-us-wire.md` describes them. The sandbox keeps its
 * world in these very rows and serves them as they are; what the provider knows and does not tell is kept beside them.
 * No behaviour here.
 */
import type { Day } from "@paymirror/connector-testing/simulator"

export const plans = [
  "pay_in_full",
  "pay_in_4",
  "pay_in_30",
  "financing_6",
  "financing_12",
  "financing_18",
  "financing_24"
] as const

export type Plan = (typeof plans)[number]
export type InstallmentState = "scheduled" | "due" | "paid" | "late" | "paused" | "cancelled"
export type PauseReason = "return" | "problem"
export type CancelReason = "refund" | "merged" | "plan_cancelled"

/** What every row of a feed has. */
export interface Stamped {
  readonly id: string
  updated_at: string
}

export interface InstallmentRow {
  readonly number: number
  due: Day
  amount_minor: number
  paid_minor?: number
  state: InstallmentState
  paid_on?: Day
  pause_reason?: PauseReason
  cancel_reason?: CancelReason
  extended_from?: Day
  late_fee_minor?: number
}

export interface ItemRow {
  readonly name: string
  readonly quantity: number
  readonly amount_minor: number
}

export interface PurchaseRow {
  readonly id: string
  readonly merchant: string
  readonly mcc?: string
  readonly order_reference?: string
  readonly amount_minor: number
  readonly currency: "USD"
  readonly plan: Plan
  status: "open" | "completed" | "refunded" | "cancelled"
  readonly purchased_at: string
  readonly items?: ReadonlyArray<ItemRow>
  refunded_minor?: number
  fees_minor?: number
  readonly installments: ReadonlyArray<InstallmentRow>
  updated_at: string
}

export interface CardRow {
  readonly id: string
  readonly card_id: string
  state: "pending" | "settled" | "reversed" | "declined"
  readonly merchant: string
  readonly mcc?: string
  amount_minor: number
  readonly currency: "USD"
  readonly authorized_at: string
  settled_on?: Day
  readonly original_amount_minor?: number
  readonly original_currency?: string
  readonly refund_of?: string
  updated_at: string
}

export interface BalanceRow {
  readonly id: string
  readonly kind: "top_up" | "refund" | "cashback" | "payment" | "withdrawal" | "adjustment"
  state: "pending" | "booked"
  readonly amount_minor: number
  readonly currency: "USD"
  readonly description?: string
  readonly created_at: string
  booked_on?: Day
  balance_after_minor?: number
  readonly purchase_id?: string
  readonly points_entry_id?: string
  updated_at: string
}

export interface PointsRow {
  readonly id: string
  readonly kind: "earned" | "redeemed" | "reversed" | "expired"
  state: "pending" | "confirmed"
  readonly points: number
  readonly created_at: string
  readonly expires_on?: Day
  readonly purchase_id?: string
  readonly balance_entry_id?: string
  updated_at: string
}

export interface DeliveryRow {
  readonly id: string
  readonly purchase_id?: string
  readonly carrier: string
  readonly tracking_number?: string
  status: "created" | "in_transit" | "out_for_delivery" | "delivered" | "exception"
  window_from?: string
  window_to?: string
  updated_at: string
}

export interface ProfileRow {
  readonly id: string
  readonly given_name: string
  readonly family_name: string
  email?: string
  phone?: string
  membership: { tier: string; since?: Day }
  updated_at: string
}
