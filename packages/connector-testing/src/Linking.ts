/**
 * The person's part of a conversation that is one step long, for a `Subject`'s `link`. What takes more
 * (two questions, a second device) is played by the author; an approval at a bank is {@link approved}.
 */
import { Connector } from "@paymirror/core"
import type { Access, ConnectorError, Link } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
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

/** Somebody who approves at a bank: they open its page and come back to an address, or say yes in its app. */
export interface Approving {
  readonly visit: (url: string) => Promise<string>
  readonly approve: () => void
  /** What they enter where they are asked to name themselves. */
  readonly values: Readonly<Record<string, string>>
  /** Sees every step, the last one too. */
  readonly heard?: (step: Step) => void
}

/** Somebody who approves is there. The address is reserved for examples (RFC 5737). */
const presence: Access.Presence = { ipAddress: "192.0.2.7", userAgent: "Browser/1" }

/** Goes along with whatever a bank asks for, however many steps it takes, up to five. */
export const approved = <F>(of: (far: F) => Approving): Play<F> =>
  Effect.fnUntraced(function* (far) {
    const { approve, heard = () => undefined, values, visit } = of(far)
    const connector = yield* Connector.Connector
    const answerTo = async (step: Step): Promise<Link.LinkAnswer> => {
      if (step._tag === "Redirect") return { _tag: "Redirected", url: await visit(step.url) }
      if (step._tag === "Prompt")
        return { _tag: "Entered", values: Record.map(values, (value) => Redacted.make(value)) }
      approve()
      return { _tag: "Poll" }
    }
    let step = yield* connector.link({ answer: { _tag: "Start" }, state: "", presence })
    heard(step)
    for (let turn = 0; turn < 4 && step._tag !== "Linked"; turn += 1) {
      const { state } = step
      const asked = step
      const answer = yield* Effect.promise(() => answerTo(asked))
      step = yield* connector.link({ answer, state, presence })
      heard(step)
    }
    return step._tag === "Linked" ? step : yield* Effect.die(`link answered ${step._tag}`)
  })
