/**
 * Sends what happened: fans new events out and attempts what is due, beside whatever else the process does. It looks
 * every few milliseconds, which finds the commits of this process and of others alike. Few attempts per endpoint run at
 * once, and one where it is in trouble, so that a slow receiver delays itself alone. Order is not promised.
 */
import { Bulk, Seal } from "@paymirror/sync"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as SqlClient from "effect/sql/SqlClient"
import * as Deliveries from "./Deliveries.ts"
import { fanOut } from "./FanOut.ts"
import * as Secrets from "./Secrets.ts"
import { Sender } from "./Sender.ts"
import { headers, type Secret } from "./Signature.ts"
import { verdictOf } from "./Verdict.ts"

export interface Options {
  /** Milliseconds between two looks at the mirror. 20 unless said. */
  readonly every?: number
  /** Milliseconds for which a claimed delivery is nobody else's; longer than an attempt may take. 30 000 unless said. */
  readonly lease?: number
  /** Attempts under way to one endpoint. 8 unless said. */
  readonly perEndpoint?: number
  /** Attempts under way in all. 256 unless said. */
  readonly most?: number
}

const attempts = Metric.counter("webhook_attempts_total", { description: "Attempts to deliver a webhook, by outcome" })
const disabledEndpoints = Metric.counter("webhook_endpoints_disabled_total", {
  description: "Webhook endpoints disabled because their receiver is gone or fails steadily"
})

const cleaning = 3_600_000

export class Dispatcher extends Context.Service<
  Dispatcher,
  {
    /** Writes the deliveries of new events and begins what is due. */
    readonly turn: Effect.Effect<void>
    /** Waits until no attempt is under way. */
    readonly idle: Effect.Effect<void>
  }
>()("paymirror/webhooks/Dispatcher") {
  /** Without a beat of its own: it does what is asked of it. */
  static readonly still = (options: Options = {}) => Layer.effect(Dispatcher, make(options))

  /** At work for as long as the layer stands; attempts under way are then given a moment to end. */
  static readonly layer = (options: Options = {}) =>
    Layer.effect(
      Dispatcher,
      Effect.gen(function* () {
        const wake = yield* Latch.make()
        const dispatcher = yield* make(options, wake)
        yield* Effect.addFinalizer(() => Effect.timeoutOption(dispatcher.idle, "5 seconds"))
        yield* dispatcher.turn.pipe(
          // A database that is busy or full is no reason to stop telling; the next look may find it well again.
          Effect.catchCause(() => Effect.logError("webhooks: the database could not be read; trying again")),
          Effect.andThen(Effect.raceFirst(wake.await, Effect.sleep(options.every ?? 20))),
          Effect.andThen(wake.close),
          Effect.forever,
          Effect.forkScoped
        )
        return dispatcher
      })
    )
}

const make = ({ lease: leaseMillis = 30_000, most = 256, perEndpoint = 8 }: Options, wake?: Latch.Latch) =>
  Effect.gen(function* () {
    const services = yield* Effect.context<SqlClient.SqlClient | Bulk | Seal | Sender>()
    const sender = yield* Sender
    const lease = yield* (yield* SecureRandom.SecureRandom).uuidV7()
    const fibers = yield* FiberSet.make<void>()
    const underWay = new Map<number, number>()
    let all = 0
    let cleanedAt = Number.NEGATIVE_INFINITY

    const count = (endpoint: number, by: 1 | -1): void => {
      all += by
      const left = (underWay.get(endpoint) ?? 0) + by
      if (left === 0) underWay.delete(endpoint)
      else underWay.set(endpoint, left)
    }

    const attempt = (endpoint: Deliveries.Ready, secrets: ReadonlyArray<Secret>, delivery: Deliveries.Claimed) =>
      Effect.gen(function* () {
        const { body, eventId } = delivery
        const at = yield* Clock.currentTimeMillis
        const answer = yield* sender.send({
          url: endpoint.url,
          headers: headers(secrets, { id: eventId, at, body }),
          body
        })
        const now = yield* Clock.currentTimeMillis
        const verdict = verdictOf(answer, delivery.attempts + 1, now, yield* Random.next)
        const { disabled } = yield* Deliveries.settle(endpoint.n, delivery, lease, verdict, now)
        yield* Metric.update(Metric.withAttributes(attempts, { outcome: verdict._tag.toLowerCase() }), 1)
        if (!disabled) return
        yield* Metric.update(disabledEndpoints, 1)
        yield* Effect.logWarning(
          `webhooks: endpoint ${endpoint.webhookEndpointId} was disabled; its owner has to enable it again`
        )
      }).pipe(
        // The lease runs out and the attempt is made again, by whoever is there.
        Effect.catchCause(() => Effect.logError("webhooks: an attempt could not be written down")),
        Effect.ensuring(
          Effect.suspend(() => {
            count(endpoint.n, -1)
            return wake?.open ?? Effect.void
          })
        )
      )

    const begin = (endpoint: Deliveries.Ready, now: number) =>
      Effect.gen(function* () {
        const room = Math.min((endpoint.isTroubled ? 1 : perEndpoint) - (underWay.get(endpoint.n) ?? 0), most - all)
        if (room <= 0) return
        const secrets = yield* Secrets.of(endpoint.n, now)
        for (const delivery of yield* Deliveries.claim(endpoint.n, lease, now, now + leaseMillis, room)) {
          count(endpoint.n, 1)
          yield* FiberSet.run(fibers, attempt(endpoint, secrets, delivery))
        }
      })

    const turn = Effect.gen(function* () {
      const more = yield* fanOut
      const now = yield* Clock.currentTimeMillis
      const ready = yield* Deliveries.ready(now)
      for (const endpoint of ready.toSorted((a, b) => (underWay.get(a.n) ?? 0) - (underWay.get(b.n) ?? 0)))
        yield* begin(endpoint, now)
      if (now - cleanedAt >= cleaning) {
        cleanedAt = now
        yield* Deliveries.purge(now)
        yield* Secrets.purge(now)
      }
      if (more) yield* wake?.open ?? Effect.void
    })

    return Dispatcher.of({
      turn: turn.pipe(Effect.provide(services), Effect.orDie),
      idle: FiberSet.awaitEmpty(fibers)
    })
  })
