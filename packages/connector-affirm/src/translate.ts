/**
 * Affirm's wire becomes the model's rows: pure, and the only file that knows both spellings. A loan is the purchase it
 * paid for and the plan that pays it back; its interest is the plan's charge and stands inside the bills. No due date is
 * moved and no state worked out.
 */
import { Money, type Plan } from "@paymirror/core"
import { each, instant, Rows, type Translation, words } from "@paymirror/session/translation"
import type * as Api from "./Api.ts"

/** How a purchase ended, where the loan says so; otherwise it is open until the bills are paid. */
const endOf = {
  ...each(["authorized", "captured", "partially_refunded"], undefined),
  refunded: "REFUNDED",
  voided: "CANCELLED"
} as const

const planTypeOf = words<Plan.PlanType, Api.Loan["plan"]>({
  pay_in_4: "pay_in_n",
  ...each(["monthly_3", "monthly_6", "monthly_12"], "financing")
})

const stateOf = {
  upcoming: { state: "scheduled" },
  due: { state: "due" },
  past_due: { state: "late" },
  paid: { state: "paid" },
  refunded: { state: "cancelled", cancelledReason: "refund" },
  voided: { state: "cancelled", cancelledReason: "plan_cancelled" }
} as const

export const loan = (wire: Api.Loan): Translation => {
  const { amount_refunded, bills, currency, finance_charge, id, merchant_name: merchantName, plan } = wire
  return Rows.financed({
    id,
    version: instant(wire.updated),
    merchantName,
    amount: { amount: wire.amount, currency },
    refundedAmount: Rows.some(amount_refunded, currency),
    purchase: { status: endOf[wire.status], purchasedAt: instant(wire.created) },
    plan: {
      planType: planTypeOf(plan) ?? "other",
      planNickname: plan,
      planCharge: Rows.some(finance_charge, currency),
      schedule: bills.map(({ amount, due_date: dueDate, number: installmentNumber, paid_date: paidDate, status }) => ({
        installmentNumber,
        dueDate,
        amountDue: { amount, currency },
        paidDate,
        ...stateOf[status]
      }))
    }
  })
}

const cardStatusOf = { authorized: "AUTHORIZATION", captured: "POSTED", voided: "REVERSED" } as const

/** The wire counts spending up; the model sees it from the holder's side. */
export const cardTransaction = (wire: typeof Api.CardTransaction.Type): Translation => [
  Rows.card(
    {
      transactionId: wire.id,
      cardId: wire.card_id,
      status: cardStatusOf[wire.status],
      amount: Money.negate({ amount: wire.amount, currency: wire.currency }),
      merchantName: wire.merchant_name,
      transactionTimestamp: instant(wire.created),
      postedDate: wire.captured_date,
      referenceTransactionId: wire.refund_of
    },
    instant(wire.updated)
  )
]

export const user = ({ user }: typeof Api.User.Type): Translation => [
  Rows.person({ profileId: user.id, givenName: user.first_name, familyName: user.last_name, email: user.email })
]
