/** Acme's wire becomes the model's rows: pure, and the only file that knows both spellings. */
import type { Balance } from "@paymirror/core"
import { instant, Rows, type Translation, words } from "@paymirror/session/translation"
import type * as Api from "./Api.ts"

const endOf = { open: undefined, done: "COMPLETED", void: "CANCELLED" } as const

const stateOf = { upcoming: "scheduled", paid: "paid", overdue: "late" } as const

export const order = (wire: Api.Order): Translation => {
  const { cents, currency, id, payments, refunded_cents, shop: merchantName } = wire
  const status = endOf[wire.state]
  return Rows.financed({
    id,
    version: instant(wire.updated_at),
    merchantName,
    amount: { amount: cents, currency },
    refundedAmount: Rows.some(refunded_cents, currency),
    purchase: { status, purchasedAt: instant(wire.ordered_at) },
    plan: {
      planType: "pay_in_n",
      status,
      schedule: payments.map(({ cents: amount, due: dueDate, paid_on: paidDate, state }, index) => ({
        installmentNumber: index + 1,
        dueDate,
        amountDue: { amount, currency },
        state: stateOf[state],
        paidDate
      }))
    }
  })
}

const entryTypeOf = words<Balance.BalanceEntryType, Api.Entry["kind"]>({
  load: "top_up",
  spend: "payment",
  refund: "refund"
})

export const entry = (wire: Api.Entry): Translation => {
  const { at, cents, currency, id, kind, note: description, order_id: purchaseId, state } = wire
  if (state === "void") return [{ _tag: "Tombstone", stream: "balance", id, reason: "void" }]
  return [
    Rows.entry({
      entryId: id,
      entryType: entryTypeOf(kind) ?? "other",
      providerType: kind,
      status: state === "pending" ? "PENDING" : "BOOKED",
      amount: { amount: cents, currency },
      createdAt: instant(at),
      description,
      purchaseId
    })
  ]
}

export const wallet = ({ as_of, cents, currency }: typeof Api.Wallet.Type): Translation =>
  Rows.stated({ interimBooked: { amount: cents, currency } }, instant(as_of))

export const me = ({ email, first_name: givenName, id }: typeof Api.Me.Type): Translation => [
  Rows.person({ profileId: id, givenName, email })
]
