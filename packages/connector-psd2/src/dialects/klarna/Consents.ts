/**
 * The consent resource of Klarna's XS2A v2, one method per call: asked for, its authorisation begun, looked at, ended. Each
 * sends once and reads the answer; what follows from it is for the conversation to decide.
 */
import type { Access, ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Api from "../../Api/klarna.ts"
import * as ConsentStatus from "../../ConsentStatus.ts"
import type { Http } from "../../Http.ts"
import * as ScaStatus from "../../ScaStatus.ts"
import type { Asked } from "../berlin/Asking.ts"
import { decoder } from "../berlin/decoder.ts"
import type { Standing } from "../berlin/Waiting.ts"
import { presenceHeaders, type Wire } from "../berlin/Wire.ts"
import { ended } from "../ending.ts"

type Failing<A> = Effect.Effect<A, ConnectorError.ConnectorError>

export interface Asker {
  readonly asked: Asked
  readonly presence: Access.Presence | undefined
}

export interface Consents {
  /** The id of the new consent. */
  readonly create: (asker: Asker, validTo: string) => Failing<string>
  readonly start: (consentId: string, asker: Asker) => Failing<typeof Api.AuthorisationStarted.Type>
  readonly standing: (consentId: string, authorisationId: string | undefined) => Failing<Standing>
  readonly read: (consentId: string) => Failing<Api.Consent>
  /** Succeeds where it is already gone. */
  readonly end: (consentId: string) => Failing<void>
}

const created = decoder(Api.ConsentCreated, "the answer to the request for consent")
const started = decoder(Api.AuthorisationStarted, "the authorisation")
const consent = decoder(Api.Consent, "the consent")
const sca = decoder(Api.ScaStatus, "the authorisation's status")

export const make = ({ send, settings }: Http, wire: Wire): Consents => {
  const { institution, ownAddress } = settings
  const at = (...path: ReadonlyArray<string>): string =>
    `${settings.base}${Api.paths.consents}${path.map((part) => `/${encodeURIComponent(part)}`).join("")}`
  const get = (...path: ReadonlyArray<string>) =>
    wire.request({ method: "GET", url: at(...path) }).pipe(Effect.flatMap(send))
  const person = ({ psuId }: Asked): Readonly<Record<string, string>> =>
    psuId === undefined ? {} : { [institution.quirks?.psuIdHeader ?? "PSU-ID"]: psuId }
  const requestFor = ({ iban }: Asked, validTo: string): Api.ConsentRequest => ({
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
  const read: Consents["read"] = (consentId) => get(consentId).pipe(Effect.flatMap(consent))
  return {
    create: ({ asked, presence }, validTo) => {
      const known = presence ?? (ownAddress === undefined ? undefined : { ipAddress: ownAddress })
      const headers = {
        ...person(asked),
        "Client-SCA-Approach-Preference": "decoupled",
        ...(known !== undefined && presenceHeaders(known))
      }
      return wire.request({ method: "POST", url: at(), headers, body: requestFor(asked, validTo) }).pipe(
        Effect.flatMap(send),
        Effect.flatMap(created),
        Effect.map(({ consentId }) => consentId)
      )
    },
    // Its only method is chosen by itself, so there is nothing to say.
    start: (consentId, { asked, presence }) => {
      const headers = { ...person(asked), ...(presence !== undefined && presenceHeaders(presence)) }
      return wire
        .request({ method: "POST", url: at(consentId, "authorisations"), headers })
        .pipe(Effect.flatMap(send), Effect.flatMap(started))
    },
    standing: Effect.fnUntraced(function* (consentId, authorisationId) {
      const known = ConsentStatus.of("klarna", (yield* read(consentId)).consentStatus)
      if (known !== "awaiting" || authorisationId === undefined) return { consent: known }
      const looked = yield* Effect.option(get(consentId, "authorisations", authorisationId).pipe(Effect.flatMap(sca)))
      return Option.isNone(looked) ? { consent: known } : { consent: known, sca: ScaStatus.of(looked.value.scaStatus) }
    }),
    read,
    end: (consentId) =>
      wire.request({ method: "DELETE", url: at(consentId) }).pipe(Effect.flatMap(send), Effect.flatMap(ended))
  }
}
