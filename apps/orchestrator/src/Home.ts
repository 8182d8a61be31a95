/**
 * Where the mirror lives on this machine: one database file in the user's data folder and one key in the settings
 * folder, so that neither alone gives a session away. `PAYMIRROR_DB`, `PAYMIRROR_KEY` (32 bytes, base64url) and
 * `PAYMIRROR_KEY_FILE` say otherwise. A key is made on first use and never overwritten.
 */
import * as Sync from "@paymirror/sync"
import * as Sqlite from "@paymirror/sync/sqlite"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Base64Url from "effect/encoding/Base64Url"
import * as UserDirectories from "effect/persistence/UserDirectories"
import { codes, Refusal } from "./Exit.ts"
import { migrate } from "./service/migrations.ts"

const directories = UserDirectories.UserDirectories

/** The database file: the flag, else `PAYMIRROR_DB`, else the data folder. */
export const database = (flag: Option.Option<string>) =>
  Effect.gen(function* () {
    const named = Option.isSome(flag) ? flag : yield* Config.option(Config.String("PAYMIRROR_DB"))
    if (Option.isSome(named)) return named.value
    const path = yield* Path.Path
    const { data } = yield* directories
    return path.join(yield* data("paymirror"), "paymirror.db")
  }).pipe(Effect.orDie)

const readKey = (text: string, where: string) => {
  const bytes = Base64Url.decode(text.trim())
  return Result.isSuccess(bytes) && bytes.success.length === 32
    ? Effect.succeed(Redacted.make(bytes.success, { label: "key" }))
    : Effect.fail(
        new Refusal({
          message: `${where} does not hold a key: 32 bytes in base64url are expected.`,
          code: codes.failed
        })
      )
}

/** The key that seals what the database must not give away. */
export const key = Effect.gen(function* () {
  const inline = yield* Effect.orDie(Config.option(Config.Redacted("PAYMIRROR_KEY")))
  if (Option.isSome(inline)) return yield* readKey(Redacted.value(inline.value), "PAYMIRROR_KEY")
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const { config } = yield* directories
  const named = yield* Effect.orDie(Config.option(Config.String("PAYMIRROR_KEY_FILE")))
  const file = Option.isSome(named) ? named.value : path.join(yield* Effect.orDie(config("paymirror")), "key")
  if (!(yield* Effect.orDie(fs.exists(file)))) {
    const random = yield* SecureRandom.SecureRandom
    const fresh = Base64Url.encode(yield* random.randomBytes(32))
    yield* fs.makeDirectory(path.dirname(file), { recursive: true, mode: 0o700 }).pipe(Effect.orDie)
    // Exclusive: of two processes that start at once, the second reads the first one's key.
    yield* fs.writeFileString(file, `${fresh}\n`, { flag: "wx", mode: 0o600 }).pipe(Effect.ignore)
  }
  return yield* readKey(yield* Effect.orDie(fs.readFileString(file)), file)
})

/** The engine over a database file, sealed with a key; whoever is linked here is known to the service that is run later. */
export const engine = (filename: string, sealKey: Redacted.Redacted<Uint8Array>) =>
  Layer.effectDiscard(migrate).pipe(
    Layer.provideMerge(Sync.layer()),
    Layer.provideMerge(Sync.Seal.layer(sealKey)),
    Layer.provideMerge(Sqlite.layer({ filename }))
  )

/** The engine over this machine's own database. */
export const layer = (flag: Option.Option<string>) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const filename = yield* database(flag)
      yield* fs.makeDirectory(path.dirname(path.resolve(filename)), { recursive: true, mode: 0o700 }).pipe(Effect.orDie)
      return engine(filename, yield* key)
    })
  )
