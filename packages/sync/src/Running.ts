/**
 * The reads that run in this process, by connection, so that a withdrawal can end them before it takes effect: while it
 * is written down none of them runs and none can begin. Another process has its own; what runs there looks for itself,
 * before each call and before each write.
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

interface Read {
  readonly stop: Deferred.Deferred<void>
  readonly ended: Deferred.Deferred<void>
}

interface Reads {
  readonly running: Set<Read>
  /** Withdrawals under way; nothing begins before they are through. */
  readonly closings: Set<Deferred.Deferred<void>>
}

/** How long a withdrawal waits for a read that does not end when it is told to. */
const patience = "2 seconds"

export class Running extends Context.Service<
  Running,
  {
    /** Runs a read. `None` where it was ended, or kept from beginning, by a withdrawal; which is through by then. */
    readonly read: <A, E, R>(
      connectionId: string,
      effect: Effect.Effect<A, E, R>
    ) => Effect.Effect<Option.Option<A>, E, R>
    /** Ends what runs of a connection, and carries out `end` while nothing of it runs. */
    readonly stopped: <A, E, R>(connectionId: string, end: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  }
>()("@paymirror/sync/Running") {
  static readonly layer: Layer.Layer<Running> = Layer.sync(Running, () => {
    const connections = new Map<string, Reads>()
    const of = (connectionId: string): Reads => {
      const known = connections.get(connectionId) ?? { running: new Set<Read>(), closings: new Set() }
      connections.set(connectionId, known)
      return known
    }
    const leave = (connectionId: string, { closings, running }: Reads): void => {
      if (running.size === 0 && closings.size === 0) connections.delete(connectionId)
    }
    const opened = ({ closings }: Reads) => Effect.forEach(closings, Deferred.await, { discard: true })

    return Running.of({
      read: (connectionId, effect) =>
        Effect.suspend(() => {
          const reads = of(connectionId)
          if (reads.closings.size > 0) return Effect.as(opened(reads), Option.none())
          const one: Read = { stop: Deferred.makeUnsafe(), ended: Deferred.makeUnsafe() }
          reads.running.add(one)
          return Effect.raceFirst(Effect.asSome(effect), Effect.as(Deferred.await(one.stop), Option.none())).pipe(
            Effect.ensuring(
              Effect.sync(() => {
                reads.running.delete(one)
                Deferred.doneUnsafe(one.ended, Effect.void)
                leave(connectionId, reads)
              })
            ),
            Effect.tap((done) => (Option.isNone(done) ? opened(reads) : Effect.void))
          )
        }),
      stopped: (connectionId, end) =>
        Effect.suspend(() => {
          const reads = of(connectionId)
          const through = Deferred.makeUnsafe<void>()
          reads.closings.add(through)
          return Effect.gen(function* () {
            const ending = [...reads.running]
            for (const { stop } of ending) Deferred.doneUnsafe(stop, Effect.void)
            yield* Effect.timeoutOption(
              Effect.forEach(ending, ({ ended }) => Deferred.await(ended), { discard: true }),
              patience
            )
            // A renewal is not ended, or the token it spends were lost: one that is on its way sends what it has to send.
            yield* Effect.yieldNow
            yield* Effect.yieldNow
            return yield* end
          }).pipe(
            Effect.ensuring(
              Effect.sync(() => {
                reads.closings.delete(through)
                Deferred.doneUnsafe(through, Effect.void)
                leave(connectionId, reads)
              })
            )
          )
        })
    })
  })
}
