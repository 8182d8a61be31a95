/**
 * The files of a machine as the route reads them: as bytes of text, from their start. One that is no text and that a format
 * can unpack is its table, held in memory; whatever is said of its lines is said of that table's.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as PlatformError from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import type { Format, Unpack } from "./Format.ts"

/** An open file: reads into the buffer and says how much, 0 at its end. */
export type Open = Pick<FileSystem.File, "read">

export interface Files extends Pick<FileSystem.FileSystem, "realPath" | "readFileString"> {
  readonly open: (path: string) => Effect.Effect<Open, PlatformError.PlatformError, Scope.Scope>
}

/** Larger than any statement of a person. A larger file is not unpacked, and so refused for what it is. */
const largest = 32 * 1024 * 1024

/** Whether a piece of a file begins with these letters, of which each is one byte. */
export const startsWith = (piece: Uint8Array, text: string): boolean =>
  text.length <= piece.length && Array.from(text).every((letter, index) => piece[index] === letter.charCodeAt(0))

const inMemory = (text: string): Open => {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  return {
    read: (buffer) =>
      Effect.sync(() => {
        const piece = bytes.subarray(at, at + buffer.length)
        buffer.set(piece)
        at += piece.length
        return piece.length
      })
  }
}

export const make = (fs: FileSystem.FileSystem, formats: ReadonlyArray<Format>): Files => {
  const unpacking = [...new Set(formats.flatMap(({ unpack }) => (unpack === undefined ? [] : [unpack])))]
  const begun = Effect.fnUntraced(function* (path: string) {
    const head = new Uint8Array(16)
    const length = yield* Effect.scoped(Effect.flatMap(fs.open(path, { flag: "r" }), (file) => file.read(head)))
    return head.subarray(0, length)
  })
  const unpacked = Effect.fnUntraced(function* (path: string, { table }: Unpack) {
    const { size } = yield* fs.stat(path)
    if (Number(size) > largest) return undefined
    const bytes = yield* fs.readFile(path)
    return yield* Effect.promise(() => table(bytes).catch(() => undefined))
  })
  return {
    realPath: fs.realPath,
    readFileString: fs.readFileString,
    open: Effect.fnUntraced(function* (path) {
      const head = unpacking.length === 0 ? undefined : yield* begun(path)
      const unpack = unpacking.find(({ begins }) => head !== undefined && startsWith(head, begins))
      const table = unpack === undefined ? undefined : yield* unpacked(path, unpack)
      return table === undefined ? yield* fs.open(path, { flag: "r" }) : inMemory(table)
    })
  }
}
