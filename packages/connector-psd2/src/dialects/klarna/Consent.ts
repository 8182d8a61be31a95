/**
 * The conversation that ends in a consent at Klarna: asked for under the person's e-mail, approved in the Klarna app within
 * ten minutes, no redirect and no token. Between two steps the host keeps the ids of the consent and of its authorisation,
 * of no use without the host's certificate; the e-mail is not kept. How it travels and what a global consent's `access`
 * holds is not published: the header's name is `quirks.psuIdHeader`, and `quirks.access` chooses between `global` and
 * `detailed`.
 */
import { type Access, type ConnectorError, Instant, type Link } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Dialect } from "../../Dialect.ts"
import type { Grant } from "../../Grant.ts"
import type { Institution } from "../../Institution.ts"
import { type Approved, opened } from "../../linked.ts"
import * as ScaStatus from "../../ScaStatus.ts"
import * as Asking from "../berlin/Asking.ts"
import * as Waiting from "../berlin/Waiting.ts"
import { orEnded } from "../ending.ts"
import { foreign } from "../foreign.ts"
import type { Asker, Consents } from "./Consents.ts"

type Step = Link.LinkStep<Grant>
type Stepping = Effect.fn.Return<Step, ConnectorError.ConnectorError>

const State = Schema.Struct(Waiting.Waiting)
type State = typeof State.Type
const stateJson = Schema.fromJsonString(State)
const encodeState = Schema.encodeSync(stateJson)
const decodeState = Schema.decodeUnknownOption(stateJson)

/** How long a push in the Klarna app can be approved. */
const window = 10

const approve = (state: State, message?: string | null, pollAfterSeconds?: number): Step =>
  Waiting.approve(
    message ?? "Approve the access in the Klarna app",
    state.deadline,
    encodeState(state),
    pollAfterSeconds
  )

export const link = (institution: Institution, consents: Consents, accounts: Dialect["accounts"]): Dialect["link"] => {
  const begin = Effect.fnUntraced(function* (asked: Asking.Asked, presence: Access.Presence | undefined) {
    const asker: Asker = { asked, presence }
    const consentId = yield* consents.create(asker, yield* Asking.validTo(institution))
    return yield* authorise(consentId, asker).pipe(orEnded(consents.end(consentId), { resumable: false }))
  })

  const authorise = Effect.fnUntraced(function* (consentId: string, asker: Asker): Stepping {
    const { authorisationId, psuMessage, scaStatus } = yield* consents.start(consentId, asker)
    if (typeof scaStatus === "string" && ScaStatus.of(scaStatus) === "failed") return yield* Waiting.refused
    return approve(
      {
        consentId,
        ...(typeof authorisationId === "string" && authorisationId !== "" && { authorisationId }),
        deadline: yield* Waiting.minutes(window)
      },
      psuMessage
    )
  })

  const finish = Effect.fnUntraced(function* (consentId: string, presence: Access.Presence | undefined): Stepping {
    const { validTo } = yield* consents.read(consentId)
    const validUntil = Asking.endOf(validTo)
    const grant: Approved = {
      consentId: Redacted.make(consentId),
      authorisedAt: Instant.fromEpochMillis(yield* Clock.currentTimeMillis),
      ...(validUntil !== undefined && { validUntil })
    }
    return yield* opened(accounts, institution, grant, presence)
  })

  const opening = Asking.opening(institution, "The e-mail address of your Klarna account", begin)

  return (input) => {
    const first = opening(input)
    if (first !== undefined) return first
    const open = decodeState(input.state)
    if (Option.isNone(open) || input.answer._tag !== "Poll") return foreign
    const { authorisationId, consentId } = open.value
    return Waiting.ask<State, Step>(open.value, {
      standing: consents.standing(consentId, authorisationId),
      again: (waits, pause) => approve(waits, undefined, pause),
      finish: finish(consentId, input.presence)
    }).pipe(orEnded(consents.end(consentId), { resumable: true }))
  }
}
