/** What a borrower is told before they hand their Affirm session over, and which account it opens onto. */
import type { HandOver, Opens } from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Api from "./Api.ts"

export const handOver: HandOver = { app: "Affirm" }

export const opens: Opens = (ask) =>
  Effect.map(ask(Api.endpoints.user.path, Api.User), ({ user }) => [
    {
      identification: user.id,
      currency: "USD",
      market: "US",
      /** Which bank or company lends differs from loan to loan and is not told. */
      legalEntity: "Affirm",
      status: "OPEN",
      displayName: "Affirm"
    }
  ])
