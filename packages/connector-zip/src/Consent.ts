/** What a person is told before they hand their Zip session over, and which account it opens onto. No password is asked for. */
import type { HandOver, Opens } from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Api from "./Api.ts"

export const handOver: HandOver = { app: "Zip", shows: "orders, installments, the one-time card" }

export const opens: Opens = Effect.fnUntraced(function* (ask) {
  const { currency, id } = (yield* ask(Api.endpoints.customer.path, Api.Customer)).customer
  return [{ identification: id, currency, market: "US", legalEntity: "Zip", status: "OPEN", displayName: "Zip" }]
})
