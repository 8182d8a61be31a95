/**
 * What a program outside is told of: that something happened, with the ids to look it up and nothing else. No amount, no
 * name and no merchant is in an event, so that it may pass through queues and logs; who wants the rest asks the mirror.
 */
import * as Schema from "effect/Schema"
import { Instant } from "./Instant.ts"
import { StreamName } from "./StreamName.ts"

export const eventTypes = [
  "purchase.created",
  "purchase.updated",
  "purchase.removed",
  "plan.created",
  "plan.updated",
  "plan.removed",
  "installment.due",
  "installment.paid",
  "installment.late",
  "installment.paused",
  "installment.resumed",
  "installment.cancelled",
  "installment.rescheduled",
  "card.authorized",
  "card.settled",
  "card.updated",
  "card.removed",
  "balance.changed",
  "balance_entry.created",
  "balance_entry.updated",
  "balance_entry.removed",
  "points.changed",
  "points_entry.created",
  "points_entry.updated",
  "points_entry.removed",
  "delivery.created",
  "delivery.updated",
  "delivery.removed",
  "profile.updated",
  "consent.granted",
  "consent.confirmed",
  "consent.expiring",
  "consent.withdrawn",
  "connection.needs_attention",
  "connection.restored",
  "reconciliation.gap"
] as const

export const EventType = Schema.Literals(eventTypes)
export type EventType = (typeof eventTypes)[number]

/** Where to look it up. Which of them are there depends on the type; ids are opaque. */
export const EventData = Schema.Struct({
  holderId: Schema.NonEmptyString,
  accountId: Schema.optionalKey(Schema.NonEmptyString),
  connectionId: Schema.optionalKey(Schema.NonEmptyString),
  consentId: Schema.optionalKey(Schema.NonEmptyString),
  stream: Schema.optionalKey(StreamName),
  /** The row's id in its stream. */
  id: Schema.optionalKey(Schema.NonEmptyString),
  /** Of an installment: counts from 1 in the plan that `id` names. */
  installmentNumber: Schema.optionalKey(Schema.Int),
  /** Of `consent.expiring`: days left. */
  days: Schema.optionalKey(Schema.Int),
  /** The change of the mirror it stands for: its place in the change feed. */
  seq: Schema.optionalKey(Schema.Int)
})
export type EventData = typeof EventData.Type

/** The body of a webhook and of a server-sent event; its id travels beside it (`webhook-id`, `id:`). */
export const Event = Schema.Struct({
  type: EventType,
  /** When it happened to the mirror, UTC. */
  timestamp: Instant,
  data: EventData
})
export type Event = typeof Event.Type
