/** What an account holder is told before they hand their Afterpay session over, and which account it opens onto. */
import type { HandOver, Opens } from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Api from "./Api.ts"

export const handOver: HandOver = {
  message:
    "Hand over your own signed-in Afterpay session: its refresh token and the id of the device it is bound to. Whoever " +
    "holds the two can see everything you see in the app until you end the session. They are used for reading only and " +
    "kept sealed. Never enter your password or a one-time code here."
}

export const opens: Opens = (ask) =>
  Effect.map(ask(Api.endpoints.profile.path, Api.Profile), ({ consumer }) => [
    {
      identification: consumer.id,
      currency: "USD",
      market: "US",
      /** Which of its companies lends is not told. */
      legalEntity: "Afterpay",
      status: "OPEN",
      displayName: "Afterpay"
    }
  ])
