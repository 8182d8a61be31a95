/**
 * Which events a change of the mirror is, told from the row before and after. A plan's change is told installment by
 * installment; what is already due or late when it is first seen is told too, because somebody has to act on it.
 */
import type { EventData, EventType } from "./Event.ts"
import type { BalanceRow } from "./Balance.ts"
import type { CardTransaction } from "./Card.ts"
import type { Installment, InstallmentState, Plan } from "./Plan.ts"
import type { PointsRow } from "./Points.ts"
import type { Row } from "./Row.ts"
import type { StreamName } from "./StreamName.ts"

export interface Changed {
  readonly stream: StreamName
  readonly id: string
  /** Absent where the row is new, or stands again after it was gone. */
  readonly before: Row | undefined
  /** Absent once the row is gone. */
  readonly after: Row | undefined
}

export interface Fact {
  readonly type: EventType
  readonly data: Pick<EventData, "stream" | "id" | "installmentNumber">
}

type Life = "created" | "updated" | "removed"

export const eventOf = (changed: Changed): ReadonlyArray<Fact> => {
  const { after, before, id, stream } = changed
  if (before === undefined && after === undefined) return []
  const life: Life = after === undefined ? "removed" : before === undefined ? "created" : "updated"
  const fact = (type: EventType): Fact => ({ type, data: { stream, id } })
  switch (stream) {
    case "purchases":
      return [fact(`purchase.${life}`)]
    case "plans":
      return [fact(`plan.${life}`), ...installments(id, before as Plan | undefined, after as Plan | undefined)]
    case "card":
      return [fact(card(before as CardTransaction | undefined, after as CardTransaction | undefined))]
    case "balance":
      return [fact(isEntry(before ?? after) ? `balance_entry.${life}` : "balance.changed")]
    case "points":
      return [fact(isEntry(before ?? after) ? `points_entry.${life}` : "points.changed")]
    case "deliveries":
      return [fact(`delivery.${life}`)]
    case "profile":
      return [fact("profile.updated")]
  }
}

const isEntry = (row: Row | undefined): boolean => (row as BalanceRow | PointsRow | undefined)?.rowType === "entry"

const card = (before: CardTransaction | undefined, after: CardTransaction | undefined): EventType => {
  if (after === undefined) return "card.removed"
  if (after.status === before?.status) return "card.updated"
  if (after.status === "POSTED") return "card.settled"
  return after.status === "AUTHORIZATION" ? "card.authorized" : "card.updated"
}

/** What somebody does when an installment gets there; `scheduled` is told only of one that was paused. */
const arrivals: Readonly<Record<InstallmentState, EventType | undefined>> = {
  scheduled: undefined,
  due: "installment.due",
  paid: "installment.paid",
  late: "installment.late",
  paused: "installment.paused",
  cancelled: "installment.cancelled"
}

const installments = (id: string, before: Plan | undefined, after: Plan | undefined): ReadonlyArray<Fact> => {
  const known = new Map(before?.schedule.map((one) => [one.installmentNumber, one]))
  return (after?.schedule ?? []).flatMap((one) =>
    moves(known.get(one.installmentNumber), one, before === undefined).map((type): Fact => ({
      type,
      data: { stream: "plans", id, installmentNumber: one.installmentNumber }
    }))
  )
}

const moves = (was: Installment | undefined, is: Installment, isNewPlan: boolean): ReadonlyArray<EventType> => {
  const types: Array<EventType> = []
  if (was?.state !== is.state) {
    const isUrgent = is.state === "due" || is.state === "late"
    const arrival = was?.state === "paused" && is.state === "scheduled" ? "installment.resumed" : arrivals[is.state]
    if (arrival !== undefined && (!isNewPlan || isUrgent)) types.push(arrival)
  }
  if (was !== undefined && was.dueDate !== is.dueDate) types.push("installment.rescheduled")
  return types
}
