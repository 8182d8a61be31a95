/**
 * The consent at Klarna: asked for under the person's e-mail, approved in the Klarna app within ten minutes, no redirect
 * and no token. Between two steps the host keeps the ids of the consent and of its authorisation, of no use without the
 * host's certificate; the e-mail is not kept. How it travels and what a global consent's `access` holds is not published:
 * the header's name is `quirks.psuIdHeader`, and `quirks.access` chooses between `global` and `detailed`.
 */
import { type Access, type ConnectorError, Instant, type Link } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Api from "../../Api/klarna.ts"
import * as ConsentStatus from "../../ConsentStatus.ts"
import type { Dialect } from "../../Dialect.ts"
import type { Grant } from "../../Grant.ts"
import type { Http } from "../../Http.ts"
import { type Approved, opened } from "../../linked.ts"
import * as Asking from "../berlin/Asking.ts"
import { decoder } from "../berlin/decoder.ts"
import * as Waiting from "../berlin/Waiting.ts"
import { presenceHeaders, type Wire } from "../berlin/Wire.ts"
import { ended, orEnded } from "../ending.ts"

type Failing<A> = Effect.Effect<A, ConnectorError.ConnectorError>
type Step = Link.LinkStep<Grant>

const State = Schema.Struct(Waiting.Waiting)
type State = typeof State.Type
const stateJson = Schema.fromJsonString(State)
const encodeState = Schema.encodeSync(stateJson)
const decodeState = Schema.decodeUnknownOption(stateJson)

const created = decoder(Api.ConsentCreated, "the answer to the request for consent")
const started = decoder(Api.AuthorisationStarted, "the authorisation")
const consentOf = decoder(Api.Consent, "the consent")
const sca = decoder(Api.ScaStatus, "the authorisation's status")

/** How long a push in the Klarna app can be approved. */
const window = 10

export const make = (
  http: Http,
  wire: Wire,
  accounts: Dialect["accounts"]
): { readonly link: Dialect["link"]; readonly end: (consentId: string) => Failing<void> } => {
  const { settings } = http
  const { institution, ownAddress } = settings
  const at = (...path: ReadonlyArray<string>): string =>
    `${settings.base}${Api.paths.consents}${path.map((part) => `/${encodeURIComponent(part)}`).join("")}`
  const end = (consentId: string): Failing<void> =>
    wire.request({ method: "DELETE", url: at(consentId) }).pipe(Effect.flatMap(http.send), Effect.flatMap(ended))
  const get = (url: string) => wire.request({ method: "GET", url }).pipe(Effect.flatMap(http.send))

  const requestFor = ({ iban }: Asking.Asked, validTo: string): Api.ConsentRequest => ({
    access: {
      payments: [
        iban === undefined
          ? { rights: ["ais"] }
          : { account: { iban }, rights: ["accountDetails", "balances", "transactions"] }
      ]
    },
    consentType: iban === undefined ? "global" : "detailed",
    recurringIndicator: true,
    validTo,
    frequencyPerDay: institution.budget.reads
  })

  const approve = (state: State, message?: string | null): Step =>
    Waiting.approve(message ?? "Approve the access in the Klarna app", state.deadline, encodeState(state))

  const begin = Effect.fnUntraced(function* (asked: Asking.Asked, presence: Access.Presence | undefined) {
    const known = presence ?? (ownAddress === undefined ? undefined : { ipAddress: ownAddress })
    const person = asked.psuId === undefined ? {} : { [institution.quirks?.psuIdHeader ?? "PSU-ID"]: asked.psuId }
    const { consentId } = yield* wire
      .request({
        method: "POST",
        url: at(),
        headers: {
          ...person,
          "Client-SCA-Approach-Preference": "decoupled",
          ...(known !== undefined && presenceHeaders(known))
        },
        body: requestFor(asked, yield* Asking.validTo(institution))
      })
      .pipe(Effect.flatMap(http.send), Effect.flatMap(created))
    return yield* authorise(consentId, { ...person, ...(presence !== undefined && presenceHeaders(presence)) }).pipe(
      orEnded(end(consentId), { resumable: false })
    )
  })

  const authorise = Effect.fnUntraced(function* (
    consentId: string,
    headers: Readonly<Record<string, string>>
  ): Effect.fn.Return<Step, ConnectorError.ConnectorError> {
    // Its only method is chosen by itself, so there is nothing to say.
    const { authorisationId, psuMessage, scaStatus } = yield* wire
      .request({ method: "POST", url: at(consentId, "authorisations"), headers })
      .pipe(Effect.flatMap(http.send), Effect.flatMap(started))
    if (typeof scaStatus === "string" && ConsentStatus.scaOf(scaStatus) === "failed") {
      return yield* Waiting.refused
    }
    return approve(
      {
        consentId,
        ...(typeof authorisationId === "string" && authorisationId !== "" && { authorisationId }),
        deadline: yield* Waiting.minutes(window)
      },
      psuMessage
    )
  })

  const standing = ({ authorisationId, consentId }: State): Failing<Waiting.Standing> =>
    Effect.gen(function* () {
      const { consentStatus } = yield* get(at(consentId)).pipe(Effect.flatMap(consentOf))
      const consent = ConsentStatus.of("klarna", consentStatus)
      if (consent !== "awaiting" || authorisationId === undefined) return { consent }
      const looked = yield* Effect.option(
        get(at(consentId, "authorisations", authorisationId)).pipe(Effect.flatMap(sca))
      )
      return Option.isNone(looked) ? { consent } : { consent, sca: ConsentStatus.scaOf(looked.value.scaStatus) }
    })

  const finish = ({ consentId }: State, presence: Access.Presence | undefined): Failing<Step> =>
    Effect.gen(function* () {
      const { validTo } = yield* get(at(consentId)).pipe(Effect.flatMap(consentOf))
      const validUntil = Asking.endOf(validTo)
      const grant: Approved = {
        consentId: Redacted.make(consentId),
        authorisedAt: Instant.fromEpochMillis(yield* Clock.currentTimeMillis),
        ...(validUntil !== undefined && { validUntil })
      }
      return yield* opened(accounts, institution, grant, presence)
    })

  const opening = Asking.opening(institution, "The e-mail address of your Klarna account", begin)

  return {
    end,
    link: (input) => {
      const first = opening(input)
      if (first !== undefined) return first
      const open = decodeState(input.state)
      if (Option.isNone(open) || input.answer._tag !== "Poll") return Asking.foreign
      return Waiting.ask<State, Step>(open.value, {
        standing: standing(open.value),
        again: (waits) => approve(waits),
        finish: finish(open.value, input.presence)
      }).pipe(orEnded(end(open.value.consentId), { resumable: true }))
    }
  }
}
