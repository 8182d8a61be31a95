/** The present as the mirror writes it down: a canonical UTC instant from Effect's clock. */
import { Instant } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

export const now: Effect.Effect<Instant.Instant> = Effect.map(Clock.currentTimeMillis, Instant.fromEpochMillis)
