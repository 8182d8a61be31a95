/**
 * The consent of a US account holder: what they are told before they hand their session over, and which account it opens
 * onto. No password is asked for or accepted; how the session is renewed and ended is the session route's.
 */
import type { HandOver, Opens } from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Api from "./Api.ts"

export const handOver: HandOver = {
  app: "Klarna",
  shows: "purchases, plans, card, balance, points, deliveries, profile"
}

export const opens: Opens = Effect.fnUntraced(function* (ask) {
  const { profile } = yield* ask(Api.endpoints.profile.path, Api.Profile)
  const { balance } = yield* ask(Api.endpoints.balance.path, Api.Balance)
  return [
    {
      identification: profile.id,
      currency: balance.currency,
      market: "US",
      legalEntity: "WebBank",
      status: "OPEN",
      displayName: "Klarna"
    }
  ]
})
