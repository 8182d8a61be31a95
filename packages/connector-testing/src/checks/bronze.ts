/**
 * Bronze: what the connector says of itself is true, one read is right, and reading it again says the same. Errors are
 * in `errors.ts`; what only a file can show is in `files.ts`.
 */
import { Instant, Manifest, Row, StreamName } from "@paymirror/core"
import type { ReadEvent } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Check, CheckFailure } from "../Check.ts"
import { Skipped } from "../Check.ts"
import * as Mirror from "../Mirror.ts"
import * as Stage from "../Stage.ts"
import { ensure, fail, listed, ofHolder, onStage, online, type Play, upserts } from "./onStage.ts"

/** The id a row states itself; a statement (a balance, a standing) has none. */
const idIn = (upsert: ReadEvent.Upsert): string | undefined => {
  switch (upsert.stream) {
    case "purchases":
      return upsert.row.purchaseId
    case "plans":
      return upsert.row.planId
    case "card":
      return upsert.row.transactionId
    case "balance":
    case "points":
      return upsert.row.rowType === "entry" ? upsert.row.entryId : undefined
    case "deliveries":
      return upsert.row.deliveryId
    case "profile":
      return upsert.row.profileId
  }
}

const fault = (upsert: ReadEvent.Upsert): string | undefined => {
  const schema: Schema.Codec<unknown> = Row.schemas[upsert.stream]
  const read = Schema.decodeUnknownResult(schema)(upsert.row, { onExcessProperty: "error" })
  const where = `${upsert.stream}/${upsert.id}`
  if (Result.isFailure(read)) return `${where}: ${read.failure.message}`
  if (!Mirror.sameRow(JSON.parse(JSON.stringify(upsert.row)), upsert.row)) return `${where} changes when it is stored`
  if (upsert.id === "") return `${upsert.stream}: an empty id`
  const own = idIn(upsert)
  if (own !== undefined && own !== upsert.id) return `${where} names itself ${own}`
  if (upsert.version !== undefined && !Schema.is(Instant.Instant)(upsert.version))
    return `${where}: its version is no instant`
  return undefined
}

export const bronze: ReadonlyArray<Check> = [
  {
    id: "M1",
    title: "the manifest is well-formed and can be read without running anything",
    level: "bronze",
    appliesTo: () => true,
    wouldHaveCaught: "a stream by way of one that is absent; a host with a scheme in it; a manifest that is not data",
    run: (subject) =>
      Effect.gen(function* () {
        const { manifest } = subject
        const copy: unknown = JSON.parse(JSON.stringify(manifest))
        const read = Schema.decodeUnknownResult(Manifest.Manifest)(copy, { onExcessProperty: "error" })
        if (Result.isFailure(read)) return yield* fail("a connector that cannot be offered", read.failure.message)
        const streams = StreamName.streamNames.filter((name) => manifest.streams[name] !== undefined)
        yield* ensure(streams.length > 0, "a connector with nothing in it", () => "no stream")
        for (const name of streams) {
          const via = manifest.streams[name]?.via
          yield* ensure(
            via === undefined || (manifest.streams[via] !== undefined && manifest.streams[via].via === undefined),
            "a stream that is promised and never filled",
            () => `${name} comes by way of ${via}, which is not read itself`
          )
        }
        for (const host of manifest.hosts) {
          yield* ensure(
            URL.canParse(`https://${host}/`) && new URL(`https://${host}/`).host === host,
            "a firewall that blocks every read",
            () => `"${host}" is not a host as it stands in a URL`
          )
        }
        yield* ensure(
          (manifest.route === "export") === (manifest.link === "upload"),
          "a link that cannot be made",
          () => `route ${manifest.route}, link ${manifest.link}`
        )
      })
  },
  onStage({
    id: "M2",
    title: "every stream in the manifest reads, and no other",
    level: "bronze",
    wouldHaveCaught: "a stream that was promised and always empty; rows of a stream nobody consented to",
    play: (stage) =>
      Effect.gen(function* () {
        yield* ensure(
          JSON.stringify(stage.connector.manifest) === JSON.stringify(stage.manifest),
          "a connector that does something else than it says",
          () => "the layer carries another manifest than the package exports"
        )
        yield* ensure(stage.linked.accounts.length > 0, "a link that leads nowhere", () => "no account was linked")
        const heard = new Set<StreamName.StreamName>()
        for (const walk of stage.walks) {
          const allowed = Stage.delivered(stage.manifest, walk.stream)
          for (const event of yield* stage.calm(walk)) {
            if (event._tag === "Checkpoint") continue
            yield* ensure(
              allowed.includes(event.stream),
              "rows they never agreed to share",
              () => `reading ${walk.stream} gave ${event.stream}`
            )
            if (event._tag === "Upsert") heard.add(event.stream)
          }
        }
        const account = stage.linked.accounts[0]
        if (account === undefined) return
        for (const stream of StreamName.streamNames) {
          if (stage.manifest.streams[stream] !== undefined) continue
          const { error, events } = yield* stage.listen({ account, stream })
          yield* ensure(
            upserts(events).length === 0,
            "rows they never agreed to share",
            () => `${stream} is not in the manifest`
          )
          yield* ensure(
            error?.reason._tag !== "ConsentRequired" && error?.reason._tag !== "RateLimited",
            "a request to link again that changes nothing",
            () => `${stream}, which is not in the manifest, ended with ${error?.reason._tag}`
          )
        }
        const promised = StreamName.streamNames.filter((name) => stage.manifest.streams[name] !== undefined)
        const silent = promised.filter((name) => !heard.has(name))
        const shows = yield* Effect.orElseSucceed(stage.can("shows"), () => () => Effect.succeed(undefined))
        for (const stream of silent) {
          const shown = (yield* shows(stream)) ?? 0
          yield* ensure(
            shown === 0,
            `an app that promises ${stream} and has none`,
            () => `${stream}: the provider shows ${shown} rows, none was read`
          )
        }
        if (silent.length > 0 && (online(stage.manifest) || heard.size === 0)) {
          return yield* new Skipped({ reason: `the far side shows no row of ${silent.join(", ")}` })
        }
      })
  }),
  onStage({
    id: "M3",
    title: "every row satisfies the model and is filed under its own id",
    level: "bronze",
    wouldHaveCaught:
      "an amount as a float, a date as a Date, the provider's own fields passed through, an id that is not the row's",
    play: (stage) =>
      Effect.gen(function* () {
        for (const walk of stage.walks) {
          for (const upsert of upserts(yield* stage.calm(walk))) {
            const wrong = fault(upsert)
            if (wrong !== undefined) return yield* fail("a row no screen can show", wrong)
          }
        }
      })
  }),
  onStage({
    id: "C1",
    title: "reading twice says the same thing",
    level: "bronze",
    wouldHaveCaught: "ids made up on each read, so that every purchase shows once per sync",
    play: (stage) =>
      Effect.gen(function* () {
        for (const walk of stage.walks) {
          const first = yield* stage.calm(walk)
          const second = yield* stage.calm(walk, { session: stage.sessionOf(yield* granted(stage)) })
          const once = Mirror.of(first)
          const wrong = Mirror.difference(once, Mirror.of(second)) ?? Mirror.difference(once, Mirror.of(first, second))
          if (wrong !== undefined) {
            return yield* fail("the same purchase again after every sync", `${walk.stream}: ${Mirror.describe(wrong)}`)
          }
        }
      })
  }),
  onStage({
    id: "C21",
    title: "a checkpoint that cannot be read means starting over",
    level: "bronze",
    wouldHaveCaught: "an upgrade after which every sync crashes on the old checkpoint",
    play: (stage) =>
      Effect.gen(function* () {
        for (const walk of stage.walks) {
          const whole = Mirror.of(yield* stage.calm(walk))
          const odd = ["", "not json", "null", '{"from":"another version"}', "[]"]
          for (const checkpoint of [...odd, ...stage.earlier]) {
            const again = Mirror.of(yield* stage.calm(walk, { checkpoint }))
            const wrong = Mirror.difference(whole, again)
            if (wrong !== undefined) {
              return yield* fail("rows missing for good after an upgrade", `${walk.stream}: ${Mirror.describe(wrong)}`)
            }
          }
        }
      })
  }),
  onStage({
    id: "C21-grant",
    title: "a grant that cannot be read means linking again",
    level: "bronze",
    wouldHaveCaught: "a lost key that shows as a crash instead of a request to link again",
    play: (stage) =>
      Effect.gen(function* () {
        for (const walk of stage.walks) {
          for (const text of ["", "not json", "null", '{"from":"another version"}']) {
            const session = stage.sessionOf({ grant: Redacted.make(text), accounts: stage.linked.accounts })
            const { error, events } = yield* stage.listen(walk, { session })
            yield* ensure(
              error?.reason._tag === "ConsentRequired" && upserts(events).length === 0,
              "an error nobody can act on, where they had to link again",
              () => `${walk.stream} ended with ${error?.reason._tag ?? "success"}`
            )
          }
        }
      })
  }),
  onStage({
    id: "C13",
    title: "a row that cannot be read is quarantined and the rest is read",
    level: "bronze",
    appliesTo: online,
    wouldHaveCaught: "one odd row that stops every sync, or a row that disappears without a trace",
    play: struck("malformRow", (stream, before, after) => accounted(after, stream, before))
  }),
  onStage({
    id: "C13-name",
    title: "a row that is set aside bears the id it has when it can be read",
    level: "bronze",
    appliesTo: ofHolder,
    wouldHaveCaught: "a row that stays in quarantine for good, though the provider has mended it and it was read since",
    play: struck("malformRow", (stream, before, after) =>
      Effect.gen(function* () {
        const read = ownIds(after, stream)
        const missing = [...before].filter((id) => !read.has(id))
        for (const event of after) {
          if (event._tag !== "Quarantined" || event.stream !== stream) continue
          // A row whose own id was spoilt has none to bear.
          if (!missing.some((id) => event.raw.includes(JSON.stringify(id)))) continue
          yield* ensure(
            event.locator.id !== undefined && before.has(event.locator.id),
            "a row that stays in quarantine after it was read again",
            () => `${stream}: a row was set aside under ${event.locator.id === undefined ? "no id" : "another id"}`
          )
        }
      })
    )
  }),
  onStage({
    id: "C13-rows",
    title: "every row the provider shows is read, or stands in quarantine",
    level: "bronze",
    appliesTo: ofHolder,
    wouldHaveCaught: "a filter, a last row of each page or a second list that nobody reads, and no error anywhere",
    play: (stage) =>
      Effect.gen(function* () {
        const shows = yield* stage.can("shows")
        let compared = 0
        for (const stream of Stage.readable(stage.manifest)) {
          const shown = yield* shows(stream)
          if (shown === undefined) continue
          const walks = stage.walks.filter((walk) => walk.stream === stream)
          const events = (yield* Effect.forEach(walks, (walk) => stage.calm(walk))).flat()
          const ids = new Set(upserts(events).flatMap((each) => (each.stream === stream ? (idIn(each) ?? []) : [])))
          const kept = events.filter((event) => event._tag === "Quarantined" && event.stream === stream).length
          compared += shown
          yield* ensure(
            ids.size + kept >= shown,
            "a purchase that is not there, and nobody who knows",
            () => `${stream}: the provider shows ${shown} rows, ${ids.size} were read and ${kept} quarantined`
          )
        }
        if (compared === 0) return yield* new Skipped({ reason: "the far side does not say how many rows it shows" })
      })
  }),
  onStage({
    id: "C13-unknown",
    title: "a value nobody has documented never stops a read or hides a row",
    level: "bronze",
    appliesTo: online,
    wouldHaveCaught: "a new status at the provider that empties the app the same evening",
    play: struck("unknownValue", (stream, before, after) =>
      Effect.gen(function* () {
        const noticed = after.some(
          (event) => event._tag === "Quarantined" || (event._tag === "Drift" && event.kind === "unknown_value")
        )
        yield* ensure(noticed, "a status that is silently wrong", () => `${stream}: neither drift nor quarantine`)
        if (ownIds(after, stream).size < before.size) yield* accounted(after, stream, before)
      })
    )
  }),
  onStage({
    id: "C13-field",
    title: "a field nobody has documented passes and is counted",
    level: "bronze",
    appliesTo: online,
    wouldHaveCaught: "a strict decoder that refuses every row once the provider adds a field",
    play: (stage, another) =>
      Effect.gen(function* () {
        for (const [index, { stream }] of stage.walks.entries()) {
          if (!listed(stage.manifest).includes(stream)) continue
          const fresh = yield* another
          const walk = fresh.walks[index]
          if (walk === undefined) continue
          const add = yield* fresh.can("unknownField")
          const before = Mirror.of(yield* fresh.calm(walk))
          if (before.live().length === 0) continue
          yield* add(walk.stream)
          const events = yield* fresh.calm(walk)
          const wrong = Mirror.difference(before, Mirror.of(events))
          if (wrong !== undefined)
            return yield* fail("rows gone overnight", `${walk.stream}: ${Mirror.describe(wrong)}`)
          yield* ensure(
            events.some((event) => event._tag === "Drift" && event.kind === "unknown_field" && event.count > 0),
            "nothing, until the day it matters",
            () => `${walk.stream}: the new field was not counted as drift`
          )
        }
      })
  })
]

const granted = (
  stage: Stage.Stage
): Effect.Effect<{ grant: Redacted.Redacted<string>; accounts: Stage.Stage["linked"]["accounts"] }> =>
  stage.session.current.pipe(
    Effect.map(({ grant }) => ({ grant, accounts: stage.linked.accounts })),
    Effect.orElseSucceed(() => stage.linked)
  )

const ownIds = (events: ReadonlyArray<ReadEvent.ReadEvent>, stream: StreamName.StreamName): ReadonlySet<string> =>
  new Set(upserts(events).flatMap((upsert) => (upsert.stream === stream ? [upsert.id] : [])))

/** Every row of before is either still read or stands in quarantine, and one does. */
const accounted = (
  events: ReadonlyArray<ReadEvent.ReadEvent>,
  stream: StreamName.StreamName,
  before: ReadonlySet<string>
) => {
  const read = ownIds(events, stream)
  const missing = [...before].filter((id) => !read.has(id)).length
  const kept = events.filter((event) => event._tag === "Quarantined" && event.stream === stream).length
  return ensure(
    kept > 0 && missing <= kept,
    "a purchase that is not there, and nobody who knows",
    () => `${stream}: ${missing} of ${before.size} rows not read, ${kept} quarantined`
  )
}

/** Each list that shows rows, at a far side of its own: the ids read before a fault strikes it, and all that is read after. */
function struck(
  fault: "malformRow" | "unknownValue",
  hold: (
    stream: StreamName.StreamName,
    before: ReadonlySet<string>,
    after: ReadonlyArray<ReadEvent.ReadEvent>
  ) => Effect.Effect<void, CheckFailure>
): Play {
  return (stage, another) =>
    Effect.gen(function* () {
      for (const [index, { stream }] of stage.walks.entries()) {
        if (!listed(stage.manifest).includes(stream)) continue
        const fresh = yield* another
        const walk = fresh.walks[index]
        if (walk === undefined) continue
        const strike = yield* fresh.can(fault)
        const before = ownIds(yield* fresh.calm(walk), stream)
        if (before.size === 0) continue
        yield* strike(stream)
        yield* hold(stream, before, yield* fresh.calm(walk))
      }
    })
}
