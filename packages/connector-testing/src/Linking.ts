/**
 * The person's part of a conversation that is one step long, for a `Subject`'s `link`. A redirect or an approval in an app
 * is played by the author, who knows the provider's pages.
 */
import { Connector } from "@paymirror/core"
import type { ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Linked } from "./Subject.ts"

/** Answers the connector's prompt with these values (`{ refresh_token: … }`). */
export const entered =
  <F>(values: (far: F) => Readonly<Record<string, string>>) =>
  (far: F): Effect.Effect<Linked, ConnectorError.ConnectorError, Connector.Connector> =>
    Effect.gen(function* () {
      const connector = yield* Connector.Connector
      const first = yield* connector.link({ answer: { _tag: "Start" }, state: "" })
      const secret = Object.entries(values(far)).map(([name, value]) => [name, Redacted.make(value)] as const)
      const answer = { _tag: "Entered" as const, values: Object.fromEntries(secret) }
      const step = "state" in first ? yield* connector.link({ answer, state: first.state }) : first
      return step._tag === "Linked" ? step : yield* Effect.die(`link answered ${step._tag}`)
    })
