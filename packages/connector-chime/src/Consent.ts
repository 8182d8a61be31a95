/** What a person is told before they hand their Chime session over, and which accounts it opens onto. No password is asked for. */
import type { HandOver, Opens } from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Api from "./Api.ts"

export const handOver: HandOver = {
  message:
    "Hand over your own signed-in Chime session: its refresh token and the id of the device it is bound to. Whoever holds " +
    "the two can see everything you see in the app until you end the session. They are used for reading only and kept " +
    "sealed; the token is exchanged for a new one right away. Never enter your password or a one-time code here."
}

export const opens: Opens = Effect.fnUntraced(function* (ask) {
  const { accounts } = yield* ask(Api.endpoints.accounts.path, Api.Accounts)
  return accounts.map(({ currency, held_at: legalEntity, id: identification, name }) => ({
    identification,
    currency,
    legalEntity,
    market: "US",
    status: "OPEN",
    displayName: `Chime ${name}`
  }))
})
