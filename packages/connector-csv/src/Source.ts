/** The bytes of a file on disk: its first piece to look at, the whole of it to stream, and what they hash to. */
import type { ConnectorError } from "@paymirror/core"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as PlatformError from "effect/PlatformError"
import * as Stream from "effect/Stream"
import * as Digest from "./Digest.ts"
import { type Files, startsWith } from "./Files.ts"
import type { Encoding } from "./Records.ts"
import { refuse } from "./Refusal.ts"

const chunkSize = 64 * 1024

export const unreadable = (error: PlatformError.PlatformError): ConnectorError.ConnectorError =>
  refuse(`The file cannot be read (${error.reason._tag}).`, "Check that it is still there and that you may open it.")

/**
 * The file from its start, through one buffer: a piece is only good until the next is asked for. Every piece is shown to
 * `digest` where one is given.
 */
export const bytes = (
  files: Files,
  path: string,
  digest?: Digest.Digest
): Stream.Stream<Uint8Array, ConnectorError.ConnectorError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const file = yield* Effect.mapError(files.open(path), unreadable)
      const buffer = new Uint8Array(chunkSize)
      return Stream.fromPull(
        Effect.succeed(
          Effect.flatMap(Effect.mapError(file.read(buffer), unreadable), (length) => {
            if (length === 0) return Cause.done()
            const piece = buffer.subarray(0, length)
            digest?.add(piece)
            return Effect.succeed(Arr.of(piece))
          })
        )
      )
    })
  )

/** What tells one content from another, without keeping any of it. */
export const fingerprint = (files: Files, path: string): Effect.Effect<string, ConnectorError.ConnectorError> =>
  Effect.suspend(() => {
    const digest = Digest.make()
    return Effect.map(Stream.runDrain(bytes(files, path, digest)), () => digest.text())
  })

/**
 * Whether a file that is not valid UTF-8 is UTF-8 nonetheless, damaged in places: more letters read than do not. To take
 * it for another encoding would spoil every one of them.
 */
export const isDamagedUtf8 = (files: Files, path: string): Effect.Effect<boolean, ConnectorError.ConnectorError> =>
  Effect.suspend(() => {
    const decoder = new TextDecoder("utf-8")
    let whole = 0
    let broken = 0
    const count = (text: string): void => {
      for (const letter of text.match(/[\u0080-\u{10ffff}]/gu) ?? []) {
        if (letter === "\ufffd") broken += 1
        else whole += 1
      }
    }
    return bytes(files, path).pipe(
      Stream.runForEach((piece) => Effect.sync(() => count(decoder.decode(piece, { stream: true })))),
      Effect.map(() => whole > broken)
    )
  })

/** The first piece of a text file and the encodings to try, in order. */
export const head = Effect.fnUntraced(function* (
  files: Files,
  path: string
): Effect.fn.Return<
  { readonly piece: Uint8Array; readonly encodings: ReadonlyArray<Encoding> },
  ConnectorError.ConnectorError
> {
  const first = yield* Stream.runHead(bytes(files, path))
  const piece = Option.match(first, { onNone: () => new Uint8Array(0), onSome: (bytes) => bytes.slice() })
  if (piece.length === 0) return yield* refuse("The file is empty.", "Export it again.")
  if (startsWith(piece, "PK\u0003\u0004")) {
    return yield* refuse(
      "This is a workbook or an archive, not a CSV file.",
      "Unpack it, or save the sheet as CSV, and pass that file."
    )
  }
  if (startsWith(piece, "%PDF")) {
    return yield* refuse("This is a PDF, not a CSV file.", "Choose CSV where the provider offers the download.")
  }
  if (startsWith(piece, "\u00ef\u00bb\u00bf")) return { piece, encodings: ["utf-8"] }
  if (piece[0] === 0xff && piece[1] === 0xfe) return { piece, encodings: ["utf-16le"] }
  if (piece[0] === 0xfe && piece[1] === 0xff) return { piece, encodings: ["utf-16be"] }
  if (piece.includes(0))
    return yield* refuse("This is not a text file.", "Pass the CSV file as the provider exported it.")
  return { piece, encodings: ["utf-8", "windows-1252"] }
})
