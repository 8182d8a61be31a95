/**
 * `paymirror check-live`: whether a provider still speaks as its connector was mapped, by one page of each stream of an
 * account that consents. For a person and for a schedule: the exit code is the answer.
 */
import { Fixture, type Exchange, tap } from "@paymirror/connector-testing/fixtures"
import type { ReadEvent, StreamName } from "@paymirror/core"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Predicate from "effect/Predicate"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { connectionOf } from "../connectionOf.ts"
import * as Connectors from "../Connectors.ts"
import { codes, Refusal } from "../Exit.ts"
import * as FirstPage from "../live/firstPage.ts"
import { type Drift, judge, overall, type StreamCheck } from "../live/LiveCheck.ts"
import * as Live from "../live/liveFlags.ts"
import { liveRead, streamsAsked } from "../live/liveRead.ts"
import { presenceOf } from "../presence.ts"
import { answer, withMirror } from "../root.ts"
import { section } from "../Sections.ts"
import { wrap } from "../wrap.ts"

/** The recording of a stream in a folder, where it has one. */
const fixtureIn = (folder: string, stream: StreamName.StreamName, connector: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const file = (yield* Path.Path).join(folder, `${stream}.json`)
    if (!(yield* fs.exists(file))) return undefined
    const fixture = yield* Effect.flatMap(fs.readFileString(file), Fixture.decode).pipe(
      Effect.mapError(
        () => new Refusal({ message: `${file} is no fixture; \`paymirror record\` writes them.`, code: codes.usage })
      )
    )
    if (fixture.connector === connector) return fixture
    return yield* new Refusal({ message: `${file} is a recording of ${fixture.connector}.`, code: codes.usage })
  })

const words: { readonly [Kind in Drift["kind"]]: string } = {
  endpoint_moved: "has moved",
  rows_gone: "rows are gone",
  field_gone: "field is gone",
  field_new: "field is new",
  value_unknown: "word is not known",
  row_quarantined: "could not be read"
}

const lineOf = ({ count, detail, endpoint, kind, path }: Drift): string =>
  kind === "row_quarantined"
    ? `  ${count} ${count === 1 ? "row" : "rows"} ${words[kind]}: ${detail}`
    : `  ${[endpoint, path].filter((part) => part !== "").join(" ")}: ${words[kind]} (${detail})`

const verdicts = { as_mapped: "as mapped", drift: "drift", not_checked: "could not be checked" } as const

/** Within the terminal; a line that goes on is set in. */
const within = (line: string, room: number): string => {
  const indent = line.length - line.trimStart().length
  return wrap(line.trimStart(), room - indent - 2)
    .map((part, index) => `${" ".repeat(index === 0 ? indent : indent + 2)}${part}`)
    .join("\n")
}

/** Where a connection has several accounts, each is named. */
const textOf = (checks: ReadonlyArray<StreamCheck>): ReadonlyArray<string> =>
  checks.flatMap(({ accountId, drift, notSeen, stream, unchecked, verdict }) => [
    `${stream}${checks.every((one) => one.accountId === accountId) ? "" : ` (${accountId})`}: ${verdicts[verdict]}`,
    ...drift.map(lineOf),
    ...unchecked.map((why) => `  not checked: ${why}`),
    ...notSeen.map(
      ({ endpoint, path }) => `  ${endpoint} ${path}: not on this page, though recordings have it sometimes`
    )
  ])

/**
 * Whatever keeps it from looking, a consent, a key or a network, the one answer to a schedule is that it could not tell;
 * a crash must not read as drift.
 */
const untold = (cause: Cause.Cause<unknown>): Effect.Effect<never, Refusal> => {
  if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
  const error = Cause.squash(cause)
  const tag = Predicate.hasProperty(error, "_tag") ? String(error._tag) : "a defect"
  const message =
    error instanceof Refusal
      ? error.message
      : `This host could not look (${tag}). \`paymirror doctor\` says what is not sound.`
  return Effect.fail(new Refusal({ message, code: codes.usage }))
}

const check = Effect.fn(function* (flags: {
  readonly id: string
  readonly asked: ReadonlyArray<StreamName.StreamName>
  readonly fixtures: Option.Option<string>
  readonly address: Option.Option<string>
}) {
  const presence = yield* presenceOf(flags.address)
  return yield* withMirror(
    Effect.gen(function* () {
      const connection = yield* connectionOf(flags.id)
      const { entry, manifest, streams } = yield* streamsAsked(connection, flags.asked)
      const map = yield* Connectors.wireOf(entry, connection.settings)
      const fixtures = new Map<StreamName.StreamName, Fixture.Fixture>()
      for (const stream of Option.isNone(flags.fixtures) ? [] : streams) {
        const fixture = yield* fixtureIn(
          Option.getOrElse(flags.fixtures, () => ""),
          stream,
          manifest.id
        )
        if (fixture !== undefined) fixtures.set(stream, fixture)
      }
      const pages = new Map<
        string,
        { readonly exchanges: Array<Exchange>; readonly events: Array<ReadEvent.ReadEvent> }
      >()
      const looks = yield* liveRead({
        connection,
        entry,
        streams,
        presence,
        command: "check-live",
        action: "read",
        watch: (stream, accountId) => {
          const page = { exchanges: [] as Array<Exchange>, events: [] as Array<ReadEvent.ReadEvent> }
          pages.set(`${accountId} ${stream}`, page)
          const first = FirstPage.make()
          const note = tap((exchange) => page.exchanges.push(exchange), { base: Live.basePath(connection.settings) })
          return {
            around: (http) => first.around(note(http)),
            hear: first.hear((event) => page.events.push(event)),
            heard: () => page.events.filter(({ _tag }) => _tag === "Upsert" || _tag === "Quarantined").length
          }
        }
      })
      const checks = looks.map((look) => {
        const { events = [], exchanges = [] } = pages.get(`${look.accountId} ${look.stream}`) ?? {}
        return judge({ look, events, exchanges, map, fixture: fixtures.get(look.stream) })
      })
      return {
        verdict: overall(checks),
        connector: manifest.id,
        maturity: manifest.maturity,
        mappedAgainst: map?.mappedAgainst,
        streams: checks
      }
    })
  )
})

export const checkLive = Command.make(
  "check-live",
  {
    connection: Live.connection,
    streams: Live.streams,
    fixtures: Flag.Directory("fixtures", { mustExist: true }).pipe(
      Flag.withDescription("A folder of recordings: a field that every recorded row had and this page has not is gone"),
      Flag.optional
    ),
    address: Live.address
  },
  Effect.fn(function* ({ address, connection: id, fixtures, streams: asked }) {
    const found = yield* check({ id, asked, fixtures, address }).pipe(Effect.catchCause(untold))
    const { connector, mappedAgainst, maturity, streams, verdict } = found
    const against =
      mappedAgainst === undefined
        ? "no map"
        : `${mappedAgainst.app} ${mappedAgainst.version}, ${mappedAgainst.source} of ${mappedAgainst.date}`
    yield* answer(found, (room) =>
      [
        `${connector} (${maturity}), mapped against ${against}`,
        ...section(
          "One page of each stream",
          textOf(streams).map((line) => within(line, room))
        )
      ].join("\n")
    )
    if (verdict === "drift") {
      return yield* new Refusal({
        message:
          "The provider does not speak as it was mapped. Nothing was written; the mirror goes on with what it can read.",
        code: codes.failed
      })
    }
    if (verdict === "not_checked") {
      return yield* new Refusal({
        message: "Not every stream could be checked; what could is as mapped.",
        code: codes.usage
      })
    }
  })
).pipe(
  Command.withDescription(
    "Hold one page of each stream of a live account against what its connector was mapped against. Exit code: 0 as mapped, 1 drift, 2 could not be checked"
  ),
  Command.withExamples([
    { command: "paymirror check-live CONNECTION", description: "Every stream the consent covers" },
    {
      command: "paymirror check-live CONNECTION --fixtures test/fixtures --json",
      description: "For a schedule: also what recordings had and is gone"
    }
  ])
)
