/** What a person is told before they hand their Zip session over, and which account it opens onto. No password is asked for. */
import { type HandOver, opensOnto } from "@paymirror/session"
import * as Api from "./Api.ts"

export const handOver: HandOver = { app: "Zip", shows: "orders, installments, the one-time card" }

const held = { market: "US", legalEntity: "Zip", status: "OPEN", displayName: "Zip" } as const

export const opens = opensOnto(
  { who: { ...Api.endpoints.customer, schema: Api.Customer } },
  ({ who: { customer } }) => [{ identification: customer.id, currency: customer.currency, ...held }]
)
