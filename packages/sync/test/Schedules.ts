/**
 * One random schedule: two workers on one database file read an account for some days, with and without the person
 * there, over pages and repeated requests, are restarted and killed between the count and the call, while the host's
 * clock goes forward an hour and back, or falls back by hours or days and is set right again. The bank has a clock of its
 * own, which is right, and writes down every call. A schedule is its seed; the same seed is the same schedule.
 *
 * What no store can tell is not played: a clock that runs ahead by more than an hour, or that falls back and is set right
 * with no read in between that could notice, is a host that was switched off.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Connector, type Link } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as Context from "effect/Context"
import * as Sync from "../src/index.ts"
import { engineOn } from "./Mirrored.ts"
import { Random } from "./Random.ts"
import { down, manifest } from "./Script.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

class Overrun extends Data.TaggedError("Overrun")<{
  readonly seed: number
  readonly why: string
  readonly found: unknown
}> {
  override get message(): string {
    return `schedule ${this.seed} (again with SEED=${this.seed}): ${this.why}: ${JSON.stringify(this.found)}`
  }
}

type Services = Context.Context<Layer.Success<ReturnType<typeof engineOn>>>

interface Worker {
  readonly services: Services
  readonly scope: Scope.Closeable
}

/** A database file, two workers and a bank, for any number of schedules. Close it when they are through. */
export class Schedules {
  private readonly folder = mkdtempSync(join(tmpdir(), "paymirror-"))
  private readonly workers: Array<Worker> = []
  /** What time it is, and by how much the host's clock differs. */
  private truth = Date.UTC(2026, 2, 1)
  private offset = 0
  /** The latest the host's clock has been at a call. */
  private highest = 0
  /** Whether the store has seen the clock since it was set right. */
  private settled = true
  private random = new Random(0)
  private killed = Deferred.makeUnsafe<void>()
  /** Calls of the schedule under way, by resource: when, in truth. */
  private calls = new Map<string, Array<number>>()
  private counted = new Map<string, Array<number>>()

  readonly clock: Clock.Clock = {
    currentTimeMillisUnsafe: () => this.truth + this.offset,
    currentTimeMillis: Effect.sync(() => this.truth + this.offset),
    currentTimeNanosUnsafe: () => BigInt(this.truth + this.offset) * 1_000_000n,
    currentTimeNanos: Effect.sync(() => BigInt(this.truth + this.offset) * 1_000_000n),
    monotonicTimeNanosUnsafe: () => BigInt(this.truth) * 1_000_000n,
    monotonicTimeNanos: Effect.sync(() => BigInt(this.truth) * 1_000_000n),
    sleep: () => Effect.never
  }

  private readonly bank = Connector.layer<string, number, never, never>({
    manifest: {
      ...manifest,
      route: "psd2",
      streams: { balance: { live: "cursor", backfill: true, budget: { reads: 4, hours: 24 } } }
    },
    grant: Schema.String,
    checkpoint: Schema.Int,
    make: Effect.succeed({
      link: () => Effect.die("linked by hand"),
      revoke: () => Effect.void,
      read: (_, { access }) =>
        Stream.fromEffectDrain(
          Effect.gen({ self: this }, function* () {
            const { random } = this
            const call = (resource: string) =>
              Effect.gen({ self: this }, function* () {
                const unattended = access.presence === undefined
                if (unattended && this.offset >= -hour) this.settled = true
                yield* access.spend(resource)
                if (unattended) {
                  note(this.counted, resource, this.truth)
                  this.highest = Math.max(this.highest, this.truth + this.offset)
                }
                if (random.chance(0.06)) {
                  yield* Deferred.succeed(this.killed, undefined)
                  yield* Effect.never
                }
                this.truth += random.below(40_000)
                if (unattended) note(this.calls, resource, this.truth)
                if (random.chance(0.05)) {
                  yield* Deferred.succeed(this.killed, undefined)
                  yield* Effect.never
                }
                return random.chance(0.85)
              })
            for (let pages = 1 + random.below(2); pages > 0; pages -= 1) {
              if (!(yield* call("transactions")) && !(yield* call("transactions"))) return yield* down
            }
            yield* call("balances")
          })
        )
    })
  })

  /** Fails with {@link Overrun} where the bank was asked too often, or too rarely. */
  play(seed: number) {
    this.random = new Random(seed)
    this.calls = new Map()
    this.counted = new Map()
    this.truth += 40 * day
    this.offset = 0
    const { random } = this
    return Effect.gen({ self: this }, function* () {
      while (this.workers.length < 2) this.workers.push(yield* this.start())
      const { accountId, connectionId } = yield* this.within(0, link(seed))
      const steady = random.chance(0.25)
      const season = random.chance(0.5) ? hour : -hour
      for (let step = 8 + random.below(12); step > 0; step -= 1) {
        this.truth += random.below(random.chance(0.2) ? 30 * 60 : 4 * 60) * minute
        if (!steady) this.turnTheClock(season)
        const place = random.below(2)
        if (random.chance(0.2)) yield* this.restart(place)
        const presence = random.chance(0.2) ? { ipAddress: "192.0.2.7" } : undefined
        const run = (worker: number) =>
          this.within(
            worker,
            Effect.flatMap(Sync.Engine, (engine) =>
              engine.run({ connectionId, accountId, stream: "balance", ...(presence && { presence }) })
            )
          )
        this.killed = yield* Deferred.make<void>()
        const both = random.chance(0.3)
        const running = yield* Effect.forkChild(
          both ? Effect.all([run(0), run(1)], { concurrency: 2 }) : Effect.map(run(place), (report) => [report])
        )
        yield* Effect.raceFirst(Deferred.await(this.killed), Fiber.await(running))
        yield* Fiber.interrupt(running)
        const exit = yield* Fiber.await(running)
        if (Exit.isFailure(exit)) {
          if (yield* Deferred.isDone(this.killed)) continue
          return yield* new Overrun({ seed, why: "a run failed by itself", found: exit.cause.toString() })
        }
        for (const { outcome } of exit.value) {
          if (outcome._tag !== "Throttled") continue
          const why = presence === undefined ? this.refusedInVain(steady) : "the person was refused"
          if (why !== undefined) return yield* new Overrun({ seed, why, found: [...this.counted] })
        }
        for (const [resource, at] of this.calls) {
          const fifth = at.findIndex((time, index) => time - (at[index - 4] ?? Number.NEGATIVE_INFINITY) < day)
          if (fifth !== -1) {
            const found = at.slice(fifth - 4, fifth + 1).map((time) => new Date(time).toISOString())
            return yield* new Overrun({ seed, why: `five reads of ${resource} in a day`, found })
          }
        }
      }
    }).pipe(Effect.provideService(Clock.Clock, this.clock))
  }

  /** A refusal needs four counts within the window, where the clock is right. */
  private refusedInVain(steady: boolean): string | undefined {
    const since = this.truth - 25 * hour - 15 * minute
    const spent = [...this.counted.values()].map((at) => at.filter((time) => time > since).length)
    return steady && Math.max(0, ...spent) < 4 ? "refused although reads were left" : undefined
  }

  private turnTheClock(season: number): void {
    const { random } = this
    const behind = this.offset < -hour
    // Noticed by the store for as long as a run may last: well before the latest moment it knows.
    const noticed = this.highest - this.truth - 2 * hour
    if (behind && (random.chance(0.4) || this.truth + this.offset >= this.highest - 1.5 * hour)) {
      this.offset = 0
      this.settled = false
    } else if (random.chance(0.12) && noticed > -20 * day && (behind || this.settled)) {
      const back = -hour - random.below(random.chance(0.5) ? 12 * 60 : 10 * 24 * 60) * minute
      this.offset = Math.min(this.offset, back, noticed)
    } else if (!behind && random.chance(0.3)) this.offset = random.chance(0.5) ? season : 0
  }

  private start(): Effect.Effect<Worker, unknown> {
    return Effect.gen({ self: this }, function* () {
      const scope = yield* Scope.make()
      const services = yield* Layer.buildWithScope(engineOn(join(this.folder, "mirror.db")), scope)
      return { services, scope }
    })
  }

  private restart(place: number) {
    return Effect.gen({ self: this }, function* () {
      const worker = this.workers[place]
      if (worker !== undefined) yield* Scope.close(worker.scope, Exit.void)
      this.workers[place] = yield* this.start()
    })
  }

  private within<A, E>(
    place: number,
    effect: Effect.Effect<A, E, Layer.Success<ReturnType<typeof engineOn>> | Connector.Connector>
  ): Effect.Effect<A, E> {
    const worker = this.workers[place] as Worker
    return effect.pipe(Effect.provide(this.bank), Effect.provide(worker.services))
  }

  readonly close = Effect.gen({ self: this }, function* () {
    for (const { scope } of this.workers) yield* Scope.close(scope, Exit.void)
    rmSync(this.folder, { recursive: true, force: true })
  })
}

const note = (all: Map<string, Array<number>>, resource: string, at: number): void => {
  all.set(resource, [...(all.get(resource) ?? []), at])
}

const link = (seed: number) =>
  Effect.gen(function* () {
    const connections = yield* Sync.Connections
    const linked: Extract<Link.LinkStep<Connector.SealedGrant>, { _tag: "Linked" }> = {
      _tag: "Linked",
      grant: Redacted.make(`"grant"`),
      accounts: [
        {
          identification: `account-${seed}`,
          currency: "EUR",
          market: "DE",
          legalEntity: "A bank",
          status: "OPEN",
          displayName: "Bank"
        }
      ]
    }
    const { accountIds, connectionId } = yield* connections.store(linked, {
      holderId: `holder-${seed}`,
      streams: ["balance"],
      purpose: "test",
      notice: { text: "…", version: "1", language: "en" },
      expiresAt: "9999-12-31T00:00:00.000Z"
    })
    return { connectionId, accountId: accountIds[0] ?? "" }
  })
