/**
 * The files a person downloads from their account: orders, and the statement of the deposit balance. Klarna offers such
 * exports and publishes no header for them, so THIS LAYOUT IS THE SANDBOX'S OWN: days as MM/DD/YYYY, amounts as
 * `$1,049.99`, words instead of codes. Its ids are those of the wire, so that a file and a feed can be laid on one another.
 */
import type { Day } from "@paymirror/connector-testing/simulator"
import { csv } from "./csv.ts"
import type { Plan, PurchaseRow } from "./Wire.ts"
import type { World } from "./World.ts"

const options: Readonly<Record<Plan, string>> = {
  pay_in_full: "Pay in full",
  pay_in_4: "Pay in 4",
  pay_in_30: "Pay in 30 days",
  financing_6: "Financing, 6 months",
  financing_12: "Financing, 12 months",
  financing_18: "Financing, 18 months",
  financing_24: "Financing, 24 months"
}

const statuses: Readonly<Record<PurchaseRow["status"], string>> = {
  open: "Open",
  completed: "Completed",
  refunded: "Refunded",
  cancelled: "Cancelled"
}

const americanDay = (day: Day): string => `${day.slice(5, 7)}/${day.slice(8, 10)}/${day.slice(0, 4)}`

const dollars = (minor: number): string => {
  const cents = String(Math.abs(minor)).padStart(3, "0")
  const whole = cents.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",")
  return `${minor < 0 ? "-" : ""}$${whole}.${cents.slice(-2)}`
}

/** Orders placed up to and on the day `until`, oldest first, as they stand now. */
export const exportOrders = (
  world: World,
  personId: string,
  span: { readonly until?: Day | undefined } = {}
): string => {
  const { until = world.clock.today } = span
  const placed = [...world.person(personId).purchases.orders()]
    .map((order) => order.row)
    .filter((row) => row.purchased_at.slice(0, 10) <= until)
    .toSorted((a, b) => (a.purchased_at < b.purchased_at ? -1 : a.purchased_at > b.purchased_at ? 1 : 0))
  return csv([
    ["Order ID", "Order date", "Store", "Total", "Currency", "Payment option", "Status"],
    ...placed.map((row) => [
      row.id,
      americanDay(row.purchased_at.slice(0, 10)),
      row.merchant,
      dollars(row.amount_minor),
      row.currency,
      options[row.plan],
      statuses[row.status]
    ])
  ])
}

/** What was booked on the balance, in the order of booking. */
export const exportStatement = (world: World, personId: string): string =>
  csv([
    ["Reference", "Date", "Description", "Amount", "Currency", "Balance"],
    ...world
      .person(personId)
      .balance.booked.map((row) => [
        row.id,
        americanDay(row.booked_on ?? ""),
        row.description ?? "",
        dollars(row.amount_minor),
        row.currency,
        dollars(row.balance_after_minor ?? 0)
      ])
  ])
