/**
 * Acme as the far side of the conformance suite, over a real socket: one person's orders and wallet, and every fault the
 * suite can ask for.
 */
import { Linking } from "@paymirror/connector-testing"
import { Clock, type Far, farSide, Feed, Route, Simulator } from "@paymirror/connector-testing/simulator"
import * as Effect from "effect/Effect"
import { entry, order } from "./Provider.ts"

export const far = Effect.suspend(() => {
  const clock = new Clock()
  const orders = new Feed(
    clock,
    [1, 2, 3, 4, 5, 6].map((number) => order(number))
  )
  const entries = new Feed(clock, [entry(1), entry(2), entry(3, { kind: "spend", state: "pending", cents: -700 })])
  const me = { id: "u_77", first_name: "Rosalind", email: "rosalind@quillfeather.example" }
  const cents = (): number =>
    entries.created().reduce((sum, row) => sum + (row["state"] === "booked" ? Number(row["cents"]) : 0), 0)
  const simulator = Simulator.make({
    clock,
    session: { rotation: "strict" },
    routes: {
      "POST /auth/token": Route.refresh(),
      "POST /auth/revoke": Route.revoke(),
      "GET /v1/orders": Route.feed(orders, { rows: "orders", needed: "cents" }),
      "GET /v1/wallet/entries": Route.feed(entries, { rows: "entries", needed: "cents" }),
      "GET /v1/wallet": Route.one("", (_, as_of) => ({ cents: cents(), currency: "USD", as_of })),
      "GET /v1/me": Route.one("", () => me, { needed: "id" })
    }
  })
  let more = 10
  return farSide(simulator, {
    streams: { purchases: "/v1/orders", balance: "/v1/wallet/entries", profile: "/v1/me" },
    secrets: ["Rosalind", "quillfeather.example"],
    mutate: () => {
      more += 1
      orders.change("o_1", { shop: "Alder & Ash Outlet" })
      orders.put(order(more))
      entries.put(entry(more, { cents: 300 }))
    },
    settle: () => entries.change("e_3", { state: "booked", cents: -800 }),
    lapse: () => entries.change("e_3", { state: "void" }),
    elapse: () =>
      orders.change("o_1", ({ payments }) => ({
        state: "done",
        payments: Object(payments).map((each: object) => ({ ...each, state: "paid", paid_on: "2026-05-15" }))
      }))
  })
})

/** What a consenting account holder does: hands over the session. */
export const link = Linking.entered(({ handOver }: Far) => ({
  refresh_token: handOver.refreshToken,
  device_id: handOver.deviceId
}))
