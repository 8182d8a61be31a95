/**
 * The first page of a read and no more: what was read once is not asked for again. A connector that fetches ahead waits
 * at the gate until the look is over, so that a check costs a provider one request for each of its endpoints.
 */
import type { ConnectorError, ReadEvent } from "@paymirror/core"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Stream from "effect/Stream"
import type { Around } from "../Network.ts"

export interface FirstPage {
  readonly around: Around
  /** Hears up to the first checkpoint, or until nothing more comes without a second page. */
  readonly hear: (
    note: (event: ReadEvent.ReadEvent) => void
  ) => (
    events: Stream.Stream<ReadEvent.ReadEvent, ConnectorError.ConnectorError>
  ) => Effect.Effect<void, ConnectorError.ConnectorError>
}

/** What is on its way when the gate closes is still heard. */
const grace = "300 millis"

export const make = (): FirstPage => {
  const answered = new Set<string>()
  const held = Deferred.makeUnsafe<void>()
  return {
    around: (http) =>
      HttpClient.transform(http, (effect, request) =>
        Effect.suspend(() => {
          const key = `${request.method} ${new URL(request.url).pathname}`
          if (request.method === "GET" && answered.has(key)) {
            Deferred.doneUnsafe(held, Effect.void)
            return Effect.never
          }
          return Effect.tap(effect, ({ status }) =>
            Effect.sync(() => {
              if (status >= 200 && status < 300) answered.add(key)
            })
          )
        })
      ),
    hear: (note) => (events) =>
      Effect.raceFirst(
        events.pipe(
          Stream.takeUntil(({ _tag }) => _tag === "Checkpoint"),
          Stream.runForEach((event) => Effect.sync(() => note(event)))
        ),
        Effect.andThen(Deferred.await(held), Effect.sleep(grace))
      )
  }
}
