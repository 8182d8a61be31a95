/** What a shopper is told before they hand their Sezzle session over, and which account it opens onto. */
import type { HandOver, Opens } from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Api from "./Api.ts"

export const handOver: HandOver = { app: "Sezzle" }

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
