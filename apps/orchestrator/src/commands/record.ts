/**
 * `paymirror record`: reads a linked account past the mirror and writes what went over the wire as fixtures, with nobody
 * in them. All of it is searched first; where anything of anybody is left, nothing is written.
 */
import { Canaries, Recording } from "@paymirror/connector-testing/fixtures"
import type { ReadEvent } from "@paymirror/core"
import { type Connection, Connections, Mirror, Sessions } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { connectionOf } from "../connectionOf.ts"
import * as Connectors from "../Connectors.ts"
import { codes, Refusal, sayOutcome, worst } from "../Exit.ts"
import * as Live from "../live/liveFlags.ts"
import { liveRead, streamsAsked } from "../live/liveRead.ts"
import { presenceOf } from "../presence.ts"
import { answer, progress, withMirror } from "../root.ts"

const lines = (path: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const text = yield* fs
      .readFileString(path)
      .pipe(Effect.mapError(() => new Refusal({ message: `${path} cannot be read.`, code: codes.inputRefused })))
    return text
      .split(/\r?\n/)
      .filter((line) => line.trim() !== "")
      .map((line, index): Canaries.Canary => ({ name: `line ${index + 1} of your list`, value: Redacted.make(line) }))
  })

/** What the grant holds now; it may be another one after a read. */
const ofGrant = ({ connectionId }: Connection) =>
  Effect.gen(function* () {
    const { grant } = yield* (yield* Sessions).of(connectionId).current
    return Canaries.within("the grant", JSON.parse(Redacted.value(grant)))
  }).pipe(Effect.catchTag("ConnectorError", () => Effect.succeed<ReadonlyArray<Canaries.Canary>>([])))

/** What this host knows of the person without asking anybody. */
const ofPerson = ({ connectionId, holderId }: Connection) =>
  Effect.gen(function* () {
    const accounts = yield* (yield* Connections).accounts(connectionId)
    const mine = new Set(accounts.map(({ accountId }) => accountId))
    const profiles = yield* Mirror.rows({ stream: "profile", limit: 1000 })
    return [
      { name: "the holder", value: Redacted.make(holderId) },
      ...accounts.map(({ linked }) => ({ name: "the account", value: Redacted.make(linked.identification) })),
      ...profiles.filter(({ accountId }) => mine.has(accountId)).flatMap(({ row }) => Canaries.within("profile", row))
    ]
  })

/** Names that a read brings to light, before anything of it is written. */
const ofRows = (events: ReadonlyArray<ReadEvent.ReadEvent>): ReadonlyArray<Canaries.Canary> =>
  events.flatMap((event) =>
    event._tag === "Upsert" && event.stream === "profile" ? Canaries.within("profile", event.row) : []
  )

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`

export const record = Command.make(
  "record",
  {
    connection: Live.connection,
    streams: Live.streams,
    out: Flag.Directory("out").pipe(
      Flag.withDescription("The folder for the fixtures, one file per stream; made where it is not there")
    ),
    allow: Flag.String("allow").pipe(
      Flag.withDescription(
        "A field whose texts stay as they are (`mcc`); may be repeated. It is searched all the same"
      ),
      Flag.atLeast(0)
    ),
    canaries: Flag.File("canaries").pipe(
      Flag.withDescription("A file with what must not be found, a line each: your names, your street, your numbers"),
      Flag.optional
    ),
    address: Live.address
  },
  Effect.fn(function* ({ address, allow, canaries, connection: id, out, streams: asked }) {
    const presence = yield* presenceOf(address)
    const own = Option.isNone(canaries) ? [] : yield* lines(canaries.value)
    const result = yield* withMirror(
      Effect.gen(function* () {
        const connection = yield* connectionOf(id)
        const { entry, manifest, streams } = yield* streamsAsked(connection, asked)
        const wire = yield* Connectors.wireOf(entry, connection.settings)
        if (wire === undefined) {
          return yield* new Refusal({
            message: `${connection.connector} states no map of its wire, so nobody can tell the words of the interface from yours. Nothing was asked.`,
            code: codes.usage
          })
        }
        const recording = Recording.make({
          manifest,
          wire,
          base: Live.basePath(connection.settings),
          allow
        })
        const before = yield* ofGrant(connection)
        const heard: Array<ReadEvent.ReadEvent> = []
        const looks = yield* liveRead({
          connection,
          entry,
          streams,
          presence,
          command: "record",
          action: "export",
          watch: (stream) => {
            let rows = 0
            return {
              around: recording.around,
              hear: (events) =>
                recording.during(stream)(
                  Stream.runForEach(events, (event) =>
                    Effect.sync(() => {
                      if (event._tag === "Upsert" || event._tag === "Quarantined") rows += 1
                      if (event._tag === "Upsert" && event.stream === "profile") heard.push(event)
                    })
                  )
                ),
              heard: () => rows
            }
          },
          onLook: ({ outcome, stream }) =>
            Effect.sync(() => {
              const end = outcome._tag === "CaughtUp" ? "" : `, ${sayOutcome(outcome)}`
              process.stderr.write(`${stream}: ${counted(recording.exchanges(stream).length, "request")}${end}\n`)
            })
        })
        const code = worst(looks.map(({ outcome }) => outcome))
        if (code !== undefined) {
          return yield* new Refusal({ message: "Not every stream was read to its end; nothing was written.", code })
        }
        const sought = [
          ...own,
          ...before,
          ...(yield* ofGrant(connection)),
          ...(yield* ofPerson(connection)),
          ...ofRows(heard)
        ]
        const files = yield* recording.finish(sought).pipe(
          Effect.mapError(
            ({ message }) =>
              new Refusal({
                message: `Nothing was written: something of somebody would still be in it.\n${message}\nDo not \`--allow\` such a field. Where it was not allowed, the anonymizer has to learn it.`,
                code: codes.failed
              })
          )
        )
        return {
          connector: manifest.id,
          mappedAgainst: wire.mappedAgainst,
          files,
          replaced: recording.counts(),
          allowed: allow,
          searched: sought.length
        }
      })
    )
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    yield* fs.makeDirectory(out, { recursive: true })
    for (const { name, text } of result.files) {
      const file = path.join(out, name)
      yield* fs.writeFileString(`${file}.partial`, text)
      yield* fs.rename(`${file}.partial`, file)
    }
    const files = result.files.map(({ exchanges, name, stream }) => ({ stream, file: path.join(out, name), exchanges }))
    yield* answer({ ...result, files }, () =>
      [
        ...files.map(({ exchanges, file }) => `${file}: ${counted(exchanges, "exchange")}`),
        `Replaced: ${Object.entries(result.replaced)
          .map(([kind, count]) => `${count} ${kind}`)
          .join(", ")}. Numbers and days stay as they are.`,
        `None of ${result.searched} things known of the person is in it. Read it yourself before you give it to anybody.`
      ].join("\n")
    )
    yield* progress("The mirror was not touched.")
  })
).pipe(
  Command.withDescription(
    "Record a linked account as fixtures, with nobody in them: every text is replaced that is not a word of the interface, and everything is searched before it is written"
  ),
  Command.withExamples([
    { command: "paymirror record CONNECTION --out test/fixtures", description: "Every stream the consent covers" },
    {
      command: "paymirror record CONNECTION --stream card --allow mcc --canaries me.txt --out test/fixtures",
      description: "One stream, with one field as it is, and what must not be found"
    }
  ])
)
