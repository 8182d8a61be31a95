/**
 * The day a row is of, by what it says itself: of that day on, how long it may be kept is counted. A stated balance, a
 * standing of points, a profile and a plan that is still to be paid are of the present, for as long as they are read.
 */
import { Instant } from "@paymirror/core"
import type { Balance, CalendarDate, Card, Delivery, Plan, Points, Purchase, Row, StreamName } from "@paymirror/core"

/** In the place of a day: of what is so now. */
export const present = "present"

/** A day, or {@link present}; `undefined`: it bears none. */
export type RowDay = CalendarDate.CalendarDate | undefined

const dayOf = (instant: Instant.Instant | undefined) => (instant === undefined ? undefined : Instant.utcDate(instant))

const days: { readonly [S in StreamName.StreamName]: (row: Row.RowOf[S]) => RowDay } = {
  purchases: ({ purchaseDate, purchasedAt }: Purchase.Purchase) => purchaseDate ?? dayOf(purchasedAt),
  plans: ({ creationDate, schedule }: Plan.Plan) => {
    if (schedule.some(({ state }) => state !== "paid" && state !== "cancelled")) return present
    const last = schedule.flatMap(({ dueDate, paidDate = dueDate }) => [dueDate, paidDate]).toSorted()
    return last.at(-1) ?? creationDate
  },
  card: ({ postedDate, transactionDate, transactionTimestamp }: Card.CardTransaction) =>
    postedDate ?? transactionDate ?? dayOf(transactionTimestamp),
  balance: (row: Balance.BalanceRow) =>
    row.rowType === "balance" ? present : (row.bookedDate ?? row.entryDate ?? dayOf(row.createdAt)),
  points: (row: Points.PointsRow) => (row.rowType === "standing" ? present : dayOf(row.createdAt)),
  deliveries: ({ arrivalFrom, arrivalTo }: Delivery.Delivery) => arrivalTo ?? arrivalFrom,
  profile: () => present
}

export const rowDay = (stream: StreamName.StreamName, row: Row.Row): RowDay =>
  (days[stream] as (row: Row.Row) => RowDay)(row)
