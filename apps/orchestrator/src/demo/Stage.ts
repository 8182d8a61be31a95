/**
 * Where the demo plays: the simulated provider over real HTTP, a mirror in a folder of its own, and one clock for both,
 * the provider's, so that moving it lets installments fall due on both sides.
 */
import { Sandbox } from "@paymirror/sandbox"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Home from "../Home.ts"

export type World = Sandbox.Sandbox["world"]

/** The sandbox's clock as Effect's; pauses stay real. */
const clockOf = (world: World, real: Clock.Clock): Clock.Clock => ({
  sleep: (duration) => real.sleep(duration),
  monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
  monotonicTimeNanos: real.monotonicTimeNanos,
  currentTimeMillisUnsafe: () => world.clock.now,
  currentTimeMillis: Effect.sync(() => world.clock.now),
  currentTimeNanosUnsafe: () => BigInt(world.clock.now) * 1_000_000n,
  currentTimeNanos: Effect.sync(() => BigInt(world.clock.now) * 1_000_000n)
})

export interface Stage {
  readonly sandbox: Sandbox.Sandbox
  readonly folder: string
  readonly database: string
}

/** Runs a play: the sandbox is up, the mirror is open and the clock is shared until it ends. */
export const play = <A, E, R>(
  options: { readonly seed: number; readonly db: Option.Option<string> },
  script: (stage: Stage) => Effect.Effect<A, E, R>
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const random = yield* SecureRandom.SecureRandom
      const sandbox = yield* Sandbox.make({ seed: options.seed })
      const folder = yield* fs.makeTempDirectoryScoped({ prefix: "paymirror-demo-" })
      const database = Option.getOrElse(options.db, () => path.join(folder, "paymirror.db"))
      const key = Option.isSome(options.db) ? yield* Home.key : Redacted.make(yield* random.randomBytes(32))
      const real = yield* Clock.Clock
      return yield* script({ sandbox, folder, database }).pipe(
        Effect.provide(Home.engine(database, key)),
        Effect.provideService(Clock.Clock, clockOf(sandbox.world, real))
      )
    })
  )
