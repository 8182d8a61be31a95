/**
 * The consent of a US account holder: what they are told before they hand their session over, and which account it opens
 * onto. No password is asked for or accepted; how the session is renewed and ended is the session route's.
 */
import { type HandOver, opensOnto } from "@paymirror/session"
import * as Api from "./Api.ts"

export const handOver: HandOver = {
  app: "Klarna",
  shows: "purchases, plans, card, balance, points, deliveries, profile"
}

const held = { market: "US", legalEntity: "WebBank", status: "OPEN", displayName: "Klarna" } as const

export const opens = opensOnto(
  {
    who: { ...Api.endpoints.profile, schema: Api.Profile },
    what: { ...Api.endpoints.balance, schema: Api.Balance }
  },
  ({ what: { balance }, who: { profile } }) => [{ identification: profile.id, currency: balance.currency, ...held }]
)
