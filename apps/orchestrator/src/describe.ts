/** A change of the mirror as lines for a person: what moved, from where to where. */
import { Money, Transition } from "@paymirror/core"
import type { Balance, Card, Delivery, Plan, Points, Profile, Purchase, Row } from "@paymirror/core"
import type { Changes } from "@paymirror/sync"

/** `USD 12.50` as `$12.50`; other currencies keep their code. */
export const money = (amount: Money.Money): string =>
  amount.currency === "USD"
    ? `${amount.amount < 0 ? "−" : ""}$${Money.formatAmount({ ...amount, amount: Math.abs(amount.amount) })}`
    : Money.format(amount)

const signed = (amount: Money.Money): string => (amount.amount > 0 ? `+${money(amount)}` : money(amount))

const plan = (before: Plan.Plan | undefined, after: Plan.Plan): ReadonlyArray<string> => {
  const name = `${after.merchantName ?? after.planId} ${after.planNickname ?? after.planType}`
  if (before === undefined) {
    return [`${name}: ${after.schedule.length} installments, ${money(after.amount)} (${after.status.toLowerCase()})`]
  }
  const moves = Transition.diff(before, after, { date: "", evidence: "" })
  const lines = moves.map((move) => {
    const was = before.schedule.find((one) => one.installmentNumber === move.installmentNumber)
    const is = after.schedule.find((one) => one.installmentNumber === move.installmentNumber)
    return `${name} #${move.installmentNumber}: ${installment(was)} → ${installment(is, was)}`
  })
  return lines.length > 0 ? lines : [`${name}: updated (${after.status.toLowerCase()})`]
}

const installment = (now: Plan.Installment | undefined, was?: Plan.Installment): string => {
  if (now === undefined) return "not there"
  const why = now.pausedReason ?? now.cancelledReason
  const state = why === undefined ? now.state : `${now.state} (${why.replaceAll("_", " ")})`
  const amount = was === undefined || !Money.equals(was.amountDue, now.amountDue) ? ` ${money(now.amountDue)}` : ""
  const date = was === undefined || was.dueDate !== now.dueDate ? ` due ${now.dueDate}` : ""
  const paid =
    now.paidDate !== undefined && was?.paidDate === undefined && was !== undefined ? ` on ${now.paidDate}` : ""
  return `${state}${amount}${date}${paid}`
}

const describers: {
  readonly [S in keyof Row.RowOf]: (before: Row.RowOf[S] | undefined, after: Row.RowOf[S]) => ReadonlyArray<string>
} = {
  purchases: (before: Purchase.Purchase | undefined, after: Purchase.Purchase) => {
    const refunded =
      after.refundedAmount === undefined || after.refundedAmount.amount === 0
        ? ""
        : `, ${money(after.refundedAmount)} refunded`
    const status =
      before === undefined || before.status === after.status
        ? after.status.toLowerCase()
        : `${before.status.toLowerCase()} → ${after.status.toLowerCase()}`
    return [`${after.merchantName} ${money(after.amount)} (${status}${refunded})`]
  },
  plans: plan,
  card: (before: Card.CardTransaction | undefined, after: Card.CardTransaction) => {
    const status =
      before === undefined || before.status === after.status
        ? after.status.toLowerCase()
        : `${before.status.toLowerCase()} → ${after.status.toLowerCase()}`
    const amount =
      before === undefined || Money.equals(before.amount, after.amount)
        ? money(after.amount)
        : `${money(before.amount)} → ${money(after.amount)}`
    return [`${after.merchantName ?? "card"} ${amount} (${status})`]
  },
  balance: (before: Balance.BalanceRow | undefined, after: Balance.BalanceRow) => {
    if (after.rowType === "balance") {
      const was = before?.rowType === "balance" ? `${money(before.amount)} → ` : ""
      return [`${after.balanceType}: ${was}${money(after.amount)}`]
    }
    const pair =
      after.pointsEntryId === undefined ? "" : `, pays out points ${after.pointsEntryId}: one event, counted once`
    return [`${after.entryType.replaceAll("_", " ")} ${signed(after.amount)} (${after.status.toLowerCase()}${pair})`]
  },
  points: (before: Points.PointsRow | undefined, after: Points.PointsRow) => {
    if (after.rowType === "standing") {
      const was = before?.rowType === "standing" ? `${before.points} → ` : ""
      return [`standing: ${was}${after.points} points`]
    }
    const pair = after.balanceEntryId === undefined ? "" : `, becomes balance entry ${after.balanceEntryId}`
    return [
      `${after.entryType} ${after.points > 0 ? "+" : ""}${after.points} points (${after.status.toLowerCase()}${pair})`
    ]
  },
  deliveries: (before: Delivery.Delivery | undefined, after: Delivery.Delivery) => {
    const status = after.status.toLowerCase().replaceAll("_", " ")
    return [
      `${after.carrier}: ${before === undefined || before.status === after.status ? status : `${before.status.toLowerCase().replaceAll("_", " ")} → ${status}`}`
    ]
  },
  profile: (_: Profile.Profile | undefined, after: Profile.Profile) => [`membership ${after.memberTier ?? "unknown"}`]
}

/** The lines of one change. */
export const lines = (change: Changes.Change): ReadonlyArray<string> => {
  if (change.after === undefined) return [`${change.id}: gone`]
  const describe = describers[change.stream] as (before: Row.Row | undefined, after: Row.Row) => ReadonlyArray<string>
  return describe(change.before, change.after)
}
