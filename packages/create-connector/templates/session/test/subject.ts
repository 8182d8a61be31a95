/** The connector and Acme's simulated side, as the conformance suite wants them: what changes, what settles, what is secret. */
import { Linking, type Subject } from "@paymirror/connector-testing"
import { type Far, farSide } from "@paymirror/connector-testing/simulator"
import * as Effect from "effect/Effect"
import { layer, manifest } from "../src/index.ts"
import { entry, order, provider } from "./provider.ts"

const far = Effect.suspend(() => {
  const { entries, orders, simulator } = provider()
  return farSide(simulator, {
    streams: { purchases: "/v1/orders", plans: "/v1/orders", balance: "/v1/wallet/entries" },
    mutate: () => {
      orders.change("o_1", { shop: "Alder & Ash Outlet" })
      orders.put(order(8, "2026-06-01"))
      entries.put(entry(7, "load", 300))
    },
    settle: () => entries.change("e_6", { state: "booked", cents: -800 }),
    lapse: () => entries.change("e_6", { state: "void" })
  })
})

const link = Linking.entered(({ handOver }: Far) => ({
  refresh_token: handOver.refreshToken,
  device_id: handOver.deviceId
}))

export const subject: Subject<Far> = { manifest, layer: layer({ pageSize: 2, backoff: "5 millis" }), far, link }
