/** What a person is told before they hand their Cash App session over, and what it opens onto. No password is asked for. */
import type { HandOver, Opens } from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Api from "./Api.ts"

export const handOver: HandOver = {
  app: "Cash App",
  shows: "the balance and its activity, the Cash Card, Afterpay orders"
}

export const opens: Opens = Effect.fnUntraced(function* (ask) {
  const { currency, id: identification } = (yield* ask(Api.endpoints.customer.path, Api.Customer)).customer
  const held = { market: "US", legalEntity: "Block, Inc.", status: "OPEN", displayName: "Cash App" } as const
  return [{ identification, currency, ...held }]
})
