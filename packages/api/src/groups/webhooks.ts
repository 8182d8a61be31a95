/** Where events are sent, what became of each, and sending them again. Deliveries follow Standard Webhooks. */
import * as Schema from "effect/Schema"
import { Event, Instant } from "@paymirror/core"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import { about, Authorization } from "../Authorization.ts"
import { Idempotency } from "../Idempotency.ts"
import { idempotent, pageOf, paging } from "../Page.ts"
import { Conflict, NotFound, Unprocessable } from "../Problem.ts"

const endpointFields = {
  webhookEndpointId: Schema.String,
  url: Schema.String,
  /** Absent: every type. */
  eventTypes: Schema.optionalKey(Schema.Array(Event.EventType)),
  status: Schema.Literals(["enabled", "disabled"]),
  /** Why it was disabled. */
  detail: Schema.optionalKey(Schema.String),
  createdAt: Instant.Instant
}

export const WebhookEndpoint = Schema.Struct(endpointFields).annotate({ identifier: "WebhookEndpoint" })

/** With its secret, which is shown this once. */
export const WebhookEndpointWithSecret = Schema.Struct({ ...endpointFields, secret: Schema.String }).annotate({
  identifier: "WebhookEndpointWithSecret"
})

export const WebhookDelivery = Schema.Struct({
  /** The `webhook-id`: the same over every attempt and every replay. */
  eventId: Schema.String,
  webhookEndpointId: Schema.String,
  type: Event.EventType,
  status: Schema.Literals(["pending", "delivered", "failed"]),
  attempts: Schema.Int,
  createdAt: Instant.Instant,
  deliveredAt: Schema.optionalKey(Instant.Instant),
  nextAttemptAt: Schema.optionalKey(Instant.Instant),
  lastStatus: Schema.optionalKey(Schema.Int),
  /** What went wrong last, without a word of the receiver's answer. */
  lastError: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "WebhookDelivery" })

const named = { webhookEndpointId: Schema.String }
const path = "/webhook-endpoints/:webhookEndpointId"

export const webhooks = HttpApiGroup.make("webhooks")
  .add(
    HttpApiEndpoint.get("listWebhookEndpoints", "/webhook-endpoints", {
      query: paging,
      success: pageOf(WebhookEndpoint)
    }).annotateMerge(about("Webhook endpoints", "webhooks")),
    HttpApiEndpoint.post("createWebhookEndpoint", "/webhook-endpoints", {
      headers: idempotent,
      payload: Schema.Struct({
        url: Schema.NonEmptyString,
        eventTypes: Schema.optionalKey(Schema.NonEmptyArray(Event.EventType))
      }),
      success: WebhookEndpointWithSecret.pipe(HttpApiSchema.status(201)),
      error: Unprocessable
    })
      .middleware(Idempotency)
      .annotateMerge(about("Register an https address for events", "webhooks")),
    HttpApiEndpoint.get("getWebhookEndpoint", path, {
      params: named,
      success: WebhookEndpoint,
      error: NotFound
    }).annotateMerge(about("One webhook endpoint", "webhooks")),
    HttpApiEndpoint.patch("updateWebhookEndpoint", path, {
      params: named,
      payload: Schema.Struct({
        url: Schema.optionalKey(Schema.NonEmptyString),
        eventTypes: Schema.optionalKey(Schema.NullOr(Schema.NonEmptyArray(Event.EventType))),
        status: Schema.optionalKey(Schema.Literals(["enabled", "disabled"]))
      }),
      success: WebhookEndpoint,
      error: [NotFound, Unprocessable]
    }).annotateMerge(about("Change an endpoint; enabling it again goes on with what is pending", "webhooks")),
    HttpApiEndpoint.delete("deleteWebhookEndpoint", path, {
      params: named,
      success: HttpApiSchema.NoContent,
      error: NotFound
    }).annotateMerge(about("Remove an endpoint and what is pending for it", "webhooks")),
    HttpApiEndpoint.post("rotateWebhookSecret", `${path}/rotate-secret`, {
      params: named,
      headers: idempotent,
      payload: Schema.Struct({
        /** For so many hours deliveries are signed with both. 24 unless said. */
        overlapHours: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 168 })))
      }),
      success: WebhookEndpointWithSecret,
      error: NotFound
    })
      .middleware(Idempotency)
      .annotateMerge(about("A new secret; the old one signs beside it for a while", "webhooks")),
    HttpApiEndpoint.post("replayWebhooks", `${path}/replay`, {
      params: named,
      payload: Schema.Struct({ from: Instant.Instant, to: Instant.Instant }),
      success: Schema.Struct({ scheduled: Schema.Int }),
      error: [NotFound, Conflict, Unprocessable]
    }).annotateMerge(about("Send the events of a range again, each with the id it had", "webhooks")),
    HttpApiEndpoint.get("listWebhookDeliveries", "/webhook-deliveries", {
      query: {
        webhookEndpointId: Schema.optionalKey(Schema.String),
        status: Schema.optionalKey(Schema.Literals(["pending", "delivered", "failed"])),
        ...paging
      },
      success: pageOf(WebhookDelivery)
    }).annotateMerge(about("What became of each event, newest first", "webhooks"))
  )
  .middleware(Authorization)
