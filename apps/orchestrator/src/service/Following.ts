/**
 * Reads what is linked while the service runs, each stream at its own pace. A reading that fails is told and begun again;
 * the service answers meanwhile. It stops before the port does, and lets go of the accounts it holds.
 */
import type { Report } from "@paymirror/sync"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Schedule from "effect/Schedule"
import { sayOutcome } from "../Exit.ts"
import { kindOf } from "../kindOf.ts"
import * as Poll from "../Poll.ts"
import { upkeep } from "../upkeep.ts"

const runs = Metric.counter("paymirror_runs_total", {
  description: "Reads of one stream of one account by this process, by how they ended",
  incremental: true
})

type Tell = (line: string) => Effect.Effect<void>

const report =
  (tell: Tell) =>
  ({ added, outcome, removed, stream, updated }: Report) =>
    Effect.andThen(
      Metric.update(Metric.withAttributes(runs, { stream, outcome: outcome._tag }), 1),
      outcome._tag === "CaughtUp" && added + updated + removed === 0
        ? Effect.void
        : tell(`${stream}: ${added} added, ${updated} updated, ${removed} removed (${sayOutcome(outcome)})`)
    )

export const layer = (tell: Tell) =>
  Layer.effectDiscard(
    Poll.follow({ hourly: upkeep(tell), onReport: report(tell) }).pipe(
      Effect.tapCause((cause) =>
        Cause.hasInterruptsOnly(cause)
          ? Effect.void
          : tell(`Reading stopped (${kindOf(cause)}); it begins again in 30 s.`)
      ),
      Effect.sandbox,
      Effect.retry(Schedule.spaced("30 seconds")),
      Effect.forkScoped
    )
  )
