/** The sandbox's Chime as the far side of the conformance suite: a side for each check, with one person's months in it. */
import { Linking } from "@paymirror/connector-testing"
import { type Far, farSide } from "@paymirror/connector-testing/simulator"
import { neighbours } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"

export const far = Effect.suspend(() => {
  const { acts, simulator } = neighbours.chime({ session: { rotation: "strict" } })
  const dinner = acts.buy("alex", { merchant: "Blue Ladle Diner", amount: 2_200 })
  const pots = acts.buy("alex", { merchant: "Tallow Street", amount: 700, by: "credit" })
  return farSide(simulator, {
    person: "alex",
    over: "fetch",
    streams: { balance: "/consumer/v1/accounts/{account}/transactions" },
    secrets: ["Larkfield Payroll", "Grinwell Dental", "ch_alex"],
    mutate: () => {
      acts.transfer("alex", { from: "spending", to: "savings", amount: 500 })
      acts.transfer("alex", { from: "spending", to: "credit", amount: 300 })
      acts.refund("alex", pots, 100)
      acts.dispute("alex", dinner)
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
