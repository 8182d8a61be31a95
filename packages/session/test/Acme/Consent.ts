/** What a person is told before they hand their Acme session over, and which account it opens onto. */
import { type HandOver, opensOnto } from "@paymirror/session"
import * as Api from "./Api.ts"

const { me, wallet } = Api.endpoints

export const handOver: HandOver = { app: "Acme" }

export const opens = opensOnto(
  { who: { ...me, schema: Api.Me }, what: { ...wallet, schema: Api.Wallet } },
  ({ what: { currency }, who: { id } }) => [
    { identification: id, currency, market: "US", legalEntity: "Acme Bank", status: "OPEN", displayName: "Acme Pay" }
  ]
)
