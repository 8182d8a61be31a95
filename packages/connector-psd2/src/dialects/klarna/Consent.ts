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
import type { Answer, Http } from "../../Http.ts"
import { linked } from "../../linked.ts"
import * as Asking from "../berlin/Asking.ts"
import { decoder } from "../berlin/decoder.ts"
import * as Waiting from "../berlin/Waiting.ts"
import { presenceHeaders, type Wire } from "../berlin/Wire.ts"

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
): { readonly link: Dialect["link"]; readonly end: (grant: Grant) => Failing<Answer> } => {
  const { settings } = http
  const { institution, ownAddress } = settings
  const fields = Asking.fieldsOf(institution, "The e-mail address of your Klarna account")
  const at = (...path: ReadonlyArray<string>): string =>
    `${settings.base}${Api.paths.consents}${path.map((part) => `/${encodeURIComponent(part)}`).join("")}`
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
    // Its only method is chosen by itself, so there is nothing to say.
    const { authorisationId, psuMessage, scaStatus } = yield* wire
      .request({
        method: "POST",
        url: at(consentId, "authorisations"),
        headers: { ...person, ...(presence !== undefined && presenceHeaders(presence)) }
      })
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
      const grant: Omit<Grant, "institution" | "market" | "accounts"> = {
        consentId: Redacted.make(consentId),
        authorisedAt: Instant.fromEpochMillis(yield* Clock.currentTimeMillis),
        ...(validUntil !== undefined && { validUntil })
      }
      return yield* linked(institution, grant, yield* Asking.listed(accounts, institution, grant, presence))
    })

  return {
    end: ({ consentId }) =>
      wire.request({ method: "DELETE", url: at(Redacted.value(consentId)) }).pipe(Effect.flatMap(http.send)),
    link: ({ answer, presence, state }) => {
      if (answer._tag === "Start") {
        return fields.length === 0 ? begin({}, presence) : Effect.succeed(Asking.prompt(institution, fields))
      }
      if (answer._tag === "Entered") {
        const asked = state === Asking.prompted ? Asking.read(fields, answer.values) : undefined
        if (asked === undefined) return Asking.foreign
        return typeof asked === "string"
          ? Effect.succeed(Asking.prompt(institution, fields, asked))
          : begin(asked, presence)
      }
      const open = decodeState(state)
      if (Option.isNone(open) || answer._tag !== "Poll") return Asking.foreign
      return Waiting.ask<State, Step>(open.value, {
        standing: standing(open.value),
        again: (waits) => approve(waits),
        finish: finish(open.value, presence)
      })
    }
  }
}
