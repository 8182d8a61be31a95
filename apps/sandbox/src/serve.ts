#!/usr/bin/env node
/**
 * The sandbox as a program: `paymirror-sandbox --port 4010 --seed 7`. It says where it listens and lives until it is
 * interrupted.
 */
import { readFileSync } from "node:fs"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Sandbox from "./Sandbox.ts"
import { defaultMode, rotations } from "./Session.ts"
import { emptyStory, everydayStory } from "./story.ts"
import { defaultSeed, defaultStart } from "./World.ts"

const Package = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))
const { version } = Schema.decodeUnknownSync(Package)(readFileSync(new URL("../package.json", import.meta.url), "utf8"))

const Port = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))
const Instant = Schema.String.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/))

const serve = Command.make(
  "paymirror-sandbox",
  {
    port: Flag.Int("port").pipe(
      Flag.withDescription("Port on 127.0.0.1 to listen on; 0 is any free one"),
      Flag.withSchema(Port),
      Flag.withDefault(4010)
    ),
    seed: Flag.Int("seed").pipe(
      Flag.withDescription("Same seed, same commands, same answers"),
      Flag.withDefault(defaultSeed)
    ),
    startAt: Flag.String("start-at").pipe(
      Flag.withDescription("Where the clock stands at first"),
      Flag.withSchema(Instant),
      Flag.withDefault(defaultStart)
    ),
    rotation: Flag.Literals("rotation", rotations).pipe(
      Flag.withDescription("What a refresh does to the refresh token"),
      Flag.withDefault(defaultMode.rotation)
    ),
    graceSeconds: Flag.Int("grace-seconds").pipe(
      Flag.withDescription("How long a rotated token may be used again, with rotate-with-grace"),
      Flag.withDefault(defaultMode.graceSeconds)
    ),
    empty: Flag.Boolean("empty").pipe(
      Flag.withDescription("Start with nobody in it, instead of the two people of the story"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function* ({ empty, graceSeconds, port, rotation, seed, startAt }) {
    const sandbox = yield* Sandbox.make({
      port,
      seed,
      startAt,
      session: { rotation, graceSeconds },
      story: empty ? emptyStory : everydayStory
    })
    yield* Console.log(`provider  ${sandbox.baseUrl}`)
    yield* Console.log(`control   ${sandbox.baseUrl}/_sandbox`)
    yield* Console.log(`clock     ${startAt} (it stands still: POST /_sandbox/advance {"days": 1} moves it)`)
    return yield* Effect.never
  }, Effect.scoped)
).pipe(Command.withDescription("A Klarna US account provider, simulated over real HTTP, with a clock you can move"))

serve.pipe(Command.run({ version }), Effect.provide(NodeServices.layer), NodeRuntime.runMain)
