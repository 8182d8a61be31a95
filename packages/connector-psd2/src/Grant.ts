/** What the person's approval left behind: the consent at the bank, the accounts it opens, and tokens where it has any. */
import { Account, type ConnectorError, Instant } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { configuration } from "./Failure.ts"
import type { Institution } from "./Institution.ts"

export const GrantedAccount = Schema.Struct({
  /** What stays when the consent is renewed; equals the linked account's. */
  identification: Schema.NonEmptyString,
  currency: Schema.NonEmptyString,
  /** The bank's name for it under this consent. */
  resourceId: Schema.NonEmptyString,
  kind: Schema.Literals(["payment", "card"]),
  debitsPositive: Schema.optionalKey(Schema.Boolean)
})
export type GrantedAccount = typeof GrantedAccount.Type

export const Grant = Schema.Struct({
  institution: Schema.NonEmptyString,
  market: Account.Market,
  /** The consent's (or session's) id at the bank. Whoever holds it and the host's certificate can read. */
  consentId: Schema.Redacted(Schema.NonEmptyString),
  accounts: Schema.Array(GrantedAccount),
  /** When the person approved: deep history is served for some minutes from then. */
  authorisedAt: Instant.Instant,
  validUntil: Schema.optionalKey(Instant.Instant),
  accessToken: Schema.optionalKey(Schema.Redacted(Schema.NonEmptyString)),
  accessExpiresAt: Schema.optionalKey(Instant.Instant),
  refreshToken: Schema.optionalKey(Schema.Redacted(Schema.NonEmptyString))
})
export type Grant = typeof Grant.Type

/** One bank's consent and tokens are nothing another bank may see, whatever a host mixes up. */
export const ofInstitution = (
  grant: Grant,
  { id, name }: Institution
): Effect.Effect<Grant, ConnectorError.ConnectorError> =>
  grant.institution === id
    ? Effect.succeed(grant)
    : Effect.fail(configuration(`the grant is of ${grant.institution} and the connector that of ${name} (${id})`))
