/** A country as it was typed, as ISO 3166 writes it. */
import { Account } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { codes, Refusal } from "./Exit.ts"

const refused = (message: string) => Effect.fail(new Refusal({ message, code: codes.usage }))

export const countryOf = (text: string): Effect.Effect<Account.Market, Refusal> => {
  const code = text.toUpperCase()
  if (code === "UK") return refused("The United Kingdom is written GB.")
  return Schema.is(Account.Market)(code)
    ? Effect.succeed(code)
    : refused(`"${text}" is no country code; write it as DE or US.`)
}
