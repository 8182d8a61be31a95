/**
 * The master keys of this machine, which everything sealed stands on: a file in the settings folder with one key in a line,
 * the active one first. `PAYMIRROR_KEY` (32 bytes in base64url, several with commas between) and `PAYMIRROR_KEY_FILE` say
 * otherwise. The file is made on first use. It is never written in place: what is new lies on the disk before it takes the
 * old one's place, and who changes it holds a lock that the system lets go of when the process dies.
 */
import { type Ring, SealError } from "@paymirror/sync"
import * as Sqlite from "@paymirror/sync/sqlite"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Base64Url from "effect/encoding/Base64Url"
import * as UserDirectories from "effect/persistence/UserDirectories"
import * as SqlClient from "effect/sql/SqlClient"
import { codes, Refusal } from "./Exit.ts"

export type Key = Redacted.Redacted<Uint8Array>

export type Source =
  | { readonly _tag: "Environment"; readonly text: Redacted.Redacted<string> }
  | { readonly _tag: "File"; readonly path: string }

/** Where this process has its keys from. */
export const source: Effect.Effect<Source, never, Path.Path | UserDirectories.UserDirectories> = Effect.gen(
  function* () {
    const inline = yield* Config.option(Config.Redacted("PAYMIRROR_KEY"))
    if (Option.isSome(inline)) return { _tag: "Environment", text: inline.value } as const
    const path = yield* Path.Path
    const { config } = yield* UserDirectories.UserDirectories
    const named = yield* Config.option(Config.String("PAYMIRROR_KEY_FILE"))
    const file = Option.isSome(named) ? named.value : path.join(yield* config("paymirror"), "key")
    return { _tag: "File", path: file } as const
  }
).pipe(Effect.orDie)

const separators = { "\n": "one in a line", ",": "with a comma between two" }

const decode = (text: string, separator: keyof typeof separators, where: string) => {
  const none = Effect.fail(
    new Refusal({
      message: `${where} does not hold a key: 32 bytes in base64url are expected, ${separators[separator]}.`,
      code: codes.failed
    })
  )
  return Effect.forEach(
    text
      .split(separator)
      .map((line) => line.trim())
      .filter((line) => line !== ""),
    (line) => {
      const bytes = Base64Url.decode(line)
      return Result.isSuccess(bytes) && bytes.success.length === 32
        ? Effect.succeed(Redacted.make(bytes.success, { label: "key" }))
        : none
    }
  ).pipe(Effect.flatMap((keys) => (keys.length > 0 ? Effect.succeed(keys) : none)))
}

const parse = (path: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const text = yield* fs
      .readFileString(path)
      .pipe(
        Effect.mapError(
          ({ message }) => new Refusal({ message: `${path} could not be read: ${message}`, code: codes.failed })
        )
      )
    return yield* decode(text, "\n", path)
  })

const encoder = new TextEncoder()

/** Puts a file in another's place, so that at any moment either of them is there whole. */
const replace = (path: string, keys: ReadonlyArray<Key>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { dirname } = yield* Path.Path
    const next = `${path}.next`
    yield* fs.remove(next, { force: true })
    const file = yield* fs.open(next, { flag: "wx", mode: 0o600 })
    yield* file.writeAll(encoder.encode(keys.map((key) => `${Base64Url.encode(Redacted.value(key))}\n`).join("")))
    yield* file.sync
    yield* fs.rename(next, path)
    // The folder too, where the system flushes folders.
    yield* Effect.ignore(Effect.flatMap(fs.open(dirname(path)), (folder) => folder.sync))
  }).pipe(Effect.scoped)

/** Changes the keys of a file; of two processes that do so the second sees what the first one wrote. */
export const change = <R>(
  path: string,
  edit: (keys: ReadonlyArray<Key>) => Effect.Effect<ReadonlyArray<Key>, never, R>
) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { dirname } = yield* Path.Path
    yield* fs.makeDirectory(dirname(path), { recursive: true, mode: 0o700 }).pipe(Effect.orDie)
    const work = Effect.gen(function* () {
      const there = yield* Effect.orDie(fs.exists(path))
      // A link is followed: what it points to is what others read.
      const file = there ? yield* Effect.orDie(fs.realPath(path)) : path
      const keys = there ? yield* parse(file) : []
      const edited = yield* edit(keys)
      if (edited !== keys)
        yield* replace(file, edited).pipe(Effect.mapError((error) => notWritten(path, error.message)))
    })
    const locked = Effect.flatMap(SqlClient.SqlClient, (lock) => lock.withTransaction(work))
    yield* Effect.provide(locked, Sqlite.layer({ filename: `${path}.lock` })).pipe(
      Effect.catchTag("SqlError", (error) => Effect.fail(notWritten(path, error.message)))
    )
  })

const notWritten = (path: string, why: string) =>
  new Refusal({
    message: `${path} could not be written: ${why}. Nothing was changed.`,
    code: codes.configuration
  })

/** A key that was not there before. */
export const fresh = Effect.gen(function* () {
  const random = yield* SecureRandom.SecureRandom
  return Redacted.make(yield* random.randomBytes(32), { label: "key" })
})

const read = (from: Source) =>
  from._tag === "File" ? parse(from.path) : decode(Redacted.value(from.text), ",", "PAYMIRROR_KEY")

/**
 * The ring to seal with; where the file is not there it is made. It is read again when something stands on a key it did not
 * have before, and then it is not made.
 */
export const ring: Effect.Effect<
  Ring,
  Refusal,
  FileSystem.FileSystem | Path.Path | SecureRandom.SecureRandom | UserDirectories.UserDirectories
> = Effect.gen(function* () {
  const from = yield* source
  const fs = yield* FileSystem.FileSystem
  if (from._tag === "File" && !(yield* Effect.orDie(fs.exists(from.path))))
    yield* change(from.path, (keys) => (keys.length > 0 ? Effect.succeed(keys) : Effect.map(fresh, (key) => [key])))
  yield* read(from)
  return read(from).pipe(
    Effect.provideService(FileSystem.FileSystem, fs),
    Effect.mapError(({ message }) => new SealError({ detail: message }))
  )
})
