/** What a person is told before they hand their Cash App session over, and what it opens onto. No password is asked for. */
import { type HandOver, opensOnto } from "@paymirror/session"
import * as Api from "./Api.ts"

export const handOver: HandOver = {
  app: "Cash App",
  shows: "the balance and its activity, the Cash Card, Afterpay orders"
}

const held = { market: "US", legalEntity: "Block, Inc.", status: "OPEN", displayName: "Cash App" } as const

export const opens = opensOnto(
  { who: { ...Api.endpoints.customer, schema: Api.Customer } },
  ({ who: { customer } }) => [{ identification: customer.id, currency: customer.currency, ...held }]
)
