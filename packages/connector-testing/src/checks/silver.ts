/**
 * Silver: reads add up over time, whatever interrupts them, and nothing leaves the connector that should not. Each check
 * compares final states in a mirror; how the connector got there is its own business.
 */
import type { ReadEvent } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import { Skipped } from "../Check.ts"
import * as Mirror from "../Mirror.ts"
import type { Stage, Walk } from "../Stage.ts"
import { committed, ensure, fail, hasCursor, listed, ofHolder, onStage, online, spread } from "./onStage.ts"

type Events = ReadonlyArray<ReadEvent.ReadEvent>

const data = new Set<ReadEvent.ReadEvent["_tag"]>(["Upsert", "Tombstone", "PendingSnapshot", "Quarantined"])

/** Rows of ledgers, read or not; a statement is told on every read and does not count. */
const weight = (events: Events): number =>
  events.filter((event) => event._tag === "Quarantined" || (event._tag === "Upsert" && !Mirror.isStatement(event.row)))
    .length

const checkpoints = (events: Events): ReadonlyArray<{ readonly at: number; readonly checkpoint: string }> =>
  events.flatMap((event, at) => (event._tag === "Checkpoint" ? [{ at, checkpoint: event.checkpoint }] : []))

const same = (expected: Mirror.Mirror, actual: Mirror.Mirror, suffered: string, where: string) =>
  Effect.suspend(() => {
    const wrong = Mirror.difference(expected, actual)
    return wrong === undefined ? Effect.void : fail(suffered, `${where}: ${Mirror.describe(wrong)}`)
  })

/** Reads, with something happening after `at` events, then goes on from the last checkpoint. */
const interfered = (stage: Stage, walk: Walk, at: number, act: Effect.Effect<void>) =>
  Effect.gen(function* () {
    let heard = 0
    const first = committed(
      yield* stage.calm(walk, {
        during: () => {
          heard += 1
          return heard === at ? act : Effect.void
        }
      })
    )
    return Mirror.of(first.events, yield* stage.calm(walk, { checkpoint: first.checkpoint }))
  })

/** What a person sees as pending. */
const pendingIn = (mirror: Mirror.Mirror): ReadonlyArray<string> =>
  [...mirror.rows()].filter(([, kept]) => kept.pending && !kept.gone).map(([key]) => key)

const nonePending = ({ pending }: Stage) =>
  new Skipped(
    pending
      ? { reason: "the far side shows no pending row" }
      : { reason: "this provider shows nothing as pending", free: true }
  )

/** Everything settled a person saw after `before` is still there after `events`; what is pending may go at any time. */
const keepsAll = (before: Events, events: Events, walk: Walk) => {
  const now = new Set(Mirror.of(before, events).live())
  const lost = [...Mirror.of(before).rows()].flatMap(([key, kept]) =>
    kept.gone || kept.pending || now.has(key) ? [] : [key]
  )
  return ensure(
    lost.length === 0,
    "their purchases deleted by an empty answer",
    () => `${walk.stream}: ${lost.slice(0, 3).join(", ")} gone`
  )
}

export const silver: ReadonlyArray<Check> = [
  onStage({
    id: "C2",
    title: "resuming from any checkpoint loses nothing and adds nothing",
    level: "silver",
    wouldHaveCaught: "a restart in the middle of a sync after which some purchases never arrive",
    play: (stage) =>
      Effect.gen(function* () {
        for (const walk of stage.walks) {
          const events = yield* stage.calm(walk)
          const marks = checkpoints(events)
          for (const index of spread(marks.length, 8)) {
            const mark = marks[index]
            if (mark === undefined) continue
            const rest = yield* stage.calm(walk, { checkpoint: mark.checkpoint })
            yield* same(
              Mirror.of(events),
              Mirror.of(events.slice(0, mark.at), rest),
              "purchases that never arrive after a restart",
              `${walk.stream}, resumed from checkpoint ${index + 1} of ${marks.length}`
            )
          }
        }
      })
  }),
  onStage({
    id: "C2-less",
    title: "resuming asks for less than starting over",
    level: "silver",
    appliesTo: hasCursor,
    wouldHaveCaught: "a checkpoint that rewinds, so that every sync reads the whole history and meets the rate limit",
    play: (stage) =>
      Effect.gen(function* () {
        const moving = stage.walks.filter(({ stream }) => stage.manifest.streams[stream]?.live === "cursor")
        const shown = new Set<string>()
        for (const walk of moving) {
          const events = yield* stage.calm(walk)
          const whole = weight(events)
          if (whole === 0) continue
          shown.add(walk.stream)
          const marks = checkpoints(events)
          let least = whole
          for (const index of spread(marks.length, 6)) {
            const mark = marks[index]
            if (mark === undefined) continue
            const rest = weight(yield* stage.calm(walk, { checkpoint: mark.checkpoint }))
            yield* ensure(
              rest <= least,
              "a sync that takes longer every time",
              () => `${walk.stream}: ${rest} rows again from checkpoint ${index + 1}, ${least} from one before it`
            )
            least = rest
          }
          yield* ensure(
            least < whole,
            "a rate limit, because every sync reads everything again",
            () => `${walk.stream}: ${least} of ${whole} rows again from the last checkpoint`
          )
        }
        const silent = moving.find(({ stream }) => !shown.has(stream))
        if (silent !== undefined) return yield* new Skipped({ reason: `the far side shows no row of ${silent.stream}` })
      })
  }),
  onStage({
    id: "C3",
    title: "a checkpoint is never ahead of its rows, wherever the read is killed",
    level: "silver",
    wouldHaveCaught: "a checkpoint sent before the page it stands for: killed in between, the page is never read",
    play: (stage) =>
      Effect.gen(function* () {
        for (const walk of stage.walks) {
          const events = yield* stage.calm(walk)
          const tail = events.slice(committed(events).events.length).filter((event) => data.has(event._tag))
          yield* ensure(
            tail.length === 0,
            "rows that are read on every sync and never stored",
            () => `${walk.stream}: ${tail.length} events after the last checkpoint`
          )
          // Kills between the same two checkpoints leave the same to be read.
          const rests = new Map<string | undefined, ReadonlyArray<ReadEvent.ReadEvent>>()
          for (const index of spread(events.length, 12)) {
            const { events: heard } = yield* stage.listen(walk, { upTo: index + 1 })
            const held = committed(heard)
            const rest = rests.get(held.checkpoint) ?? (yield* stage.calm(walk, { checkpoint: held.checkpoint }))
            rests.set(held.checkpoint, rest)
            yield* same(
              Mirror.of(events),
              Mirror.of(held.events, rest),
              "purchases that never arrive after a crash",
              `${walk.stream}, killed after event ${index + 1} of ${events.length}`
            )
          }
        }
      })
  }),
  onStage({
    id: "C4",
    title: "rows that repeat between pages change nothing",
    level: "silver",
    appliesTo: online,
    wouldHaveCaught: "a purchase that counts twice because two pages carried it",
    play: (stage) =>
      Effect.gen(function* () {
        const repeat = yield* stage.can("repeatRows")
        const before = yield* Effect.forEach(stage.walks, (walk) => stage.calm(walk))
        yield* repeat
        for (const [index, walk] of stage.walks.entries()) {
          const again = Mirror.of(yield* stage.calm(walk))
          yield* same(Mirror.of(before[index] ?? []), again, "a purchase that counts twice", walk.stream)
        }
      })
  }),
  onStage({
    id: "C4-order",
    title: "rows in another order within their page say the same",
    level: "silver",
    appliesTo: ofHolder,
    wouldHaveCaught: "a reader that stops at the first row it takes for an old one, and misses those behind it",
    play: (stage) =>
      Effect.gen(function* () {
        const shuffle = yield* stage.can("shuffleRows")
        const before = yield* Effect.forEach(stage.walks, (walk) => stage.calm(walk))
        yield* shuffle
        for (const [index, walk] of stage.walks.entries()) {
          const again = Mirror.of(yield* stage.calm(walk))
          yield* same(Mirror.of(before[index] ?? []), again, "purchases that are missing on some days", walk.stream)
        }
      })
  }),
  onStage({
    id: "C8",
    title: "rows that move between pages while they are walked are all read",
    level: "silver",
    appliesTo: online,
    wouldHaveCaught: "paging by position: a new purchase pushes an old one over the edge of the page",
    play: (_, another) =>
      Effect.gen(function* () {
        const { manifest, walks } = yield* another
        for (const [index, { stream }] of walks.entries()) {
          if (!listed(manifest).includes(stream)) continue
          const stage = yield* another
          const walk = stage.walks[index]
          if (walk === undefined) continue
          const shift = yield* stage.can("shiftPages")
          const before = Mirror.of(yield* stage.calm(walk)).live()
          yield* shift
          const first = committed(yield* stage.calm(walk))
          const rest = yield* stage.calm(walk, { checkpoint: first.checkpoint })
          const now = new Set(Mirror.of(first.events, rest).live())
          const lost = before.filter((key) => !now.has(key))
          yield* ensure(lost.length === 0, "a gap in their history", () => `${lost.slice(0, 3).join(", ")} not read`)
        }
      })
  }),
  onStage({
    id: "C9",
    title: "a change while pages are walked is there in the end",
    level: "silver",
    appliesTo: online,
    wouldHaveCaught: "a payment made during a sync that stays unpaid in the app",
    play: (_, another) =>
      Effect.gen(function* () {
        const { walks } = yield* another
        for (const [index, share] of walks.flatMap((_, place) => [0, 0.5, 1].map((part) => [place, part] as const))) {
          const stage = yield* another
          const walk = stage.walks[index]
          if (walk === undefined) continue
          const mutate = yield* stage.can("mutate")
          const { length } = yield* stage.calm(walk)
          const actual = yield* interfered(stage, walk, Math.max(1, Math.round(length * share)), mutate)
          yield* same(Mirror.of(yield* stage.calm(walk)), actual, "a payment that stays unpaid", walk.stream)
        }
      })
  }),
  onStage({
    id: "C12",
    title: "what happened while nobody read is read afterwards",
    level: "silver",
    appliesTo: online,
    wouldHaveCaught: "a gap the length of an outage, in the middle of the history",
    play: (stage) =>
      Effect.gen(function* () {
        const mutate = yield* stage.can("mutate")
        const before = yield* Effect.forEach(stage.walks, (walk) => stage.calm(walk))
        yield* mutate
        yield* mutate
        for (const [index, walk] of stage.walks.entries()) {
          const held = committed(before[index] ?? [])
          const rest = yield* stage.calm(walk, { checkpoint: held.checkpoint })
          const whole = Mirror.of(yield* stage.calm(walk))
          yield* same(whole, Mirror.of(held.events, rest), "a gap in their history", walk.stream)
        }
      })
  }),
  onStage({
    about: "pages",
    id: "C22",
    title: "a long history is handed on page by page",
    level: "silver",
    appliesTo: (manifest) => ofHolder(manifest) && hasCursor(manifest),
    wouldHaveCaught: "ten years of purchases held in memory before the first is stored; killed, nothing is",
    play: (stage) =>
      Effect.gen(function* () {
        let long = 0
        for (const walk of stage.walks.filter(({ stream }) => listed(stage.manifest).includes(stream))) {
          const from = stage.recorder.sent().length
          let first: number | undefined
          yield* stage.calm(walk, {
            during: (event) =>
              Effect.sync(() => {
                if (event._tag === "Checkpoint") first ??= stage.recorder.sent().length - from
              })
          })
          const all = stage.recorder.sent().length - from
          if (all < 4) continue
          long += 1
          yield* ensure(
            first !== undefined && first < all,
            "a first sync that starts over every time it is interrupted",
            () => `${walk.stream}: the first checkpoint came after all ${all} requests`
          )
        }
        if (long === 0) return yield* new Skipped({ reason: "no list of the far side takes several pages" })
      })
  }),
  onStage({
    id: "C5",
    title: "an empty list deletes nothing",
    level: "silver",
    appliesTo: online,
    wouldHaveCaught: "a bad minute at the provider that wipes the mirror",
    play: (stage) =>
      Effect.gen(function* () {
        const empty = yield* stage.can("emptyLists")
        const before = yield* Effect.forEach(stage.walks, (walk) => stage.calm(walk))
        yield* empty
        for (const [index, walk] of stage.walks.entries()) {
          const held = committed(before[index] ?? [])
          for (const checkpoint of [undefined, held.checkpoint]) {
            const { events } = yield* stage.listen(walk, { checkpoint })
            yield* keepsAll(held.events, events, walk)
          }
        }
      })
  }),
  onStage({
    id: "C5-partial",
    title: "a read that fails half way deletes nothing",
    level: "silver",
    appliesTo: online,
    wouldHaveCaught: "deletion by absence, after the second of three pages failed",
    play: (stage) =>
      Effect.gen(function* () {
        const failNext = yield* stage.can("failNext")
        for (const walk of stage.walks) {
          yield* failNext(0)
          const before = yield* stage.calm(walk)
          for (const after of [0, 1]) {
            yield* failNext(1000, after)
            const { events } = yield* stage.listen(walk)
            yield* keepsAll(before, events, walk)
          }
        }
      })
  }),
  onStage({
    id: "C7",
    title: "what was pending settles as the same row",
    level: "silver",
    appliesTo: online,
    wouldHaveCaught: "a coffee that shows twice, once pending and once booked",
    play: (stage) =>
      Effect.gen(function* () {
        const before = yield* Effect.forEach(stage.walks, (walk) => stage.calm(walk))
        if (before.every((events) => pendingIn(Mirror.of(events)).length === 0)) return yield* nonePending(stage)
        yield* yield* stage.can("settle")
        for (const [index, walk] of stage.walks.entries()) {
          const held = committed(before[index] ?? [])
          const was = Mirror.of(held.events)
          const now = Mirror.of(held.events, yield* stage.calm(walk, { checkpoint: held.checkpoint }))
          const left = pendingIn(now)
          yield* ensure(left.length === 0, "a payment that stays pending for ever", () => left.slice(0, 3).join(", "))
          yield* ensure(
            now.live().length <= was.live().length,
            "a payment that shows twice",
            () => `${walk.stream}: ${was.live().length} rows before, ${now.live().length} after`
          )
        }
      })
  }),
  onStage({
    id: "C7-gone",
    title: "what was pending and came to nothing does not stay",
    level: "silver",
    appliesTo: online,
    wouldHaveCaught: "a reservation that a store gave up, and that is taken off what they have for ever",
    play: (stage) =>
      Effect.gen(function* () {
        const before = yield* Effect.forEach(stage.walks, (walk) => stage.calm(walk))
        const waiting = before.flatMap((events) => pendingIn(Mirror.of(events))).length
        if (waiting === 0) return yield* nonePending(stage)
        yield* yield* stage.can("lapse")
        let left = 0
        for (const [index, walk] of stage.walks.entries()) {
          const held = committed(before[index] ?? [])
          const was = Mirror.of(held.events).live().length
          const now = Mirror.of(held.events, yield* stage.calm(walk, { checkpoint: held.checkpoint }))
          left += pendingIn(now).length
          yield* ensure(
            now.live().length <= was,
            "a payment that was never made, and shows twice",
            () => `${walk.stream}: ${was} rows before, ${now.live().length} after`
          )
        }
        yield* ensure(
          left < waiting,
          "money held back for ever by a store that gave up",
          () => `${waiting} rows were pending, ${left} still are`
        )
      })
  })
]
