/** Bronze: what the connector says when the provider does not answer as usual, and how often it asks again. */
import { Instant } from "@paymirror/core"
import type { ConnectorError } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import * as Mirror from "../Mirror.ts"
import type { Heard, Stage } from "../Stage.ts"
import { ensure, fail, listed, ofHolder, onStage, online, upserts } from "./onStage.ts"

type Tag = ConnectorError.Reason["_tag"]

const ending = (heard: Heard): Tag | "success" => heard.error?.reason._tag ?? "success"

/** The most often one method and path was asked for since `from`. */
const repeats = (stage: Stage, from: number): { readonly times: number; readonly what: string } => {
  const counts = new Map<string, number>()
  for (const { method, path } of stage.recorder.sent().slice(from)) {
    counts.set(`${method} ${path}`, (counts.get(`${method} ${path}`) ?? 0) + 1)
  }
  return [...counts].reduce((most, [what, times]) => (times > most.times ? { times, what } : most), {
    times: 0,
    what: ""
  })
}

/** Each request at most once since `from`. */
const askedOnce = (stage: Stage, from: number) => {
  const { times, what } = repeats(stage, from)
  return ensure(times <= 1, "an account locked for hammering the provider", () => `${what} was sent ${times} times`)
}

export const errors: ReadonlyArray<Check> = [
  onStage({
    id: "C10",
    title: "a rate limit is neither success nor failure, and says until when",
    level: "bronze",
    appliesTo: online,
    wouldHaveCaught: "a throttled sync that is recorded as done, so that the rows of that day are never fetched",
    play: (_, another) =>
      Effect.gen(function* () {
        const { walks } = yield* another
        for (const index of walks.keys()) {
          const stage = yield* another
          const walk = stage.walks[index]
          if (walk === undefined) continue
          const throttle = yield* stage.can("throttle")
          yield* throttle(30)
          const from = stage.recorder.sent().length
          const asked = yield* Clock.currentTimeMillis
          const heard = yield* stage.listen(walk)
          const reason = heard.error?.reason
          if (reason?._tag !== "RateLimited") {
            return yield* fail(
              "a sync reported as done although nothing was read",
              `${walk.stream} ended with ${ending(heard)}`
            )
          }
          yield* ensure(
            Instant.toEpochMillis(reason.until) >= asked + 25_000,
            "a longer and longer ban, asked for too early",
            () => `asked to wait 30 s, until is ${Instant.toEpochMillis(reason.until) - asked} ms away`
          )
          yield* askedOnce(stage, from)
        }
      })
  }),
  onStage({
    about: "pages",
    id: "C11",
    title: "pages that never end are an error, never done",
    level: "bronze",
    appliesTo: online,
    wouldHaveCaught: "a page cap that ends the walk quietly, with half of the history",
    play: (_, another) =>
      Effect.gen(function* () {
        const { manifest, walks } = yield* another
        for (const [index, { stream }] of walks.entries()) {
          if (!listed(manifest).includes(stream)) continue
          const stage = yield* another
          const walk = stage.walks[index]
          if (walk === undefined || upserts(yield* stage.calm(walk)).length === 0) continue
          const loop = yield* stage.can("loopPages")
          yield* loop(stream)
          const heard = yield* stage.listen(walk)
          yield* ensure(
            heard.error !== undefined,
            "half of their history, shown as all of it",
            () => `${stream} said it was done`
          )
        }
      })
  }),
  onStage({
    id: "C14",
    title: "a bot check asks for the person and is not tried again",
    level: "bronze",
    appliesTo: ofHolder,
    wouldHaveCaught: "an HTML page reported as a timeout, and a retry loop that gets the account locked",
    play: (stage) =>
      Effect.gen(function* () {
        const walk = stage.walks[0]
        if (walk === undefined) return
        yield* yield* stage.can("botPage")
        const from = stage.recorder.sent().length
        const heard = yield* stage.listen(walk)
        yield* ensure(
          heard.error?.reason._tag === "InteractionRequired",
          "an error nobody can act on, where they had to pass a check",
          () => `${walk.stream} ended with ${ending(heard)}`
        )
        yield* askedOnce(stage, from)
      })
  }),
  onStage({
    id: "C14-consent",
    title: "a consent that has ended asks to link again and is not tried again",
    level: "bronze",
    appliesTo: online,
    wouldHaveCaught: "a 401 tried again for ever; a withdrawn consent that shows as a provider outage",
    play: (_, another) =>
      Effect.gen(function* () {
        const { far, walks } = yield* another
        const expired = far.expireAccess === undefined ? [false] : [false, true]
        for (const [index, expire] of walks.flatMap((_, place) => expired.map((also) => [place, also] as const))) {
          const stage = yield* another
          const walk = stage.walks[index]
          if (walk === undefined) continue
          yield* yield* stage.can("revoke")
          if (expire && stage.far.expireAccess !== undefined) yield* stage.far.expireAccess
          const from = stage.recorder.sent().length
          const heard = yield* stage.listen(walk)
          yield* ensure(
            heard.error?.reason._tag === "ConsentRequired" && upserts(heard.events).length === 0,
            "an outage that never ends, where they had to link again",
            () => `${walk.stream} ended with ${ending(heard)}`
          )
          yield* askedOnce(stage, from)
        }
      })
  }),
  onStage({
    about: "renewals",
    id: "C14-loop",
    title: "a token refused after its renewal ends the read",
    level: "bronze",
    appliesTo: online,
    wouldHaveCaught: "renew, 401, renew, 401, … until the provider closes the account",
    play: (stage) =>
      Effect.gen(function* () {
        const walk = stage.walks[0]
        if (walk === undefined) return
        yield* yield* stage.can("rejectAccess")
        const from = stage.recorder.sent().length
        const heard = yield* stage.listen(walk)
        yield* ensure(heard.error !== undefined, "a sync reported as done although nothing was read", () => walk.stream)
        const { times, what } = repeats(stage, from)
        yield* ensure(
          times <= 2,
          "an account locked for hammering the provider",
          () => `${what} was sent ${times} times`
        )
      })
  }),
  onStage({
    id: "E1",
    title: "an outage is an outage, and over when it is over",
    level: "bronze",
    appliesTo: online,
    wouldHaveCaught: "a 503 that reads as an empty list, or as a reason to link again",
    play: (stage) =>
      Effect.gen(function* () {
        const walk = stage.walks[0]
        if (walk === undefined) return
        const failNext = yield* stage.can("failNext")
        const before = Mirror.of(yield* stage.calm(walk))
        yield* failNext(1000)
        const heard = yield* stage.listen(walk)
        yield* ensure(
          heard.error?.reason._tag === "ProviderUnavailable",
          "an outage mistaken for something else",
          () => `${walk.stream} ended with ${ending(heard)}`
        )
        yield* failNext(1)
        yield* stage.listen(walk)
        const wrong = Mirror.difference(before, Mirror.of(yield* stage.calm(walk)))
        if (wrong !== undefined) return yield* fail("rows missing after an outage", Mirror.describe(wrong))
      })
  })
]
