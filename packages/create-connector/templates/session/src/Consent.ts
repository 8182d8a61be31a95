/** What a person is told before they hand their Acme session over, and which account it opens onto. */
import type { HandOver, Opens } from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Api from "./Api.ts"

export const handOver: HandOver = {
  message:
    "Hand over your own signed-in Acme session: its refresh token and the id of the device it is bound to. Whoever holds " +
    "the two can see everything you see in the app until you end the session. They are used for reading only and kept " +
    "sealed. Never enter your password or a one-time code here."
}

export const opens: Opens = Effect.fnUntraced(function* (ask) {
  const { account_id: identification, currency } = yield* ask(Api.endpoints.wallet.path, Api.Wallet)
  return [{ identification, currency, market: "US", legalEntity: "Acme", status: "OPEN", displayName: "Acme" }]
})
