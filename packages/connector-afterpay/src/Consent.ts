/** What an account holder is told before they hand their Afterpay session over, and which account it opens onto. */
import type { HandOver, Opens } from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Api from "./Api.ts"

export const handOver: HandOver = { app: "Afterpay" }

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
