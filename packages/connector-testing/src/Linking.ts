/**
 * The person's part of a conversation that is one step long, for a `Subject`'s `link`. What takes more
 * (an approval in an app, two questions) is played by the author.
 */
import { Connector } from "@paymirror/core"
import type { ConnectorError, Link } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Linked } from "./Subject.ts"

type Step = Link.LinkStep<Connector.SealedGrant>
type Play<F> = (far: F) => Effect.Effect<Linked, ConnectorError.ConnectorError, Connector.Connector>

const answered = (answer: (step: Step) => Link.LinkAnswer | undefined) =>
  Effect.gen(function* () {
    const connector = yield* Connector.Connector
    const first = yield* connector.link({ answer: { _tag: "Start" }, state: "" })
    const said = answer(first)
    const step =
      said === undefined || !("state" in first) ? first : yield* connector.link({ answer: said, state: first.state })
    return step._tag === "Linked" ? step : yield* Effect.die(`link answered ${step._tag}`)
  })

/** Answers the connector's prompt with these values (`{ refresh_token: … }`). */
export const entered =
  <F>(values: (far: F) => Readonly<Record<string, string>>): Play<F> =>
  (far) =>
    answered((step) => {
      const secret = Object.entries(values(far)).map(([name, value]) => [name, Redacted.make(value)] as const)
      return step._tag === "Prompt" ? { _tag: "Entered", values: Object.fromEntries(secret) } : undefined
    })

/** Approves on the provider's page and comes back to the address this gives for the one that was opened. */
export const redirected =
  <F>(comesBack: (page: URL, far: F) => string): Play<F> =>
  (far) =>
    answered((step) =>
      step._tag === "Redirect" ? { _tag: "Redirected", url: comesBack(new URL(step.url), far) } : undefined
    )
