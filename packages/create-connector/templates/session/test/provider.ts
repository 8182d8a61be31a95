/**
 * Acme's side, simulated: eight orders that are paid in two, and a wallet. It is written from what is known of the wire and
 * imports nothing of `src/`, so that the two can disagree. Everything in it is invented.
 */
import { addDays, Clock, Feed, Route, Simulator } from "@paymirror/connector-testing/simulator"

const currency = "USD"

interface Payment {
  readonly due: string
  readonly cents: number
  readonly state: string
  readonly paid_on?: string
}

/** Bought on a day, half of it paid at once and half a fortnight later. */
export const order = (number: number, day: string) => {
  const half = 1_000 * number
  const payments: ReadonlyArray<Payment> = [
    { due: day, cents: half, state: "paid", paid_on: day },
    { due: addDays(day, 14), cents: half, state: "upcoming" }
  ]
  const [id, shop] = [`o_${number}`, "Alder & Ash"]
  return { id, shop, cents: 2 * half, currency, state: "open", ordered_at: `${day}T09:30:00Z`, payments }
}

export const entry = (number: number, kind: string, cents: number, state = "booked") => {
  const booked_at = `2026-05-0${number}T12:00:00Z`
  return { id: `e_${number}`, kind, state, cents, currency, booked_at }
}

export const provider = () => {
  const clock = new Clock("2026-06-01T09:00:00Z")
  const days = ["2026-05-20", "2026-05-21", "2026-05-22", "2026-05-23", "2026-05-24", "2026-05-25", "2026-05-26"]
  const orders = new Feed(
    clock,
    days.map((day, index) => order(index + 1, day))
  )
  const entries = new Feed(clock, [
    entry(1, "load", 5_000),
    entry(2, "spend", -1_250),
    entry(3, "refund", 400),
    entry(4, "load", 2_000),
    entry(5, "spend", -75),
    entry(6, "spend", -700, "pending")
  ])
  const booked = () => [...entries].reduce((sum, { cents, state }) => sum + (state === "booked" ? cents : 0), 0)

  const simulator = Simulator.make({
    clock,
    session: { rotation: "strict" },
    everyDay: (today) => {
      for (const { id, payments } of orders.created()) {
        if (!payments.some(({ due, state }) => state === "upcoming" && due <= today)) continue
        const paid = payments.map((each) => (each.due <= today ? { ...each, state: "paid", paid_on: each.due } : each))
        orders.change(id, { payments: paid, state: "done" })
      }
    },
    routes: {
      "POST /auth/token": Route.refresh(),
      "POST /auth/revoke": Route.revoke(),
      "GET /v1/orders": Route.feed(orders, { rows: "orders", needed: "cents", words: ["state"] }),
      "GET /v1/wallet": Route.one("", (_, as_of) => ({ account_id: "w_1", currency, cents: booked(), as_of })),
      "GET /v1/wallet/entries": Route.feed(entries, { rows: "entries", needed: "cents", words: ["state"] })
    }
  })
  return { simulator, orders, entries }
}
