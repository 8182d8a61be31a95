/**
 * Linking a person, and the connections and consents that come of it. A link session is a conversation: a tenant opens it,
 * the person completes it on the page it names or through the tenant's own; it survives a restart. No password is asked.
 */
import * as Schema from "effect/Schema"
import { Account, Instant, Manifest, StreamName } from "@paymirror/core"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import { about, Authorization } from "../Authorization.ts"
import { Idempotency } from "../Idempotency.ts"
import { idempotent, pageOf, paging, whose } from "../Page.ts"
import { Conflict, NotFound, Unavailable, Unprocessable } from "../Problem.ts"

/** The person's own address, where they are there and asked. Never made up: who is not known is not there. */
const Presence = Schema.Struct({
  ipAddress: Schema.String,
  userAgent: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "Presence" })

/** What the person is asked next. */
export const LinkStep = Schema.Union([
  Schema.Struct({ type: Schema.Literal("agree"), notice: Schema.String }),
  Schema.Struct({ type: Schema.Literal("redirect"), url: Schema.String }),
  Schema.Struct({
    type: Schema.Literal("approve"),
    message: Schema.String,
    pollAfterSeconds: Schema.Int,
    until: Schema.optionalKey(Instant.Instant)
  }),
  Schema.Struct({
    type: Schema.Literal("prompt"),
    message: Schema.String,
    fields: Schema.Array(Schema.Struct({ name: Schema.String, label: Schema.String, secret: Schema.Boolean }))
  })
]).annotate({ identifier: "LinkStep" })

export const LinkSession = Schema.Struct({
  linkSessionId: Schema.String,
  holderId: Schema.String,
  connector: Schema.String,
  institution: Schema.optionalKey(Schema.String),
  streams: Schema.Array(StreamName.StreamName),
  status: Schema.Literals(["open", "linked", "failed", "cancelled", "expired"]),
  /** The page for the person, while it is open. Given once, when the session is made: its address is the secret. */
  url: Schema.optionalKey(Schema.String),
  step: Schema.optionalKey(LinkStep),
  /** Why it failed, and what to do. */
  detail: Schema.optionalKey(Schema.String),
  connectionId: Schema.optionalKey(Schema.String),
  consentId: Schema.optionalKey(Schema.String),
  accountIds: Schema.optionalKey(Schema.Array(Schema.String)),
  expiresAt: Instant.Instant
}).annotate({ identifier: "LinkSession" })

const from = { presence: Schema.optionalKey(Presence) }

/**
 * What the person answered. `agree` comes first: nothing is asked of a provider before it. `redirected` carries the whole
 * address they came back to; `entered` a value for each field of the prompt.
 */
export const LinkAnswer = Schema.Union([
  Schema.Struct({ type: Schema.Literal("agree"), ...from }),
  Schema.Struct({ type: Schema.Literal("redirected"), url: Schema.String, ...from }),
  Schema.Struct({ type: Schema.Literal("poll"), ...from }),
  Schema.Struct({
    type: Schema.Literal("entered"),
    values: Schema.Record(Schema.String, Schema.RedactedFromValue(Schema.String)),
    ...from
  })
]).annotate({ identifier: "LinkAnswer" })

export const Connection = Schema.Struct({
  connectionId: Schema.String,
  holderId: Schema.String,
  connector: Schema.String,
  institution: Schema.optionalKey(Schema.String),
  maturity: Manifest.Maturity,
  status: Schema.Literals(["active", "consent_required", "revoked"]),
  detail: Schema.optionalKey(Schema.String),
  consentId: Schema.optionalKey(Schema.String),
  accountIds: Schema.Array(Schema.String)
}).annotate({ identifier: "Connection" })

/** How the read of one stream ended. */
export const RunReport = Schema.Struct({
  accountId: Schema.String,
  stream: StreamName.StreamName,
  outcome: Schema.Literals(["CaughtUp", "Throttled", "Busy", "NotPermitted", "Stopped"]),
  /** In words, with what to do. */
  detail: Schema.String,
  added: Schema.Int,
  updated: Schema.Int,
  removed: Schema.Int,
  unchanged: Schema.Int,
  quarantined: Schema.Int
}).annotate({ identifier: "RunReport" })

export const linkSessions = HttpApiGroup.make("linkSessions")
  .add(
    HttpApiEndpoint.post("createLinkSession", "/link-sessions", {
      headers: idempotent,
      payload: Schema.Struct({
        holderId: Schema.String,
        connector: Schema.String,
        /** The bank, where a connector speaks for several. */
        institution: Schema.optionalKey(Schema.String),
        /** In its place a bank behind the aggregator, by its name and country as they are listed there. */
        bank: Schema.optionalKey(Schema.Struct({ name: Schema.NonEmptyString, market: Account.Market })),
        /** All the connector has, unless said. */
        streams: Schema.optionalKey(Schema.NonEmptyArray(StreamName.StreamName)),
        purpose: Schema.optionalKey(Schema.NonEmptyString.check(Schema.isMaxLength(500))),
        /** How long at most; the route may allow less. 365 unless said. */
        days: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 365 }))),
        attendedOnly: Schema.optionalKey(Schema.Boolean),
        /** Where the person goes when they are through: an https address of the tenant. */
        returnUrl: Schema.optionalKey(Schema.String),
        /** Another address of the provider, for a sandbox. The host has to allow it. */
        baseUrl: Schema.optionalKey(Schema.String),
        /** Where the person sits, for banks that want it beside the request; kept sealed until the session is over. */
        presence: Schema.optionalKey(Presence)
      }),
      success: LinkSession.pipe(HttpApiSchema.status(201)),
      error: [NotFound, Unprocessable, Unavailable]
    })
      .middleware(Idempotency)
      .annotateMerge(about("Open a link session", "connections")),
    HttpApiEndpoint.get("getLinkSession", "/link-sessions/:linkSessionId", {
      params: { linkSessionId: Schema.String },
      success: LinkSession,
      error: NotFound
    }).annotateMerge(about("How far a link session is", "connections")),
    HttpApiEndpoint.post("answerLinkSession", "/link-sessions/:linkSessionId/answers", {
      params: { linkSessionId: Schema.String },
      payload: LinkAnswer,
      success: LinkSession,
      error: [NotFound, Conflict, Unprocessable, Unavailable]
    }).annotateMerge(about("Answer the step a link session is at", "connections")),
    HttpApiEndpoint.delete("cancelLinkSession", "/link-sessions/:linkSessionId", {
      params: { linkSessionId: Schema.String },
      success: HttpApiSchema.NoContent,
      error: [NotFound, Conflict]
    }).annotateMerge(about("Cancel a link session that is open", "connections"))
  )
  .middleware(Authorization)

export const connections = HttpApiGroup.make("connections")
  .add(
    HttpApiEndpoint.get("listConnections", "/connections", {
      query: { holderId: whose.holderId, ...paging },
      success: pageOf(Connection)
    }).annotateMerge(about("Connections", "connections")),
    HttpApiEndpoint.get("getConnection", "/connections/:connectionId", {
      params: { connectionId: Schema.String },
      success: Connection,
      error: NotFound
    }).annotateMerge(about("One connection", "connections")),
    HttpApiEndpoint.post("syncConnection", "/connections/:connectionId/sync", {
      params: { connectionId: Schema.String },
      payload: Schema.Struct({
        streams: Schema.optionalKey(Schema.NonEmptyArray(StreamName.StreamName)),
        /** Where the person sits, where they are there and asked: no budget of unattended reads is spent. */
        presence: Schema.optionalKey(Presence)
      }),
      success: Schema.Struct({ items: Schema.Array(RunReport) }),
      error: [NotFound, Conflict, Unprocessable]
    }).annotateMerge(about("Read a connection now; the answer comes when it is through", "connections"))
  )
  .middleware(Authorization)
