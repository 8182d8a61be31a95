/**
 * The consent of NextGenPSD2 1.3 in its own spelling: what is asked for, and what each answer of the conversation may hold.
 */
import * as Schema from "effect/Schema"
import { Link, maybe } from "./berlin.ts"

const Text = maybe(Schema.String)

const ConsentLinks = Schema.Struct({
  scaRedirect: maybe(Link),
  scaOAuth: maybe(Link),
  scaStatus: maybe(Link),
  startAuthorisation: maybe(Link),
  startAuthorisationWithPsuIdentification: maybe(Link),
  startAuthorisationWithPsuAuthentication: maybe(Link),
  startAuthorisationWithEncryptedPsuAuthentication: maybe(Link),
  updatePsuAuthentication: maybe(Link),
  status: maybe(Link),
  self: maybe(Link)
})

/** The answer to a consent asked for. */
export const ConsentCreated = Schema.Struct({
  consentId: Schema.NonEmptyString,
  consentStatus: Schema.String,
  psuMessage: Text,
  _links: maybe(ConsentLinks)
})
export type ConsentCreated = typeof ConsentCreated.Type

/** The answer to an authorisation begun. */
export const AuthorisationStarted = Schema.Struct({
  authorisationId: Text,
  scaStatus: Text,
  psuMessage: Text,
  _links: maybe(ConsentLinks)
})
export type AuthorisationStarted = typeof AuthorisationStarted.Type

export const ConsentStatus = Schema.Struct({ consentStatus: Schema.String })
export const ScaStatus = Schema.Struct({ scaStatus: Schema.String })

/** The consent as it stands: the bank may have shortened what was asked for. */
export const Consent = Schema.Struct({ consentStatus: Schema.String, validUntil: Text })
export type Consent = typeof Consent.Type

/** What this connector asks for. */
export interface ConsentRequest {
  readonly access:
    | { readonly allPsd2: "allAccounts" }
    | {
        readonly accounts: ReadonlyArray<{ readonly iban: string }>
        readonly balances: ReadonlyArray<{ readonly iban: string }>
        readonly transactions: ReadonlyArray<{ readonly iban: string }>
      }
  readonly recurringIndicator: true
  readonly validUntil: string
  readonly frequencyPerDay: number
  readonly combinedServiceIndicator: false
}
