/**
 * The authority on which a row is held. There is no read without one; it names the streams, the purpose and the end,
 * and what exactly the person was shown. Withdrawing is a date on the record, never its deletion.
 */
import * as Schema from "effect/Schema"
import { fromEpochMillis, Instant, toEpochMillis } from "./Instant.ts"
import type { ConsentTerms } from "./Manifest.ts"
import { StreamName } from "./StreamName.ts"

/** The text the person agreed to, its version and language. */
export const Notice = Schema.Struct({
  text: Schema.String,
  version: Schema.NonEmptyString,
  language: Schema.NonEmptyString,
  /** SHA-256 of the text's UTF-8 bytes in lower-case hex. Records of before have none; the store works it out. */
  hash: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)))
})
export type Notice = typeof Notice.Type

/** Who answers for the data, as the person was told. */
export const Controller = Schema.Struct({
  name: Schema.NonEmptyString,
  address: Schema.optionalKey(Schema.NonEmptyString),
  /** Where to write to: an e-mail address, a page. */
  contact: Schema.optionalKey(Schema.NonEmptyString)
})
export type Controller = typeof Controller.Type

/** What else the person was told, where the host states it. */
export const Disclosure = Schema.Struct({
  controller: Schema.optionalKey(Controller),
  /** Who else gets to see the data; an empty list says nobody does. */
  recipients: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  /** Where the copy is kept ("a database in Frankfurt"). */
  storage: Schema.optionalKey(Schema.NonEmptyArray(Schema.NonEmptyString)),
  /** Whose law it is under: ISO 3166-1 alpha-2 or a name (`DE`, `EU`). */
  jurisdiction: Schema.optionalKey(Schema.NonEmptyString)
})
export type Disclosure = typeof Disclosure.Type

export const Consent = Schema.Struct({
  consentId: Schema.NonEmptyString,
  holderId: Schema.NonEmptyString,
  /** The connection it attaches to: one person at one provider over one route. */
  connectionId: Schema.NonEmptyString,
  streams: Schema.Array(StreamName),
  purpose: Schema.NonEmptyString,
  notice: Notice,
  /** Who agreed, in the host's word: `person`, or `key:<id>` where a program said so for them. */
  givenBy: Schema.optionalKey(Schema.NonEmptyString),
  ...Disclosure.fields,
  grantedAt: Instant,
  expiresAt: Instant,
  withdrawnAt: Schema.optionalKey(Instant),
  /** From here on nothing is read unattended until the person confirms to the host that they still agree. */
  reconfirmBy: Schema.optionalKey(Instant),
  /** When the person confirmed, first to last. */
  confirmedAt: Schema.optionalKey(Schema.Array(Instant)),
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

const day = 86_400_000

/** `days` after a moment. Time of day stays; a day has 24 hours here, whatever a calendar in some place says. */
export const later = (at: Instant, days: number): Instant => fromEpochMillis(toEpochMillis(at) + days * day)

/**
 * What bounds a consent given at a moment: it ends with the earliest of what was agreed, what the provider granted and
 * what the route allows.
 */
export const bounds = (options: {
  readonly grantedAt: Instant
  readonly agreedUntil: Instant
  readonly validUntil?: Instant | undefined
  readonly terms?: ConsentTerms | undefined
}): Pick<Consent, "expiresAt" | "reconfirmBy"> => {
  const { agreedUntil, grantedAt, terms, validUntil } = options
  const ends = [agreedUntil, validUntil, terms && later(grantedAt, terms.maxDays)].filter((end) => end !== undefined)
  const expiresAt = ends.reduce((first, end) => (end < first ? end : first))
  const { reconfirmDays } = terms ?? {}
  return reconfirmDays === undefined ? { expiresAt } : { expiresAt, reconfirmBy: later(grantedAt, reconfirmDays) }
}

/**
 * The consent after the person confirmed that they still agree. Nothing else of it changes, neither its end nor what was
 * said before. `undefined` where it is over: then only linking anew helps.
 */
export const reconfirmed = (consent: Consent, at: Instant, terms: ConsentTerms | undefined): Consent | undefined => {
  if (status(consent, at) !== "ACTIVE") return undefined
  const confirmed = { ...consent, confirmedAt: [...(consent.confirmedAt ?? []), at] }
  return terms?.reconfirmDays === undefined ? confirmed : { ...confirmed, reconfirmBy: later(at, terms.reconfirmDays) }
}

/** Whether the person has to confirm before anything is read without them. */
export const lapsed = ({ reconfirmBy }: Consent, at: Instant): boolean => reconfirmBy !== undefined && reconfirmBy <= at

/** Days before an end at which the person hears of it. */
export const reminderDays = [30, 14, 7, 1] as const

export interface Reminder {
  /** What comes to its end: the consent itself, which takes linking anew, or the time until the next confirmation. */
  readonly of: "consent" | "confirmation"
  readonly until: Instant
  readonly days: (typeof reminderDays)[number]
}

/**
 * What the person should hear at a moment, the nearest end first: for each end the tightest reminder that is due. None is
 * due for a day before the consent was given or confirmed, and none once the end has come.
 */
export const reminders = (consent: Consent, at: Instant): ReadonlyArray<Reminder> => {
  if (status(consent, at) !== "ACTIVE") return []
  const { attendedOnly, confirmedAt, expiresAt, grantedAt, reconfirmBy } = consent
  const end = due("consent", grantedAt, expiresAt, at)
  const asks = attendedOnly !== true && reconfirmBy !== undefined && reconfirmBy < expiresAt
  const confirmation = asks ? due("confirmation", confirmedAt?.at(-1) ?? grantedAt, reconfirmBy, at) : []
  return [...confirmation, ...end].toSorted((a, b) => (a.until < b.until ? -1 : 1))
}

/** The nearest of {@link reminders}. */
export const reminder = (consent: Consent, at: Instant): Reminder | undefined => reminders(consent, at)[0]

const due = (of: Reminder["of"], since: Instant, until: Instant, at: Instant): ReadonlyArray<Reminder> => {
  if (until <= at) return []
  const days = reminderDays.findLast((before) => later(until, -before) <= at && later(until, -before) > since)
  return days === undefined ? [] : [{ of, until, days }]
}
