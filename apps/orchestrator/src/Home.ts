/**
 * Where the mirror lives on this machine: one database file in the user's data folder and its keys in the settings folder,
 * so that neither alone gives a session away. `PAYMIRROR_DB` names another file, `KeyFile` other keys.
 */
import * as Sync from "@paymirror/sync"
import * as Sqlite from "@paymirror/sync/sqlite"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as UserDirectories from "effect/persistence/UserDirectories"
import * as Disclosure from "./Disclosure.ts"
import * as KeyFile from "./KeyFile.ts"
import { migrate } from "./service/migrations.ts"

/** The database file: the flag, else `PAYMIRROR_DB`, else the data folder. */
export const database = (flag: Option.Option<string>) =>
  Effect.gen(function* () {
    const named = Option.isSome(flag) ? flag : yield* Config.option(Config.String("PAYMIRROR_DB"))
    if (Option.isSome(named)) return named.value
    const path = yield* Path.Path
    const { data } = yield* UserDirectories.UserDirectories
    return path.join(yield* data("paymirror"), "paymirror.db")
  }).pipe(Effect.orDie)

/** The engine over a database file, sealed with a ring of keys; whoever is linked here is known to a service that is run later. */
export const engine = (filename: string, ring: Sync.Ring) =>
  Layer.effectDiscard(migrate).pipe(
    Layer.provideMerge(Sync.layer()),
    Layer.provideMerge(Disclosure.layer),
    Layer.provideMerge(Sync.Seal.layer(ring)),
    Layer.provideMerge(Sqlite.layer({ filename })),
    // A line of the access log is digested while its reader waits; a web digest waits for another thread.
    Layer.provide(NodeCrypto.layerDigest)
  )

/** The engine over this machine's own database. */
export const layer = (flag: Option.Option<string>) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const filename = yield* database(flag)
      yield* fs.makeDirectory(path.dirname(path.resolve(filename)), { recursive: true, mode: 0o700 }).pipe(Effect.orDie)
      return engine(filename, yield* KeyFile.ring)
    })
  )
