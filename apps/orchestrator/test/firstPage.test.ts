/** The gate of a live check: a connector that would read on is heard out for its first page and asks for no second. */
import { assert, describe, it } from "@effect/vitest"
import type { ReadEvent } from "@paymirror/core"
import * as Effect from "effect/Effect"
import { HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import * as Stream from "effect/Stream"
import * as FirstPage from "../src/live/firstPage.ts"

const reach = (from: string): ReadEvent.Reach => ({ _tag: "Reach", stream: "balance", from })

/** A provider that answers each request with the next of these, and the paths it was asked for. */
const provider = (statuses: ReadonlyArray<number>) => {
  const asked: Array<string> = []
  const http = HttpClient.make((request, url) =>
    Effect.sync(() => {
      asked.push(url.pathname)
      return HttpClientResponse.fromWeb(request, new Response("{}", { status: statuses[asked.length - 1] ?? 200 }))
    })
  )
  return { asked, http }
}

const get = (http: HttpClient.HttpClient, path: string, page: number) =>
  http.execute(HttpClientRequest.get(`https://api.example${path}`, { urlParams: { page: String(page) } }))

const looked = (
  reading: (http: HttpClient.HttpClient) => Stream.Stream<ReadEvent.ReadEvent>,
  statuses: ReadonlyArray<number> = []
) =>
  Effect.gen(function* () {
    const { asked, http } = provider(statuses)
    const first = FirstPage.make()
    const heard: Array<ReadEvent.ReadEvent> = []
    yield* first.hear((event) => heard.push(event))(reading(first.around(http)))
    return { asked, heard: heard.map((event) => (event._tag === "Reach" ? event.from : event._tag)) }
  })

describe("the first page", () => {
  it.live("is all that is asked for, though the connector fetches ahead and gives no checkpoint before the end", () =>
    Effect.gen(function* () {
      const { asked, heard } = yield* looked((http) =>
        Stream.range(1, 5).pipe(
          Stream.mapEffect((page) => Effect.as(Effect.orDie(get(http, "/entries", page)), reach(`page ${page}`))),
          Stream.bufferArray({ capacity: 1 })
        )
      )
      assert.deepEqual(asked, ["/entries"])
      assert.deepEqual(heard, ["page 1"])
    })
  )

  it.live("of each endpoint, up to the first checkpoint; one that was refused may be asked again", () =>
    Effect.gen(function* () {
      const { asked, heard } = yield* looked(
        (http) =>
          Stream.make("/balance", "/entries", "/entries", "/never").pipe(
            Stream.mapEffect((path) => Effect.as(Effect.orDie(get(http, path, 1)), path)),
            Stream.map((path): ReadEvent.ReadEvent =>
              path === "/entries" && heardTwice() ? { _tag: "Checkpoint", checkpoint: "1" } : reach(path)
            )
          ),
        [200, 401, 200]
      )
      assert.deepEqual(asked, ["/balance", "/entries", "/entries"])
      assert.deepEqual(heard, ["/balance", "/entries", "Checkpoint"])
    })
  )
})

let times = 0
const heardTwice = (): boolean => {
  times += 1
  return times > 1
}
