/**
 * The process that is killed while it changes the master key: `rotator DATABASE rotate|drop|careless STEP`, its key file named
 * by the environment. `careless` is a bug for the harness to find: the new key is written down when everything stands on it.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { layer, type Ring, Seal } from "@paymirror/sync"
import * as Sqlite from "@paymirror/sync/sqlite"
import { enableCompileCache } from "node:module"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as UserDirectories from "effect/persistence/UserDirectories"
import * as KeyFile from "../../src/KeyFile.ts"
import * as MasterKey from "../../src/MasterKey.ts"
import { Steps } from "./Steps.ts"

enableCompileCache()
const [filename = "", what = "", step = "0"] = process.argv.slice(2)
const steps = new Steps(Number(step))

const over = (ring: Ring) =>
  layer().pipe(Layer.provideMerge(Seal.layer(ring)), Layer.provideMerge(Sqlite.layer({ filename, onStep: steps.step })))

const careless = Effect.gen(function* () {
  const from = yield* KeyFile.source
  const fresh = yield* KeyFile.fresh
  const known = yield* KeyFile.ring
  const ring = Effect.map(Effect.isEffect(known) ? known : Effect.succeed([]), (keys) => [fresh, ...keys])
  yield* Effect.provide(
    Effect.flatMap(Seal, (seal) => seal.rotate),
    over(ring)
  )
  if (from._tag === "File") yield* KeyFile.change(from.path, (keys) => Effect.succeed([fresh, ...keys]))
})

const careful: Effect.Effect<unknown, unknown, Effect.Services<typeof MasterKey.rotate>> = what === "drop"
  ? MasterKey.drop
  : MasterKey.rotate
const work = what === "careless" ? careless : Effect.provide(careful, Layer.unwrap(Effect.map(KeyFile.ring, over)))

await Effect.runPromise(
  work.pipe(
    Effect.provide(steps.files),
    Effect.provide(Layer.mergeAll(NodeServices.layer, SecureRandom.layerWebCrypto, UserDirectories.layer))
  )
)
steps.report()
