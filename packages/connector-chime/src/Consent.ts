/** What a person is told before they hand their Chime session over, and which accounts it opens onto. No password is asked for. */
import { type HandOver, opensOnto } from "@paymirror/session"
import * as Api from "./Api.ts"

export const handOver: HandOver = { app: "Chime", shows: "spending, savings, Credit Builder and their cards" }

export const opens = opensOnto(
  { what: { ...Api.endpoints.accounts, schema: Api.Accounts } },
  ({ what: { accounts, customer_id } }) =>
    accounts.map(({ currency, held_at: legalEntity, kind, name }) => ({
      identification: `${customer_id}:${kind}`,
      currency,
      legalEntity,
      market: "US",
      status: "OPEN",
      displayName: `Chime ${name}`
    }))
)

/** The kind of an account by its identification: what an address may show of it, for it names nobody. */
export const kindOf = (identification: string): string => identification.slice(identification.lastIndexOf(":") + 1)
