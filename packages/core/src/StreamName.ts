/**
 * The seven streams. They are kept apart and never summed across: balance, card, plans and points are four ledgers of
 * their own.
 */
import * as Schema from "effect/Schema"

export const streamNames = ["purchases", "plans", "card", "balance", "points", "deliveries", "profile"] as const

export const StreamName = Schema.Literals(streamNames)
export type StreamName = (typeof streamNames)[number]
