/** The sandbox's Zip as the far side of the conformance suite: a side for each check, with one person's months in it. */
import { Linking } from "@paymirror/connector-testing"
import { type Far, farSide } from "@paymirror/connector-testing/simulator"
import { neighbours } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"

export const far = Effect.suspend(() => {
  const { acts, simulator } = neighbours.zip({ session: { rotation: "strict" } })
  const dinner = acts.shopByCard("alex", { merchant: "Blue Ladle Diner", amount: 5_200 })
  return farSide(simulator, {
    person: "alex",
    over: "fetch",
    streams: { purchases: "/consumer/v1/orders", card: "/consumer/v1/card/transactions" },
    secrets: ["zc_alex"],
    mutate: () => {
      const order = acts.shopByCard("alex", { merchant: "Pebble Row", amount: 4_999 })
      acts.pay("alex", order, 2)
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
