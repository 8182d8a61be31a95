/** Acme's wire becomes the model's rows: pure, and the only file that knows both spellings. */
import type { Balance, Plan, Purchase } from "@paymirror/core"
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

const orderStatus = words<Purchase.PurchaseStatus>({ open: "OPEN", done: "COMPLETED", void: "CANCELLED" })
const planStatus = words<Plan.PlanStatus>({ open: "ACTIVE", done: "COMPLETED", void: "CANCELLED" })
const paymentState = words<Plan.InstallmentState>({ upcoming: "scheduled", paid: "paid", overdue: "late" })
const entryTypeOf = words<Balance.BalanceEntryType>({ load: "top_up", spend: "payment", refund: "refund" })

export const order = (wire: typeof Api.Order.Type): Translation => {
  const { currency, id, shop: merchantName } = wire
  const version = instant(wire.updated_at)
  if (version === undefined) return unreadable("updated_at")
  const purchasedAt = instant(wire.ordered_at)
  if (purchasedAt === undefined) return unreadable("ordered_at")
  const [status, ofPlan] = [orderStatus(wire.state), planStatus(wire.state)]
  if (status === undefined || ofPlan === undefined) return unknown("state")
  const schedule: Array<Plan.Installment> = []
  for (const { cents, due, paid_on, state: word } of wire.payments) {
    const state = paymentState(word)
    if (state === undefined) return unknown("payments.state")
    const amountDue = { amount: cents, currency }
    const installmentNumber = schedule.length + 1
    schedule.push({ installmentNumber, dueDate: due, amountDue, state, ...present({ paidDate: paid_on }) })
  }
  const planId = `${id}:plan`
  const amount = { amount: wire.cents, currency }
  const refundedAmount = wire.refunded_cents ? { amount: wire.refunded_cents, currency } : undefined
  const alike = { merchantName, amount, planId, purchaseId: id, ...present({ refundedAmount }) }
  const plan = { ...alike, planType: "pay_in_n", status: ofPlan, schedule } as const
  return [
    { _tag: "Upsert", stream: "purchases", id, version, row: { ...alike, status, purchasedAt } },
    { _tag: "Upsert", stream: "plans", id: planId, version, row: plan }
  ]
}

export const entry = (wire: typeof Api.Entry.Type, note: Note): Translation => {
  const createdAt = instant(wire.at)
  if (createdAt === undefined) return unreadable("at")
  if (wire.state === "void") return [{ _tag: "Tombstone", stream: "balance", id: wire.id, reason: "void" }]
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
    ...present({ description: wire.note, purchaseId: wire.order_id })
  }
  return [{ _tag: "Upsert", stream: "balance", id: wire.id, row, pending }]
}

export const wallet = ({ as_of, cents, currency }: typeof Api.Wallet.Type): Translation => {
  const version = instant(as_of)
  if (version === undefined) return unreadable("as_of")
  const amount = { amount: cents, currency }
  const row = { rowType: "balance", balanceType: "interimBooked", amount } as const
  return [{ _tag: "Upsert", stream: "balance", id: "balance:interimBooked", row, version }]
}

export const me = ({ email, first_name, id }: typeof Api.Me.Type): Translation => [
  { _tag: "Upsert", stream: "profile", id, row: { profileId: id, ...present({ givenName: first_name, email }) } }
]
