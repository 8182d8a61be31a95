/**
 * Receives paymirror's webhooks: verified, decoded, once each, into your queue. Works wherever a `Request` becomes a
 * `Response`. The same for a program of Effect: `@paymirror/webhooks/effect`; signed messages for tests:
 * `@paymirror/webhooks/testing`.
 */
import { Event } from "@paymirror/core"

export { bullmq, type BullMqQueue } from "./BullMq.ts"
export { decode, handler, type HandlerOptions, memorySeen, type Seen, verify } from "./handler.ts"
export type { Known, Message, Received, Unknown } from "./Received.ts"
export type { Secret } from "./Secrets.ts"
export type { Delivery, Verified } from "./Signature.ts"
export { type NodeRequest, type NodeResponse, toNode } from "./toNode.ts"
export { type Reason, WebhookError } from "./WebhookError.ts"

/** Every type of event this version knows. */
export const eventTypes = Event.eventTypes
export type EventType = Event.EventType
export type WebhookEvent = Event.Event
