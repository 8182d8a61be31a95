/** The sandbox's Afterpay as the far side of the conformance suite: one provider per check, with Alex's months in it. */
import { Linking } from "@paymirror/connector-testing"
import { type Far, farSide } from "@paymirror/connector-testing/simulator"
import { neighbours } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"

export const far = Effect.suspend(() => {
  const { acts, advance, simulator } = neighbours.afterpay({ session: { rotation: "strict" } })
  const before = acts.shop("alex", { merchant: "Pebble Row", amount: 4_999 })
  const dinner = acts.shopByCard("alex", { merchant: "Blue Ladle Diner", amount: 5_100 })
  return farSide(simulator, {
    person: "alex",
    over: "fetch",
    streams: { purchases: "/consumer/v1/orders", card: "/consumer/v1/card/transactions" },
    secrets: ["Marlowe-Finch", "alex@marlowe-finch.example"],
    mutate: () => {
      acts.refund("alex", before, 500)
      acts.shopByCard("alex", { merchant: "Fernhollow Outfitters", amount: 3_150 })
    },
    settle: () => advance({ days: 2 }),
    lapse: () => acts.release("alex", dinner)
  })
})

export const link = Linking.entered(({ handOver }: Far) => ({
  refresh_token: handOver.refreshToken,
  device_id: handOver.deviceId
}))
