/** The sandbox's Transaction Search as the far side of the conformance suite, some months and a few pages of one person. */
import { Linking } from "@paymirror/connector-testing"
import { type Far, farSide, hour } from "@paymirror/connector-testing/simulator"
import { paypalReporting } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"

const listed = "/v1/reporting/transactions"

export const far = Effect.suspend(() => {
  const { acts, simulator } = paypalReporting()
  const { clock, faults } = simulator
  /** Until what was done is in the index. */
  const wait = (): void => clock.moveTo(clock.now + 4 * hour)
  acts.deposit("alex", 4_000)
  const dinner = acts.send("alex", { to: "Blue Ladle Diner", amount: 2_200, pending: true })
  acts.authorize("alex", { to: "Tallow Street", amount: 1_000 })
  wait()
  return farSide(simulator, {
    person: "alex",
    streams: { balance: listed },
    secrets: ["PPLX222222222", "Robin Oakhurst"],
    over: "fetch",
    mutate: () => {
      acts.receive("alex", { from: "Robin Oakhurst", amount: 1_200, fee: 65 })
      acts.convert("alex", { usd: 1_100, eur: 1_000 })
      wait()
    },
    settle: () => simulator.advance(1),
    lapse: () => {
      acts.deny("alex", dinner)
      wait()
    }
  }).pipe(
    Effect.map((side) => ({
      ...side,
      // The first windows are of years before the account: only later ones have pages that can move.
      shiftPages: Effect.sync(() =>
        faults.add({ fault: { kind: "moving-rows" }, path: listed, exact: true, skip: 32, times: 4 })
      )
    }))
  )
})

/** What an account holder does: enters the credentials of an app of theirs. */
export const link = Linking.entered(({ handOver }: Far) => ({
  client_id: handOver.deviceId,
  client_secret: handOver.refreshToken
}))
