/** What a person is told before they hand their PayPal session over, and which accounts it opens onto: one for each currency. */
import type { HandOver, Opens } from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Api from "./Api.ts"

export const handOver: HandOver = { app: "PayPal", shows: "Pay in 4 plans, balances, activity" }

export const opens: Opens = Effect.fnUntraced(function* (ask) {
  const { account_id: identification, balances } = yield* ask(Api.endpoints.wallet.path, Api.Wallet)
  const held = { identification, market: "US", legalEntity: "PayPal, Inc.", status: "OPEN" } as const
  return balances.map(({ currency }) => ({ ...held, currency, displayName: `PayPal ${currency}` }))
})
