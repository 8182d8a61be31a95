/** What a person is told before they hand their Acme session over, and which account it opens onto. */
import type { HandOver, Opens } from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Api from "./Api.ts"

export const handOver: HandOver = { app: "Acme" }

export const opens: Opens = Effect.fnUntraced(function* (ask) {
  const { id } = yield* ask(Api.endpoints.me.path, Api.Me)
  const { currency } = yield* ask(Api.endpoints.wallet.path, Api.Wallet)
  return [
    { identification: id, currency, market: "US", legalEntity: "Acme Bank", status: "OPEN", displayName: "Acme Pay" }
  ]
})
