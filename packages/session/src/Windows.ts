/**
 * A list that is asked for by windows of time, walked from the past to now. A page is only of use beside the others of the
 * same refresh of the list, so a window whose list was refreshed under the walk begins again. A window with too many rows is
 * cut in two. The last days are read again by every run, because rows come late, and from as far back as a row still
 * waits; inside the last days no place is kept, since the next run begins before them.
 */
import { CalendarDate, type ConnectorError, Instant, type ReadEvent } from "@paymirror/core"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { declined, type Get } from "./Access.ts"
import * as Feed from "./Feed.ts"
import * as Field from "./Field.ts"
import type { Answer } from "./Http.ts"
import type { Line } from "./Line.ts"
import type { Windows } from "./Paging.ts"
import { type Checkpoint, checkpoint, type Course, type Events } from "./Walk.ts"

/** Where a walk stands, in epoch seconds. Everything before `from` has been read; inside a window, the pages before `page`. */
const Place = Schema.Struct({
  from: Schema.Int,
  /** The oldest row that waits, of those before the place. */
  waiting: Schema.optionalKey(Schema.Int),
  inside: Schema.optionalKey(Schema.Struct({ to: Schema.Int, page: Schema.Int, list: Schema.String }))
})
type Place = typeof Place.Type

const placeJson = Schema.fromJsonString(Place)
const decode = Schema.decodeUnknownOption(placeJson)
const encode = Schema.encodeSync(placeJson)

const daySeconds = 86_400

const text = (seconds: number): string => `${Instant.fromEpochMillis(seconds * 1000).slice(0, 19)}Z`

const secondsOf = (value: unknown): number | undefined => {
  const instant = typeof value === "string" ? Instant.parse(value) : undefined
  return instant === undefined ? undefined : Math.floor(Instant.toEpochMillis(instant) / 1000)
}

const least = (...seconds: ReadonlyArray<number | undefined>): number =>
  Math.min(...seconds.filter((each) => each !== undefined))

const says = (value: unknown, { field, is }: { readonly field: string; readonly is: string }): boolean =>
  Field.at(value, field) === is

/** How often one window may begin again before the list counts as one that cannot be read. */
const refreshesAllowed = 5

/** What one answer says of its list, or the field that cannot be read. */
const listOf = ({ answer }: Windows, list: Feed.List, body: unknown) => {
  const pages = Field.at(body, answer.pages)
  if (typeof pages !== "number" || !Number.isInteger(pages) || pages < 0) return answer.pages
  const rows = Feed.rowsOf(list, body) ?? (pages === 0 && Field.at(body, list.rows) === undefined ? [] : undefined)
  if (rows === undefined) return list.rows
  const refreshed = secondsOf(Field.at(body, answer.refreshed))
  return { pages, rows, refreshed, servedTo: secondsOf(Field.at(body, answer.servedTo)), mark: `${refreshed}/${pages}` }
}

export const walk = (
  get: Get,
  { fault, settings }: Line,
  { list, only, paging, place, stream }: Course<Windows>
): Events =>
  Stream.fromPull(
    Effect.map(Clock.currentTimeMillis, (millis) => {
      const { answer, late, parameters, waiting } = paging
      const now = Math.floor(millis / 1000)
      const size = Math.min(settings.pageSize, paging.most)
      const envelope = Feed.envelopeOf(list, Object.values(answer))
      const isTooLarge = ({ body }: Answer) => says(Option.getOrUndefined(body), paging.tooLarge)
      const earliest = now - paging.history * daySeconds
      const known = Option.getOrUndefined(decode(place.at.cursor))
      const began: Place = known === undefined || known.from < earliest ? { from: earliest } : known
      const most = paging.days * daySeconds
      let at = began
      let span = most
      let served = now
      let pages = 0
      let refreshes = 0
      let done = false

      const keep = (next: Place): void => void (place.at = { feed: place.at.feed, cursor: encode(next) })
      /** The last days are windows of their own, so that what the next run reads again is no more than that. */
      const endOf = (from: number): number => {
        const tail = served - late * daySeconds
        return Math.min(from + span, from < tail ? tail : now)
      }
      let to = at.inside?.to ?? endOf(at.from)
      /** The window from its first page on. */
      const opened = ({ from, waiting: since }: Place): Place => ({
        from,
        ...(since !== undefined && { waiting: since })
      })

      const waitsSince = (rows: ReadonlyArray<unknown>): ReadonlyArray<number> =>
        rows
          .flatMap((row) => (says(row, waiting) ? (secondsOf(Field.at(row, waiting.since)) ?? []) : []))
          .filter((since) => since >= served - waiting.days * daySeconds)

      const pull: Effect.Effect<
        Arr.NonEmptyReadonlyArray<ReadEvent.ReadEvent<Checkpoint>>,
        ConnectorError.ConnectorError | Cause.Done
      > = Effect.gen(function* () {
        if (done) return yield* Cause.done()
        if (pages >= settings.maxPages)
          return yield* fault.unexpected(`incomplete: ${list.path} has not ended in ${pages} pages`)
        pages += 1
        const page = at.inside?.page ?? 1
        const ends = { [parameters.from]: text(at.from), [parameters.to]: text(to) }
        const body = yield* get(
          list.path,
          { ...list.query, ...ends, [parameters.page]: String(page), [parameters.size]: String(size) },
          isTooLarge
        )
        if (body === declined) {
          const middle = Math.floor((at.from + to) / 2)
          if (middle === at.from) return yield* fault.unexpected(`${list.path} has too many rows in one second`)
          span = middle - at.from
          to = middle
          at = opened(at)
          return yield* pull
        }
        const said = listOf(paging, list, body)
        if (typeof said === "string") return yield* fault.unexpected(`the answer cannot be read at ${said}`)
        served = least(
          now,
          said.refreshed,
          said.servedTo !== undefined && said.servedTo < to ? said.servedTo : undefined
        )
        if (at.inside !== undefined && at.inside.list !== said.mark) {
          refreshes += 1
          if (refreshes > refreshesAllowed)
            return yield* fault.unexpected(`incomplete: ${list.path} changes faster than it can be read`)
          at = opened(at)
          return yield* pull
        }
        const { events } = list.events(said.rows, stream, only)
        const told = [...events, ...Feed.envelopeDrift(envelope, body, stream)]
        const since = [...waitsSince(said.rows), ...(at.waiting === undefined ? [] : [at.waiting])]
        const waits = since.length === 0 ? {} : { waiting: least(...since) }
        const tail = served - late * daySeconds
        if (page < said.pages) {
          const first = page === 1 ? opened(at) : undefined
          at = { from: at.from, ...waits, inside: { to, page: page + 1, list: said.mark } }
          if (to <= tail) keep(at)
          else if (first !== undefined) keep(first)
          return Arr.append(told, checkpoint(place.at))
        }
        refreshes = 0
        if (to < now && served >= to) {
          at = { from: to, ...waits }
          span = Math.min(span * 2, most)
          to = endOf(to)
          keep(at)
          return Arr.append(told, checkpoint(place.at))
        }
        done = true
        const reach: ReadEvent.Reach = { _tag: "Reach", stream, from: dayAfter(began.from) }
        keep({ from: least(tail, ...since) })
        return Arr.append([...told, reach], checkpoint(place.at))
      })
      return pull
    })
  )

/** The first day that lies wholly behind a moment. */
const dayAfter = (seconds: number): CalendarDate.CalendarDate =>
  CalendarDate.fromEpochDay(Math.ceil(seconds / daySeconds))
