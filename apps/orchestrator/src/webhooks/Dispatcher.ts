/**
 * Sends what happened: fans new events out and has attempted what is due, beside whatever else the process does. It looks
 * every few milliseconds, which finds the commits of this process and of others alike. Order is not promised.
 */
import { Bulk, Seal } from "@paymirror/sync"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as SqlClient from "effect/sql/SqlClient"
import * as Attempts from "./Attempts.ts"
import * as Deliveries from "./Deliveries.ts"
import { fanOut, isBehind } from "./FanOut.ts"
import * as Secrets from "./Secrets.ts"

export interface Options extends Attempts.Options {
  /** Milliseconds between two looks at the mirror. 10 unless said. */
  readonly every?: number
}

const attempted = Metric.counter("webhook_attempts_total", { description: "Attempts to deliver a webhook, by outcome" })
const disabledEndpoints = Metric.counter("webhook_endpoints_disabled_total", {
  description: "Webhook endpoints disabled because their receiver is gone or fails steadily"
})

/** Milliseconds for which a claimed delivery is nobody else's: longer than an attempt may take. */
const lease = 30_000

const cleaning = 3_600_000

export class Dispatcher extends Context.Service<
  Dispatcher,
  {
    /** Writes the deliveries of new events and begins what is due. Says whether there is more to tell. */
    readonly turn: Effect.Effect<boolean>
    /** Waits until no attempt is under way, and writes down what came of them. */
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
        const dispatcher = yield* make(options)
        yield* Effect.addFinalizer(() => Effect.timeoutOption(dispatcher.idle, "5 seconds"))
        yield* dispatcher.turn.pipe(
          // A database that is busy or full is no reason to stop telling; a later look may find it well again.
          Effect.catchCause(() =>
            Effect.as(Effect.logError("webhooks: the database could not be used; trying again"), false)
          ),
          Effect.flatMap((more) => (more ? Effect.yieldNow : Effect.sleep(options.every ?? 10))),
          Effect.forever,
          Effect.forkScoped
        )
        return dispatcher
      })
    )
}

const make = (options: Options) =>
  Effect.gen(function* () {
    const services = yield* Effect.context<SqlClient.SqlClient | Bulk | Seal>()
    const sql = yield* SqlClient.SqlClient
    const holder = yield* (yield* SecureRandom.SecureRandom).uuidV7()
    const attempts = yield* Attempts.make(options)
    let cleanedAt = Number.NEGATIVE_INFINITY

    const settle = ({ at, delivery, endpoint, verdict }: Attempts.Ended) =>
      Effect.gen(function* () {
        if (verdict === undefined) {
          yield* Deliveries.giveBack(delivery, holder, at)
          return []
        }
        const { disabled } = yield* Deliveries.settle(endpoint.n, delivery, holder, verdict, at)
        return disabled ? [endpoint.webhookEndpointId] : []
      })

    const claim = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const found = yield* Deliveries.ready(now)
      return yield* Effect.forEach(
        found.filter((endpoint) => attempts.room(endpoint) > 0),
        (endpoint) =>
          Effect.map(Deliveries.claim(endpoint.n, holder, now, now + lease, attempts.room(endpoint)), (deliveries) => ({
            endpoint,
            deliveries,
            until: now + lease
          }))
      )
    })

    /**
     * Writes down what ended, tells what is new and takes what is due, in one transaction, since each costs a flush of the
     * disk and keeps other writers waiting. Says whether there is more to tell.
     */
    const exchange = (isTelling: boolean, isClaiming: boolean) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const over = attempts.takeEnded()
        const isNew = isTelling && (yield* isBehind)
        const isDue = isClaiming && (yield* Deliveries.ready(now)).some((endpoint) => attempts.room(endpoint) > 0)
        if (over.length === 0 && !isNew && !isDue) return false
        const { claims, disabled, more } = yield* sql
          .withTransaction(
            Effect.gen(function* () {
              const disabled = (yield* Effect.forEach(over, settle)).flat()
              const more = isNew ? yield* fanOut : false
              return { disabled, more, claims: isClaiming ? yield* claim : [] }
            })
          )
          .pipe(Effect.tapCause(() => Effect.sync(() => attempts.putBack(over))))
        for (const { verdict } of over)
          if (verdict !== undefined)
            yield* Metric.update(Metric.withAttributes(attempted, { outcome: verdict._tag.toLowerCase() }), 1)
        for (const webhookEndpointId of disabled) {
          yield* Metric.update(disabledEndpoints, 1)
          yield* Effect.logWarning(
            `webhooks: endpoint ${webhookEndpointId} was disabled; its owner has to enable it again`
          )
        }
        for (const { deliveries, endpoint, until } of claims) {
          const secrets = Option.getOrUndefined(yield* Effect.option(Secrets.of(endpoint.n, now)))
          for (const delivery of deliveries) yield* attempts.begin({ endpoint, delivery, secrets, until })
        }
        return more
      })

    const turn = Effect.gen(function* () {
      // What was told before is delivered even where nothing new can be told.
      const more = yield* Effect.tapCause(exchange(true, true), () => exchange(false, true))
      const now = yield* Clock.currentTimeMillis
      if (now - cleanedAt >= cleaning) {
        cleanedAt = now
        yield* Deliveries.purge(now)
        yield* Secrets.purge(now)
      }
      return more
    })

    const own = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient | Bulk | Seal>) =>
      effect.pipe(Effect.provide(services), Effect.orDie)
    return Dispatcher.of({
      turn: own(turn),
      idle: own(Effect.asVoid(Effect.andThen(attempts.idle, exchange(false, false))))
    })
  })
