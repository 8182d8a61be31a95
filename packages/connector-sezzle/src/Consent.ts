/** What a shopper is told before they hand their Sezzle session over, and which account it opens onto. */
import { type HandOver, opensOnto } from "@paymirror/session"
import * as Api from "./Api.ts"

export const handOver: HandOver = { app: "Sezzle" }

/** Which bank or company lends is not told. */
const held = { currency: "USD", market: "US", legalEntity: "Sezzle", status: "OPEN", displayName: "Sezzle" } as const

export const opens = opensOnto({ who: { ...Api.endpoints.account, schema: Api.Account } }, ({ who: { shopper } }) => [
  { identification: shopper.uuid, ...held }
])
