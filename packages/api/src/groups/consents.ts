/** The authority on which each row is held, every change of it, its end, and who has read what. */
import * as Schema from "effect/Schema"
import { Instant, StreamName } from "@paymirror/core"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import { about, Authorization } from "../Authorization.ts"
import { pageOf, paging, whose } from "../Page.ts"
import { Conflict, NotFound } from "../Problem.ts"

export const ConsentEvent = Schema.Struct({
  at: Instant.Instant,
  what: Schema.String,
  by: Schema.String,
  detail: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "ConsentEvent" })

export const ConsentItem = Schema.Struct({
  consentId: Schema.String,
  holderId: Schema.String,
  connectionId: Schema.String,
  status: Schema.Literals(["ACTIVE", "EXPIRED", "REVOKED"]),
  streams: Schema.Array(StreamName.StreamName),
  purpose: Schema.String,
  /** Word for word what the person agreed to; `hash` is its SHA-256 in hex. */
  notice: Schema.Struct({ text: Schema.String, version: Schema.String, language: Schema.String, hash: Schema.String }),
  grantedAt: Instant.Instant,
  expiresAt: Instant.Instant,
  withdrawnAt: Schema.optionalKey(Instant.Instant),
  reconfirmBy: Schema.optionalKey(Instant.Instant),
  attendedOnly: Schema.optionalKey(Schema.Boolean),
  events: Schema.Array(ConsentEvent)
}).annotate({ identifier: "Consent" })

/** What a withdrawal did. */
export const Withdrawal = Schema.Struct({
  consentId: Schema.String,
  withdrawnAt: Instant.Instant,
  /** Whether the provider confirmed the end of the session; the tokens are destroyed here in any case. */
  revokedUpstream: Schema.Boolean
}).annotate({ identifier: "Withdrawal" })

export const AccessLine = Schema.Struct({
  seq: Schema.Int,
  at: Instant.Instant,
  actor: Schema.String,
  action: Schema.String,
  purpose: Schema.optionalKey(Schema.String),
  route: Schema.optionalKey(Schema.String),
  holderIds: Schema.Array(Schema.String),
  accountIds: Schema.Array(Schema.String),
  streams: Schema.Array(Schema.String),
  count: Schema.optionalKey(Schema.Int),
  /** SHA-256 over this line and the one before it, in hex. */
  hash: Schema.String
}).annotate({ identifier: "AccessLine" })

export const consents = HttpApiGroup.make("consents")
  .add(
    HttpApiEndpoint.get("listConsents", "/consents", {
      query: { holderId: whose.holderId, ...paging },
      success: pageOf(ConsentItem)
    }).annotateMerge(about("Consents, newest last", "consents")),
    HttpApiEndpoint.get("getConsent", "/consents/:consentId", {
      params: { consentId: Schema.String },
      success: ConsentItem,
      error: NotFound
    }).annotateMerge(about("One consent with every change of it", "consents")),
    HttpApiEndpoint.get("getConsentRecord", "/consents/:consentId/record", {
      params: { consentId: Schema.String },
      success: Schema.Json,
      error: NotFound
    }).annotateMerge(about("The consent record, aligned with ISO/IEC TS 27560", "consents")),
    HttpApiEndpoint.post("withdrawConsent", "/consents/:consentId/withdraw", {
      params: { consentId: Schema.String },
      success: Withdrawal,
      error: NotFound
    }).annotateMerge(about("Withdraw a consent: at once, and a second time does nothing", "consents")),
    HttpApiEndpoint.post("reconfirmConsent", "/consents/:consentId/reconfirm", {
      params: { consentId: Schema.String },
      success: ConsentItem,
      error: [NotFound, Conflict]
    }).annotateMerge(about("The person said that they still agree", "consents"))
  )
  .middleware(Authorization)

export const audit = HttpApiGroup.make("audit")
  .add(
    HttpApiEndpoint.get("listAccessLog", "/access-log", {
      query: { holderId: whose.holderId, ...paging },
      success: pageOf(AccessLine)
    }).annotateMerge(about("Who read what, when and why", "audit"))
  )
  .middleware(Authorization)
