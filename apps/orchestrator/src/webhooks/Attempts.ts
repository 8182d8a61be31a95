/**
 * The attempts this process makes: few at once for each endpoint and a bound over all, so that a slow receiver delays
 * itself alone. What came of them gathers here until it is written down. It knows no database.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Random from "effect/Random"
import * as Semaphore from "effect/Semaphore"
import type { Claimed, Ready } from "./Deliveries.ts"
import { Sender } from "./Sender.ts"
import { headers, type Secret } from "./Signature.ts"
import { type Answer, type Verdict, verdictOf } from "./Verdict.ts"

export interface Options {
  /** Attempts under way to one endpoint. 8 unless said. */
  readonly perEndpoint?: number
  /** Attempts under way in all. 256 unless said. */
  readonly most?: number
}

/** A delivery that is to be attempted. */
export interface Attempt {
  readonly endpoint: Ready
  readonly delivery: Claimed
  /** Those that sign; absent where they do not open. */
  readonly secrets: ReadonlyArray<Secret> | undefined
  /** When another may take it. */
  readonly until: number
}

/** One that is over and not written down yet. */
export interface Ended {
  readonly endpoint: Ready
  readonly delivery: Claimed
  /** Absent: it is given back without an attempt. */
  readonly verdict: Verdict | undefined
  readonly at: number
}

/** Deliveries that are held for an endpoint, so that the next is at hand when one is through. */
const ahead = 64

/** Milliseconds an attempt takes at most. */
const longest = 16_000

export const make = ({ most = 256, perEndpoint = 8 }: Options) =>
  Effect.gen(function* () {
    const sender = yield* Sender
    const fibers = yield* FiberSet.make<void>()
    const everywhere = yield* Semaphore.make(most)
    const held = new Map<number, { count: number; readonly turns: Semaphore.Semaphore }>()
    /** Endpoints that failed since deliveries of theirs were taken. */
    const failed = new Set<number>()
    const ended: Array<Ended> = []

    const send = ({ delivery: { body, eventId: id }, endpoint: { url }, secrets }: Attempt, at: number) =>
      secrets === undefined
        ? Effect.succeed<Answer>({ trouble: "The endpoint's secret could not be opened." })
        : sender.send({ url, headers: headers(secrets, { id, at, body }), body })

    const run = (attempt: Attempt) =>
      Effect.gen(function* () {
        const { delivery, endpoint, until } = attempt
        const begun = yield* Clock.currentTimeMillis
        // It waited so long that another may take it, or those before it failed: it can wait for its own time again.
        if (failed.has(endpoint.n) || begun + longest > until)
          return void ended.push({ endpoint, delivery, verdict: undefined, at: begun })
        const answer = yield* send(attempt, begun)
        const at = yield* Clock.currentTimeMillis
        const verdict = verdictOf(answer, delivery.attempts + 1, at, yield* Random.next)
        if (verdict._tag === "Failed") failed.add(endpoint.n)
        else failed.delete(endpoint.n)
        ended.push({ endpoint, delivery, verdict, at })
      })

    return {
      /** How many more may be taken for an endpoint; where it is in trouble, one at a time. */
      room: ({ isTroubled, n }: Ready): number => (isTroubled ? 1 : ahead) - (held.get(n)?.count ?? 0),
      begin: (attempt: Attempt) =>
        Effect.suspend(() => {
          const { n } = attempt.endpoint
          const one = held.get(n) ?? { count: 0, turns: Semaphore.makeUnsafe(perEndpoint) }
          if (one.count === 0) failed.delete(n)
          one.count += 1
          held.set(n, one)
          const letGo = Effect.sync(() => {
            one.count -= 1
            if (one.count === 0) held.delete(n)
          })
          const running = one.turns.withPermits(1)(everywhere.withPermits(1)(run(attempt)))
          return FiberSet.run(fibers, Effect.ensuring(running, letGo))
        }),
      /** Takes what ended; `putBack` where it could not be written down. */
      takeEnded: (): ReadonlyArray<Ended> => ended.splice(0),
      putBack: (all: ReadonlyArray<Ended>): void => void ended.unshift(...all),
      /** Waits until none is under way. */
      idle: FiberSet.awaitEmpty(fibers)
    }
  })
