/**
 * The authority on which a row is held. There is no read without one; it names the streams, the purpose and the end,
 * and what exactly the person was shown. Withdrawing is a date on the record, never its deletion.
 */
import * as Schema from "effect/Schema"
import { Instant } from "./Instant.ts"
import { StreamName } from "./StreamName.ts"

export const Consent = Schema.Struct({
  consentId: Schema.NonEmptyString,
  holderId: Schema.NonEmptyString,
  /** The connection it attaches to: one person at one provider over one route. */
  connectionId: Schema.NonEmptyString,
  streams: Schema.Array(StreamName),
  purpose: Schema.NonEmptyString,
  /** The text the person agreed to, its version and language. */
  notice: Schema.Struct({ text: Schema.String, version: Schema.NonEmptyString, language: Schema.NonEmptyString }),
  grantedAt: Instant,
  expiresAt: Instant,
  withdrawnAt: Schema.optionalKey(Instant),
  /** From here on nothing is read unattended until the person confirms to the host that they still agree. */
  reconfirmBy: Schema.optionalKey(Instant),
  /** The person only wants it read while they are there. */
  attendedOnly: Schema.optionalKey(Schema.Boolean)
})
export type Consent = typeof Consent.Type

export type ConsentStatus = "ACTIVE" | "EXPIRED" | "REVOKED"

/** FDX `ConsentGrant.status` at a moment. */
export const status = (consent: Consent, at: Instant): ConsentStatus =>
  consent.withdrawnAt !== undefined && consent.withdrawnAt <= at
    ? "REVOKED"
    : consent.expiresAt <= at
      ? "EXPIRED"
      : "ACTIVE"

/** Whether a stream may be read at a moment. */
export const permits = (consent: Consent, stream: StreamName, at: Instant): boolean =>
  status(consent, at) === "ACTIVE" && consent.streams.includes(stream)
