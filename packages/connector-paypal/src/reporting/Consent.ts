/** What a person is told before they enter the credentials of an app of theirs, and which accounts it opens onto. */
import { type Entering, opensOnto, type Refusals } from "@paymirror/session"
import * as Api from "./Api.ts"

export const entering: Entering = {
  message:
    "Enter the client id and the secret of a live REST app that you made in your own PayPal account (developer.paypal.com, " +
    "Apps & Credentials). Make one for this alone, tick Transaction Search and untick everything else: whoever holds the two " +
    "can do what the app may. They are used for reading only and kept sealed. They end when you delete the app or its secret " +
    "there, and only then. Never enter your password or a one-time code here.",
  labels: { clientId: "Client ID of your app", clientSecret: "Secret of your app" }
}

/** A permission that was just ticked counts only for tokens of hours later; until then PayPal refuses as if it were not. */
export const refusals: Refusals = {
  field: "name",
  ended: ["NOT_AUTHORIZED"],
  told:
    "PayPal does not let this app search transactions: tick Transaction Search in the app's settings, wait up to nine hours " +
    "and link again"
}

const held = { market: "US", legalEntity: "PayPal, Inc.", status: "OPEN" } as const

export const opens = opensOnto(
  { wallet: { ...Api.endpoints.balances, schema: Api.Balances } },
  ({ wallet: { account_id: identification, balances } }) =>
    balances.map(({ currency }) => ({ identification, ...held, currency, displayName: `PayPal ${currency}` }))
)
