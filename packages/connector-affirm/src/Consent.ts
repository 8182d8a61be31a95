/** What a borrower is told before they hand their Affirm session over, and which account it opens onto. */
import { type HandOver, opensOnto } from "@paymirror/session"
import * as Api from "./Api.ts"

export const handOver: HandOver = { app: "Affirm" }

/** Which bank or company lends differs from loan to loan and is not told. */
const held = { currency: "USD", market: "US", legalEntity: "Affirm", status: "OPEN", displayName: "Affirm" } as const

export const opens = opensOnto({ who: { ...Api.endpoints.user, schema: Api.User } }, ({ who: { user } }) => [
  { identification: user.id, ...held }
])
