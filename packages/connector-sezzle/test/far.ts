/** The sandbox's Sezzle as the far side of the conformance suite: one provider per check, with Alex's months in it. */
import { Linking } from "@paymirror/connector-testing"
import { type Far, farSide } from "@paymirror/connector-testing/simulator"
import { neighbours } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"

export const far = Effect.suspend(() => {
  const { acts, advance, simulator } = neighbours.sezzle({ session: { rotation: "strict" } })
  const before = acts.shop("alex", { merchant: "Pebble Row", amount: 4_999 })
  return farSide(simulator, {
    person: "alex",
    over: "fetch",
    streams: { purchases: "/shopper/v2/orders", points: "/shopper/v2/rewards/entries" },
    secrets: ["Marlowe-Finch", "alex@marlowe-finch.example"],
    mutate: () => {
      acts.refund("alex", before, 500)
      acts.shop("alex", { merchant: "Fernhollow Outfitters", amount: 3_150 })
      acts.redeem("alex", 50)
    },
    settle: () => advance({ days: 1 }),
    lapse: () => acts.refund("alex", before)
  })
})

export const link = Linking.entered(({ handOver }: Far) => ({
  refresh_token: handOver.refreshToken,
  device_id: handOver.deviceId
}))
