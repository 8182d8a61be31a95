/** What a person is told before they hand their Acme session over, and which account it opens onto. */
import type { HandOver, Opens } from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Api from "./Api.ts"

export const handOver: HandOver = { app: "Acme", shows: "purchases, plans, balance" }

export const opens: Opens = Effect.fnUntraced(function* (ask) {
  const { account_id: identification, currency } = yield* ask(Api.endpoints.wallet.path, Api.Wallet)
  return [{ identification, currency, market: "US", legalEntity: "Acme", status: "OPEN", displayName: "Acme" }]
})
