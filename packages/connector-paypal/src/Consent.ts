/** What a person is told before they hand their PayPal session over, and which accounts it opens onto: one for each currency. */
import type { HandOver, Opens } from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Api from "./Api.ts"

export const handOver: HandOver = {
  message:
    "Hand over your own signed-in PayPal session: its refresh token and the id of the device it is bound to. Whoever holds " +
    "the two can see everything you see in the app until you end the session. They are used for reading only and kept " +
    "sealed; the token is exchanged for a new one right away. Never enter your password or a one-time code here."
}

export const opens: Opens = Effect.fnUntraced(function* (ask) {
  const { account_id: identification, balances } = yield* ask(Api.endpoints.wallet.path, Api.Wallet)
  const held = { identification, market: "US", legalEntity: "PayPal, Inc.", status: "OPEN" } as const
  return balances.map(({ currency }) => ({ ...held, currency, displayName: `PayPal ${currency}` }))
})
