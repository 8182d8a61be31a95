/** What a shopper is told before they hand their Sezzle session over, and which account it opens onto. */
import type { HandOver, Opens } from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Api from "./Api.ts"

export const handOver: HandOver = {
  message:
    "Hand over your own signed-in Sezzle session: its refresh token and the id of the device it is bound to. Whoever " +
    "holds the two can see everything you see in the app until you end the session. They are used for reading only and " +
    "kept sealed. Never enter your password or a one-time code here."
}

export const opens: Opens = (ask) =>
  Effect.map(ask(Api.endpoints.account.path, Api.Account), ({ shopper }) => [
    {
      identification: shopper.uuid,
      currency: "USD",
      market: "US",
      /** Which bank or company lends is not told. */
      legalEntity: "Sezzle",
      status: "OPEN",
      displayName: "Sezzle"
    }
  ])
