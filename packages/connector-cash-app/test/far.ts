/** The sandbox's Cash App as the far side of the conformance suite: a side for each check, with one person's months in it. */
import { Linking } from "@paymirror/connector-testing"
import { type Far, farSide } from "@paymirror/connector-testing/simulator"
import { neighbours } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"

export const far = Effect.suspend(() => {
  const { acts, simulator } = neighbours["cash-app"]({ session: { rotation: "strict" } })
  const dinner = acts.spend("alex", { merchant: "Blue Ladle Diner", amount: 1_200 })
  return farSide(simulator, {
    person: "alex",
    over: "fetch",
    streams: { purchases: "/consumer/v1/pay-later/orders", balance: "/consumer/v1/activity" },
    secrets: ["cu_alex", "Sage Lindqvist", "Heron Visa Debit 7731"],
    mutate: () => {
      const order = acts.shop("alex", { merchant: "Pebble Row", amount: 4_999 })
      acts.pay("alex", order, 2)
      acts.receive("alex", { from: "Robin Oakhurst", amount: 700 })
    },
    settle: () => simulator.advance(1),
    lapse: () => acts.release("alex", dinner)
  })
})

/** What a consenting account holder does: hands over the session. */
export const link = Linking.entered(({ handOver }: Far) => ({
  refresh_token: handOver.refreshToken,
  device_id: handOver.deviceId
}))
