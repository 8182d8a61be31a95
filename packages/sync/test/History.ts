/**
 * One random history: a provider lives and misbehaves while the engine reads it, is interrupted, throttled and killed at
 * random statements, until one last read goes well. Then the mirror must hold the provider's state, and the change log
 * must replay to it. A history is its seed; the same seed is the same history.
 */
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { isDeepStrictEqual } from "node:util"
import type { Row } from "@paymirror/core"
import { Engine } from "../src/index.ts"
import * as Sync from "../src/index.ts"
import * as Sqlite from "../src/sqlite.ts"
import { key, link, runOf } from "./Mirrored.ts"
import { Random } from "./Random.ts"
import { meanwhile, Script } from "./Script.ts"
import { Upstream } from "./Upstream.ts"

class Broken extends Data.TaggedError("Broken")<{
  readonly seed: number
  readonly why: string
  readonly found: unknown
}> {
  override get message(): string {
    return `history ${this.seed} (again with SEED=${this.seed}): ${this.why}: ${JSON.stringify(this.found)}`
  }
}

const streams = ["purchases", "card"] as const

const amountOf = (row: Row.Row): number | undefined => ("amount" in row ? row.amount.amount : undefined)

/** A database in memory and a scripted provider, for any number of histories. */
export class Histories {
  private readonly script = new Script()
  private crashIn = Number.POSITIVE_INFINITY
  private crashed = false

  readonly layer = Layer.merge(
    this.script.layer(),
    Sync.layer().pipe(
      Layer.provideMerge(Sync.Seal.layer(key)),
      Layer.provideMerge(
        Sqlite.layer({
          filename: ":memory:",
          onStep: () => {
            this.crashIn -= 1
            if (this.crashIn !== 0) return
            this.crashed = true
            throw new Error("killed before this statement")
          }
        })
      )
    )
  )

  /** Fails with {@link Broken} where the mirror is not what the provider is. */
  play(seed: number) {
    const { script } = this
    const random = new Random(seed)
    const broken = (why: string, found: unknown) => new Broken({ seed, why, found })
    return Effect.gen({ self: this }, function* () {
      script.identification = `account-${seed}`
      const { accountId, connectionId } = yield* link({ holderId: `holder-${seed}` })
      let killed = yield* Deferred.make<void>()
      const upstream = new Upstream(
        random,
        meanwhile(
          Effect.andThen(
            Effect.suspend(() => Deferred.succeed(killed, undefined)),
            Effect.never
          )
        )
      )
      script.read = (stream, from) => upstream.read(stream, from)
      const engine = Engine.layer({ batchRows: random.of([1, 3, 1000]) })
      const run = (stream: "card" | "purchases", fromTheBeginning = false) =>
        Effect.provide(runOf(connectionId, accountId)(stream, { fromTheBeginning }), engine)

      for (let n = 2 + random.below(6); n > 0; n -= 1) {
        for (let events = random.below(6); events > 0; events -= 1) upstream.live()
        this.crashed = false
        if (random.chance(0.4)) this.crashIn = 1 + random.below(40)
        const running = yield* Effect.forkChild(run(random.of(streams), random.chance(0.15)))
        yield* Effect.raceFirst(Deferred.await(killed), Fiber.await(running))
        yield* Fiber.interrupt(running)
        const exit = yield* Fiber.await(running)
        this.crashIn = Number.POSITIVE_INFINITY
        const wasKilled = yield* Deferred.isDone(killed)
        if (Exit.isFailure(exit) && !this.crashed && !wasKilled)
          return yield* broken("a run failed by itself", exit.cause.toString())
        if (wasKilled) killed = yield* Deferred.make<void>()
        yield* TestClock.adjust(61_000)
      }

      upstream.faulty = false
      for (const stream of streams) {
        const { outcome } = yield* run(stream)
        if (outcome._tag !== "CaughtUp") return yield* broken("the last run did not come through", outcome)
        const found = yield* Sync.Mirror.rows({ stream, accountId, limit: 10_000 })
        const mirror = Object.fromEntries(found.map(({ id, row }) => [id, amountOf(row)]))
        if (found.length !== Object.keys(mirror).length) return yield* broken("a row stands twice", found)
        if (!isDeepStrictEqual(mirror, upstream.truth(stream))) {
          return yield* broken(`${stream} differ`, { mirror, upstream: upstream.truth(stream) })
        }
        const replayed = new Map<string, Row.Row>()
        for (const change of yield* Sync.Changes.changes({ accountId, stream, after: 0, limit: 100_000 })) {
          if (!isDeepStrictEqual(change.before, replayed.get(change.id)) && change.kind !== "restored") {
            return yield* broken("a change begins elsewhere than the last one ended", change)
          }
          if (change.kind === "updated" && stream === "purchases" && isDeepStrictEqual(change.before, change.after)) {
            return yield* broken("a change changes nothing", change)
          }
          if (change.after === undefined) replayed.delete(change.id)
          else replayed.set(change.id, change.after)
        }
        if (
          !isDeepStrictEqual(Object.fromEntries(replayed), Object.fromEntries(found.map(({ id, row }) => [id, row])))
        ) {
          return yield* broken(`the change log of ${stream} replays to something else`, [...replayed])
        }
      }
    })
  }
}
