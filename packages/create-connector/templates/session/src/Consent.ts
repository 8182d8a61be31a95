/** What a person is told before they hand their Acme session over, and which account it opens onto. */
import { type HandOver, opensOnto } from "@paymirror/session"
import * as Api from "./Api.ts"

export const handOver: HandOver = { app: "Acme", shows: "purchases, plans, balance" }

export const opens = opensOnto(
  { wallet: { ...Api.endpoints.wallet, schema: Api.Wallet } },
  ({ wallet: { account_id: identification, currency } }) => [
    { identification, currency, market: "US", legalEntity: "Acme", status: "OPEN", displayName: "Acme" }
  ]
)
