/**
 * The body of an answer as text, up to a size. A bank in trouble, or somebody in its place, may send without an end; what
 * is over the limit is not read on, and nothing of it is kept.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"

/** Bytes. The fullest answers on record hold some thousand entries, in a few megabytes. */
export const largest = 32 * 1024 * 1024

class TooLarge {
  readonly _tag = "TooLarge"
}

/** Nothing where it is larger than {@link largest}. */
export const textOf = (
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<string | undefined, HttpClientError.HttpClientError> =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let size = 0
    return Stream.runForEachArray(response.stream, (received) => {
      for (const chunk of received) {
        size += chunk.length
        chunks.push(chunk)
      }
      return size > largest ? Effect.fail(new TooLarge()) : Effect.void
    }).pipe(
      Effect.map(() => new TextDecoder().decode(Buffer.concat(chunks))),
      Effect.catchTag("TooLarge", () => Effect.succeed(undefined)),
      Effect.catchIf(
        (error) => error.reason._tag === "EmptyBodyError",
        () => Effect.succeed("")
      )
    )
  })
