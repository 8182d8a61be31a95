/** What an account holder is told before they hand their Afterpay session over, and which account it opens onto. */
import { type HandOver, opensOnto } from "@paymirror/session"
import * as Api from "./Api.ts"

export const handOver: HandOver = { app: "Afterpay" }

/** Which of its companies lends is not told. */
const held = {
  currency: "USD",
  market: "US",
  legalEntity: "Afterpay",
  status: "OPEN",
  displayName: "Afterpay"
} as const

export const opens = opensOnto({ who: { ...Api.endpoints.profile, schema: Api.Profile } }, ({ who: { consumer } }) => [
  { identification: consumer.id, ...held }
])
