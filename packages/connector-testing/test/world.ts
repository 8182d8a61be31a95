/**
 * A provider that never was, over a real socket: purchases with installments, a balance, points, one session with a
 * one-time refresh token. Just enough for every fault the suite knows, and the example of a far side in a page.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { Clock, farSide, Feed, hour, Route, Simulator } from "../src/simulator/index.ts"
import type { Far } from "../src/simulator/index.ts"

interface Installment {
  readonly number: number
  readonly due: string
  readonly amount: number
  readonly state: "scheduled" | "paid"
}

const purchase = (number: number, merchant = "Shoes") => ({
  id: `p${number}`,
  merchant,
  amount: 4000,
  fee: number === 2 ? 100 : 0,
  status: "open",
  day: "2026-01-05",
  installments: [0, 1, 2, 3].map((index): Installment => ({
    number: index + 1,
    due: `2026-0${index + 1}-20`,
    amount: 1000 + (number === 2 && index === 0 ? 100 : 0),
    state: index === 0 ? "paid" : "scheduled"
  }))
})

const entry = (id: string, kind: string, amount: number, more: object = {}) => ({
  id,
  kind,
  amount,
  state: "booked",
  ...more
})

const earned = (id: string, points: number, more: object = {}) => ({
  id,
  kind: "earned",
  points,
  state: "confirmed",
  ...more
})

const sum = <Row extends { readonly state: string }>(
  rows: Feed<Row>,
  state: string,
  of: (row: Row) => number
): number => rows.created().reduce((total, row) => total + (row.state === state ? of(row) : 0), 0)

/** This provider writes instants with their milliseconds. */
const names = { written: (instant: number) => new Date(instant).toISOString() }

const provider = () => {
  const clock = new Clock()
  const purchases = new Feed(
    clock,
    [1, 2, 3, 4, 5, 6, 7].map((number) => purchase(number)),
    names
  )
  const entries = new Feed(
    clock,
    [
      entry("b1", "top_up", 5000),
      entry("b2", "payment", -1200),
      entry("b3", "cashback", 300, { points_entry: "c3" }),
      entry("b4", "payment", -700, { state: "pending" }),
      entry("b5", "withdrawal", -2000)
    ],
    names
  )
  const points = new Feed(
    clock,
    [
      earned("c1", 400),
      earned("c2", 50, { state: "pending" }),
      earned("c3", -300, { kind: "redeemed", balance_entry: "b3" })
    ],
    names
  )
  for (const { id } of purchases.created()) {
    clock.moveTo(clock.now + hour)
    purchases.republish(id)
  }
  const listing = { rows: "rows", cursor: "after", next: "next", usual: 2 }
  const simulator = Simulator.make({
    clock,
    session: { rotation: "strict" },
    routes: {
      "POST /token": Route.refresh({
        token: "refresh",
        device: false,
        code: (code) => (code === "one" ? "person" : undefined),
        tokens: ({ accessToken, refreshToken }) => ({ access: accessToken, refresh: refreshToken })
      }),
      "POST /revoke": Route.revoke({ token: "refresh", device: false, status: 200 }),
      "PUT /seen": Route.other(() => ({ status: 200, body: {} })),
      "GET /purchases": Route.feed(purchases, listing),
      "GET /entries": Route.feed(entries, listing),
      "GET /points": Route.feed(points, listing),
      "GET /purchases/listed": Route.feed(purchases, { ...listing, by: "offset" }),
      "GET /entries/listed": Route.feed(entries, { ...listing, by: "offset" }),
      "GET /points/listed": Route.feed(points, { ...listing, by: "offset" }),
      "GET /balance": Route.one("", (_, asOf) => ({
        amount: sum(entries, "booked", ({ amount }) => amount),
        as_of: names.written(Date.parse(asOf))
      })),
      "GET /standing": Route.one("", (_, asOf) => ({
        points: sum(points, "confirmed", (row) => row.points),
        pending: sum(points, "pending", (row) => row.points),
        as_of: names.written(Date.parse(asOf))
      }))
    }
  })
  return { simulator, purchases, entries, points }
}

export type World = Far

export const world: Effect.Effect<World, never, Scope.Scope> = Effect.suspend(() => {
  const { entries, points, purchases, simulator } = provider()
  let more = 100
  return farSide(simulator, {
    streams: { purchases: "/purchases", plans: "/purchases", balance: "/entries", points: "/points" },
    mutate: () => {
      more += 1
      purchases.change("p4", { merchant: `Boots ${more}` })
      purchases.put(purchase(more))
      entries.put(entry(`b${more}`, "top_up", 100))
      points.put(earned(`c${more}`, 10))
    },
    settle: () => {
      for (const row of entries.created()) if (row.state === "pending") entries.change(row.id, { state: "booked" })
    },
    lapse: () => entries.change("b4", { state: "reversed" }),
    elapse: () => {
      for (const { id, installments } of purchases.created()) {
        const next = installments.find(({ state }) => state === "scheduled")
        purchases.change(id, {
          installments: installments.map((each) => (each === next ? { ...each, state: "paid" as const } : each))
        })
      }
    }
  })
})
