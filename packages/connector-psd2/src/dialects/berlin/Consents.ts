/**
 * The consent resource of a NextGenPSD2 bank, one method per call: asked for, its authorisation begun, looked at, ended.
 * Each sends once and reads the answer; what follows from it is for the conversation to decide.
 */
import type { Access, ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { paths } from "../../Api/berlin.ts"
import * as Api from "../../Api/berlinConsent.ts"
import * as ConsentStatus from "../../ConsentStatus.ts"
import type { Answer, Http } from "../../Http.ts"
import * as ScaStatus from "../../ScaStatus.ts"
import { refusedHost } from "../refusedHost.ts"
import type { Asked } from "./Asking.ts"
import { decoder } from "./decoder.ts"
import type { Standing } from "./Waiting.ts"
import { presenceHeaders, type Under, type Wire } from "./Wire.ts"

type Failing<A> = Effect.Effect<A, ConnectorError.ConnectorError>

/** On whose behalf consent is asked for, and the `state` they come back with. */
export interface Asker {
  readonly asked: Asked
  readonly state: string
  readonly presence: Access.Presence | undefined
}

/** What the bank says of how to approve. */
export interface Said {
  readonly answer: Api.ConsentCreated | Api.AuthorisationStarted
  /** Upper case, empty where the bank does not say. */
  readonly approach: string
}

export interface Consents {
  readonly create: (asker: Asker, validUntil: string) => Failing<Said & { readonly answer: Api.ConsentCreated }>
  readonly start: (consentId: string, asker: Asker) => Failing<Said & { readonly answer: Api.AuthorisationStarted }>
  readonly standing: (consentId: string, authorisationId: string | undefined, under: Under) => Failing<Standing>
  readonly read: (consentId: string, under: Under) => Failing<Api.Consent>
  readonly end: (consentId: string, under: Under) => Failing<Answer>
}

const withQuery = (address: string, query: Readonly<Record<string, string>>): string => {
  const url = new URL(address)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.href
}

const created = decoder(Api.ConsentCreated, "the answer to the request for consent")
const started = decoder(Api.AuthorisationStarted, "the authorisation")
const status = decoder(Api.ConsentStatus, "the consent's status")
const sca = decoder(Api.ScaStatus, "the authorisation's status")
const consent = decoder(Api.Consent, "the consent")

const approachOf = ({ headers }: Answer): string => (headers["aspsp-sca-approach"] ?? "").trim().toUpperCase()

export const make = ({ send, settings }: Http, wire: Wire): Consents => {
  const { institution, ownAddress, redirectUrl } = settings
  const at = (...path: ReadonlyArray<string>): string =>
    `${settings.base}${paths.consents}${path.map((part) => `/${encodeURIComponent(part)}`).join("")}`
  // A consent under way is named by its path; only reads of accounts carry it in a header.
  const call = (method: "GET" | "DELETE", url: string, { accessToken }: Under) =>
    wire
      .request({ method, url, ...(accessToken !== undefined && { under: { accessToken } }) })
      .pipe(Effect.flatMap(send))
  /** An authorisation server has a `state` of its own, and wants the address as it is registered. */
  const returning = (state: string): Readonly<Record<string, string>> =>
    redirectUrl === undefined
      ? {}
      : institution.approval === "oauth2"
        ? { "TPP-Redirect-URI": redirectUrl }
        : {
            "TPP-Redirect-URI": withQuery(redirectUrl, { state }),
            "TPP-Nok-Redirect-URI": withQuery(redirectUrl, { state, error: "access_denied" })
          }
  const post = (url: string, body: unknown, { asked, presence, state }: Asker) =>
    wire
      .request({
        method: "POST",
        url,
        body,
        headers: {
          ...(asked.psuId !== undefined && { [institution.quirks?.psuIdHeader ?? "PSU-ID"]: asked.psuId }),
          ...returning(state),
          "TPP-Redirect-Preferred": String(institution.approval !== "decoupled"),
          "TPP-Decoupled-Preferred": String(institution.approval === "decoupled"),
          ...(presence !== undefined && presenceHeaders(presence))
        }
      })
      .pipe(
        Effect.flatMap(send),
        Effect.flatMap((answer) => (answer.status < 300 ? Effect.succeed(answer) : refusedHost(answer)))
      )
  return {
    create: (asker, validUntil) => {
      const { iban } = asker.asked
      const named = iban === undefined ? undefined : [{ iban }]
      const body: Api.ConsentRequest = {
        access:
          named === undefined ? { allPsd2: "allAccounts" } : { accounts: named, balances: named, transactions: named },
        recurringIndicator: true,
        validUntil,
        frequencyPerDay: institution.budget.reads,
        combinedServiceIndicator: false
      }
      // The standard wants an address here and allows the host's; without either, several banks answer FORMAT_ERROR.
      const known = asker.presence ?? (ownAddress === undefined ? undefined : { ipAddress: ownAddress })
      return post(at(), body, { ...asker, presence: known }).pipe(
        Effect.flatMap((answer) =>
          Effect.map(created(answer), (read) => ({ answer: read, approach: approachOf(answer) }))
        )
      )
    },
    start: (consentId, asker) =>
      post(at(consentId, "authorisations"), {}, asker).pipe(
        Effect.flatMap((answer) =>
          Effect.map(started(answer), (read) => ({ answer: read, approach: approachOf(answer) }))
        )
      ),
    standing: Effect.fnUntraced(function* (consentId, authorisationId, under) {
      const { consentStatus } = yield* call("GET", at(consentId, "status"), under).pipe(Effect.flatMap(status))
      const known = ConsentStatus.of("berlin", consentStatus)
      if (known !== "awaiting" || authorisationId === undefined) return { consent: known }
      const looked = yield* Effect.option(
        call("GET", at(consentId, "authorisations", authorisationId), under).pipe(Effect.flatMap(sca))
      )
      return Option.isNone(looked) ? { consent: known } : { consent: known, sca: ScaStatus.of(looked.value.scaStatus) }
    }),
    read: (consentId, under) => call("GET", at(consentId), under).pipe(Effect.flatMap(consent)),
    end: (consentId, under) => call("DELETE", at(consentId), under)
  }
}

/** The authorisation a bank began by itself, by the address of its status. */
export const authorisationIn = ({ _links }: Said["answer"]): string | undefined =>
  /\/authorisations\/([^/?#]+)/.exec(_links?.scaStatus?.href ?? "")?.[1]
