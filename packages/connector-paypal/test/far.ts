/** The sandbox's PayPal as the far side of the conformance suite: a side for each check, with one person's months in it. */
import { Linking } from "@paymirror/connector-testing"
import { type Far, farSide } from "@paymirror/connector-testing/simulator"
import { neighbours } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"

export const far = Effect.suspend(() => {
  const { acts, simulator } = neighbours.paypal({ session: { rotation: "strict" } })
  acts.deposit("alex", 1_000)
  const dinner = acts.send("alex", { to: "Blue Ladle Diner", amount: 2_200, pending: true })
  return farSide(simulator, {
    person: "alex",
    over: "fetch",
    streams: {
      purchases: "/consumer/v1/wallet/{currency}/pay-in-4",
      balance: "/consumer/v1/wallet/{currency}/activity"
    },
    secrets: ["PPLX222222222", "Atelier Muguet"],
    mutate: () => {
      const plan = acts.shop("alex", { merchant: "Pebble Row", amount: 4_999 })
      acts.refund("alex", plan)
      acts.receive("alex", { from: "Robin Oakhurst", amount: 1_200, fee: 65 })
      acts.convert("alex", { usd: 1_100, eur: 1_000 })
    },
    settle: () => simulator.advance(1),
    lapse: () => acts.deny("alex", dinner)
  })
})

/** What a consenting account holder does: hands over the session. */
export const link = Linking.entered(({ handOver }: Far) => ({
  refresh_token: handOver.refreshToken,
  device_id: handOver.deviceId
}))
