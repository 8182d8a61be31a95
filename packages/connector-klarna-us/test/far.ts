/** The sandbox's provider as the far side of the conformance suite: a world for each check, with one person's eight months. */
import { Linking } from "@paymirror/connector-testing"
import { type Far, farSide } from "@paymirror/connector-testing/simulator"
import { Sandbox } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"

const person = "alex"

export const far = Effect.suspend(() => {
  const world = Sandbox.makeWorld({ session: { rotation: "strict" } })
  world.topUp(person, { amount: 1_500 })
  const dinner = world.authorizeCard(person, { merchant: "Blue Ladle Diner", amount: 2_200, settlesAs: 2_600 })
  const v2 = "/consumer/v2"
  return farSide(Sandbox.simulate(world), {
    person,
    streams: {
      purchases: `${v2}/purchases`,
      card: `${v2}/card/transactions`,
      balance: `${v2}/balance/entries`,
      points: `${v2}/cashback/entries`,
      deliveries: `${v2}/deliveries`
    },
    secrets: ["Marlowe-Finch", "555 0100"],
    mutate: () => {
      const shipment = { carrier: "Heron Post" }
      const { id } = world.shop(person, { merchant: "Pebble Row", amount: 4_999, plan: "pay_in_4", shipment })
      world.payEarly(person, id)
      world.topUp(person, { amount: 1_000, instant: true })
      world.authorizeCard(person, { merchant: "Larder Lane", amount: 812 })
      world.redeemPoints(person, { points: 100 })
      world.changeProfile(person, { tier: "plus" })
    },
    elapse: (days) => world.advance({ days }),
    settle: () => world.advance({ days: 30 }),
    lapse: () => world.reverseCard(person, dinner.id)
  })
})

/** What a consenting account holder does: hands over the session. */
export const link = Linking.entered(({ handOver }: Far) => ({
  refresh_token: handOver.refreshToken,
  device_id: handOver.deviceId
}))
