/** What a person is told before they hand their PayPal session over, and which accounts it opens onto: one for each currency. */
import { type HandOver, opensOnto } from "@paymirror/session"
import * as Api from "./Api.ts"

export const handOver: HandOver = { app: "PayPal", shows: "Pay in 4 plans, balances, activity" }

const held = { market: "US", legalEntity: "PayPal, Inc.", status: "OPEN" } as const

export const opens = opensOnto(
  { wallet: { ...Api.endpoints.wallet, schema: Api.Wallet } },
  ({ wallet: { account_id: identification, balances } }) =>
    balances.map(({ currency }) => ({ identification, ...held, currency, displayName: `PayPal ${currency}` }))
)
