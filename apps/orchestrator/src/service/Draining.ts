/**
 * The end of the service, in order: it says that it is not ready, takes no new work, ends its event streams, lets what is
 * under way come to its end, and only then closes the port.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"

export class Draining extends Context.Service<
  Draining,
  {
    /** Whether the end has begun. */
    readonly hasBegun: () => boolean
    /** Counts a request as under way while it is answered. */
    readonly during: <A, E, R>(answer: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    /** Begins the end, and waits until nothing is under way, for so long at most. */
    readonly begin: (patience: Duration.Input) => Effect.Effect<void>
  }
>()("paymirror/service/Draining") {
  static readonly layer = Layer.sync(Draining, () => {
    let begun = false
    let underWay = 0
    const idle = Latch.makeUnsafe(true)
    const enter = Effect.sync(() => {
      underWay += 1
      idle.closeUnsafe()
    })
    const leave = Effect.sync(() => {
      underWay -= 1
      if (underWay === 0) idle.openUnsafe()
    })
    return Draining.of({
      hasBegun: () => begun,
      during: (answer) =>
        Effect.acquireUseRelease(
          enter,
          () => answer,
          () => leave
        ),
      begin: (patience) =>
        Effect.suspend(() => {
          begun = true
          return Effect.asVoid(Effect.timeoutOption(idle.await, patience))
        })
    })
  })
}
