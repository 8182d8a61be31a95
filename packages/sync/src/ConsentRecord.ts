/**
 * A consent and its ledger as a record that others can read: the four parts and the mandatory fields of ISO/IEC TS
 * 27560:2023, as the public guide of the W3C's Data Privacy Vocabulary group maps them (w3id.org/dpv/guides/consent-27560),
 * with a JSON-LD context of that vocabulary. The text of the standard itself was not read; this is aligned with it and
 * claims no conformance. Nothing is lost on the way: a record reads back into the consent and the entries it was made of.
 */
import { Consent, Instant, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import { categories } from "./Categories.ts"
import { consentOf } from "./Connections.ts"
import * as ConsentLedger from "./ConsentLedger.ts"
import * as Retention from "./Retention.ts"

/** Stands where a mandatory fact is asked for that the host did not state. */
export const notStated = "not stated"

const profile = "https://w3id.org/dpv/schema/dpv-27560#record"

/** The terms of a record in the vocabulary; what is not in it is this program's own and means nothing elsewhere. */
const context = {
  dpv: "https://w3id.org/dpv#",
  dct: "http://purl.org/dc/terms/",
  schemaVersion: "dct:conformsTo",
  recordId: "dct:identifier",
  piiPrincipalId: "dpv:hasDataSubject",
  privacyNotice: "dpv:hasNotice",
  language: "dct:language",
  purpose: "dpv:hasPurpose",
  lawfulBasis: "dpv:hasLegalBasis",
  piiInformation: "dpv:hasPersonalData",
  piiControllers: "dpv:hasDataController",
  collectionMethod: "dpv:hasDataSource",
  storageLocations: "dpv:hasLocation",
  retentionPeriod: "dpv:hasStorageCondition",
  jurisdiction: "dpv:hasJurisdiction",
  recipientThirdParties: "dpv:hasRecipient",
  withdrawalMethod: "dpv:hasConsentControl",
  partyId: "dct:identifier",
  partyName: "dpv:hasName",
  partyAddress: "dpv:hasAddress",
  partyContact: "dpv:hasContact",
  eventTime: "dct:date",
  validityDuration: "dct:valid",
  eventState: { "@id": "dpv:hasConsentStatus", "@type": "@id" }
} as const

const states: { readonly [W in ConsentLedger.What]: string } = {
  given: "dpv:ConsentGiven",
  confirmed: "dpv:RenewedConsentGiven",
  withdrawn: "dpv:ConsentWithdrawn",
  expired: "dpv:ConsentExpired",
  // Nobody withdrew it and it did not run out: whoever keeps the record ended it, because a newer one took its place.
  replaced: "dpv:ConsentRevoked"
}

const Text = Schema.NonEmptyString
const What = Schema.Literals(["given", "confirmed", "replaced", "withdrawn", "expired"])

export const ConsentRecord = Schema.Struct({
  "@context": Schema.Record(Schema.String, Schema.Unknown),
  "@type": Schema.Literal("dpv:ConsentRecord"),
  "header": Schema.Struct({ schemaVersion: Schema.Literal(profile), recordId: Text, piiPrincipalId: Text }),
  "processing": Schema.Struct({
    privacyNotice: Schema.Struct({
      text: Schema.String,
      version: Text,
      sha256: Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/))
    }),
    language: Text,
    purpose: Text,
    lawfulBasis: Schema.Literal("consent"),
    piiInformation: Schema.Array(Schema.Struct({ stream: StreamName.StreamName, piiType: Schema.NonEmptyArray(Text) })),
    /** By {@link Party} id. */
    piiControllers: Schema.NonEmptyArray(Text),
    collectionMethod: Text,
    storageLocations: Schema.NonEmptyArray(Text),
    retentionPeriod: Schema.Array(
      /** `period`: ISO 8601 (`P365D`), or `until erased`. */
      Schema.Struct({ stream: StreamName.StreamName, period: Text })
    ),
    jurisdiction: Text,
    /** Whom the data is given to. Empty: nobody; {@link notStated} alone: nobody said. */
    recipientThirdParties: Schema.Array(Text),
    withdrawalMethod: Text
  }),
  "parties": Schema.NonEmptyArray(
    Schema.Struct({ partyId: Text, partyType: Text, partyName: Text, partyAddress: Text, partyContact: Text })
  ),
  "events": Schema.NonEmptyArray(
    Schema.Struct({
      eventTime: Instant.Instant,
      eventType: Schema.Literal("explicit consent"),
      eventState: Text,
      /** In the words of the ledger. */
      what: What,
      /** Who: `person`, `operator`, `key:<id>`, `time`. */
      entityId: Text,
      /** Until when it was good at that moment. */
      validityDuration: Text,
      detail: Schema.optionalKey(Schema.String)
    })
  ),
  /** What this program keeps beside the standard's fields. */
  "paymirror": Schema.Struct({
    connectionId: Text,
    grantedAt: Instant.Instant,
    expiresAt: Instant.Instant,
    withdrawnAt: Schema.optionalKey(Instant.Instant),
    reconfirmBy: Schema.optionalKey(Instant.Instant),
    confirmedAt: Schema.optionalKey(Schema.Array(Instant.Instant)),
    attendedOnly: Schema.optionalKey(Schema.Boolean),
    givenBy: Schema.optionalKey(Text)
  })
})
export type ConsentRecord = typeof ConsentRecord.Type

export interface Subject {
  readonly consent: Consent.Consent
  readonly entries: ReadonlyArray<ConsentLedger.Entry>
}

export interface Circumstances extends Subject {
  /** Over which connector the data comes, or `a file the person uploaded`. */
  readonly collectionMethod: string
  readonly policies: ReadonlyArray<Retention.Policy>
  /** How a person withdraws. */
  readonly withdrawalMethod: string
}

const controllerId = "controller"

/** Makes the record of a consent. Throws where it has no entry or its notice no hash: such a one was never stored. */
export const of = ({
  collectionMethod,
  consent,
  entries,
  policies,
  withdrawalMethod
}: Circumstances): ConsentRecord => {
  const { controller, jurisdiction, notice, recipients, storage, streams } = consent
  return encode({
    "@context": context,
    "@type": "dpv:ConsentRecord",
    "header": { schemaVersion: profile, recordId: consent.consentId, piiPrincipalId: consent.holderId },
    "processing": {
      privacyNotice: { text: notice.text, version: notice.version, sha256: notice.hash },
      language: notice.language,
      purpose: consent.purpose,
      lawfulBasis: "consent",
      piiInformation: streams.map((stream) => ({ stream, piiType: categories[stream] })),
      piiControllers: [controllerId],
      collectionMethod,
      storageLocations: storage ?? [notStated],
      retentionPeriod: streams.map((stream) => {
        const days = policies.find((policy) => policy.stream === stream)?.days
        return { stream, period: days === undefined ? "until erased" : `P${days}D` }
      }),
      jurisdiction: jurisdiction ?? notStated,
      recipientThirdParties: recipients ?? [notStated],
      withdrawalMethod
    },
    "parties": [
      {
        partyId: controllerId,
        partyType: "controller",
        partyName: controller?.name ?? notStated,
        partyAddress: controller?.address ?? notStated,
        partyContact: controller?.contact ?? notStated
      }
    ],
    "events": entries.map(({ at, by, detail, what }) => ({
      eventTime: at,
      eventType: "explicit consent",
      eventState: states[what],
      what,
      entityId: by,
      validityDuration: `${at}/${consent.expiresAt}`,
      ...(detail !== undefined && { detail })
    })),
    "paymirror": {
      connectionId: consent.connectionId,
      grantedAt: consent.grantedAt,
      expiresAt: consent.expiresAt,
      ...(consent.withdrawnAt !== undefined && { withdrawnAt: consent.withdrawnAt }),
      ...(consent.reconfirmBy !== undefined && { reconfirmBy: consent.reconfirmBy }),
      ...(consent.confirmedAt !== undefined && { confirmedAt: consent.confirmedAt }),
      ...(consent.attendedOnly !== undefined && { attendedOnly: consent.attendedOnly }),
      ...(consent.givenBy !== undefined && { givenBy: consent.givenBy })
    }
  })
}

const encode = Schema.decodeUnknownSync(ConsentRecord)

const stated = <A>(value: A): A | undefined => (value === notStated ? undefined : value)

/** The consent and the entries a record was made of. */
export const read = ({ events, header, parties, paymirror, processing }: ConsentRecord): Subject => {
  const [party] = parties
  const { jurisdiction, privacyNotice, recipientThirdParties, storageLocations } = processing
  const name = stated(party.partyName)
  const address = stated(party.partyAddress)
  const contact = stated(party.partyContact)
  const law = stated(jurisdiction)
  return {
    consent: {
      consentId: header.recordId,
      holderId: header.piiPrincipalId,
      streams: processing.piiInformation.map(({ stream }) => stream),
      purpose: processing.purpose,
      notice: {
        text: privacyNotice.text,
        version: privacyNotice.version,
        language: processing.language,
        hash: privacyNotice.sha256
      },
      ...(name !== undefined && {
        controller: { name, ...(address !== undefined && { address }), ...(contact !== undefined && { contact }) }
      }),
      ...(stated(recipientThirdParties[0]) === undefined && recipientThirdParties.length > 0
        ? {}
        : { recipients: recipientThirdParties }),
      ...(stated(storageLocations[0]) !== undefined && { storage: storageLocations }),
      ...(law !== undefined && { jurisdiction: law }),
      ...paymirror
    },
    entries: events.map(({ detail, entityId, eventTime, what }) => ({
      consentId: header.recordId,
      at: eventTime,
      what,
      by: entityId,
      detail
    }))
  }
}

/** The record of one consent, those of a holder, or of every consent there is, first to last. */
export const records = (options: {
  readonly holderId?: string
  readonly consentId?: string
  /** How a person withdraws here, by the id of their connection. */
  readonly withdrawalMethod: (connectionId: string) => string
}) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const policies = yield* Retention.policies
    const found = yield* sql<{ body: string; withdrawn_at: string | null; connector: string }>`
      SELECT body, withdrawn_at, connector FROM consent JOIN connection USING (connection_id)
      WHERE ${options.holderId === undefined ? sql`1 = 1` : sql`holder_id = ${options.holderId}`}
        AND ${options.consentId === undefined ? sql`1 = 1` : sql`consent_id = ${options.consentId}`}
      ORDER BY consent_id`
    return yield* Effect.forEach(found, ({ body, connector, withdrawn_at: withdrawnAt }) =>
      Effect.gen(function* () {
        const consent = yield* consentOf(body, withdrawnAt)
        const entries = yield* ConsentLedger.entries({ consentId: consent.consentId })
        const withdrawalMethod = options.withdrawalMethod(consent.connectionId)
        return of({ consent, entries, policies, collectionMethod: connector, withdrawalMethod })
      })
    )
  })
