#!/usr/bin/env node
/**
 * The sandbox as a program: `paymirror-sandbox --port 4010 --seed 7`. It says where it listens and lives until it is
 * interrupted.
 */
import { readFileSync } from "node:fs"
import { mkdir, mkdtemp, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
import * as CliError from "effect/cli/CliError"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Sandbox from "./Sandbox.ts"
import { defaultMode, rotations } from "@paymirror/connector-testing/simulator"
import { emptyStory, everydayStory } from "./story.ts"
import { defaultSeed, defaultStart } from "./World.ts"

const Package = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))
const { version } = Schema.decodeUnknownSync(Package)(readFileSync(new URL("../package.json", import.meta.url), "utf8"))

const Port = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))
const Instant = Schema.String.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/))

/** What a reader of the banks needs: the authority to trust, a QWAC and a QSEAL to show, with their keys. */
const writeCertificates = async (banks: Sandbox.Sandbox["banks"], given: string | undefined): Promise<string> => {
  const directory = given ?? (await mkdtemp(join(tmpdir(), "paymirror-banks-")))
  await mkdir(directory, { recursive: true, mode: 0o700 })
  if (banks === undefined) return directory
  const reader = { organizationId: "PSDSE-FINA-123456", name: "Sandbox Reader", roles: ["PSP_AI"] } as const
  const [qwac, qseal] = await Promise.all([banks.certificates.qwac(reader), banks.certificates.qseal(reader)])
  const files = {
    "ca.pem": banks.certificates.ca,
    "qwac.pem": qwac.cert,
    "qwac.key": qwac.key,
    "qseal.pem": qseal.cert,
    "qseal.key": qseal.key
  }
  await Promise.all(Object.entries(files).map(([name, pem]) => writeFile(join(directory, name), pem, { mode: 0o600 })))
  return directory
}

/** Told in a line: whoever started the program can do something about it. */
class CannotStart extends Schema.TaggedError<CannotStart>()("CannotStart", { message: Schema.String }) {
  override readonly [Runtime.errorReported] = false
  override get [CliError.userMessage](): string {
    return this.message
  }
}

const text = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const running = (options: Sandbox.SandboxOptions) =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: () => Sandbox.start(options),
      catch: (cause) => {
        const taken = text(cause).includes("EADDRINUSE") ? ". Name another port with --port." : ""
        return new CannotStart({ message: `${text(cause)}${taken}` })
      }
    }),
    (sandbox) => Effect.promise(() => sandbox.close())
  )

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
    banks: Flag.Boolean("banks").pipe(
      Flag.withDescription("Open the banks too, over HTTPS on the ports after this one, on the same clock"),
      Flag.withDefault(false)
    ),
    certificates: Flag.String("certificates").pipe(
      Flag.withDescription(
        "With --banks: the directory for the certificates of this run; a new temporary one unless said"
      ),
      Flag.optional
    ),
    empty: Flag.Boolean("empty").pipe(
      Flag.withDescription("Start with nobody in it, instead of the two people of the story"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function* ({ banks, certificates, empty, graceSeconds, port, rotation, seed, startAt }) {
    const sandbox = yield* running({
      port,
      seed,
      startAt,
      session: { rotation, graceSeconds },
      story: empty ? emptyStory : everydayStory,
      banks: banks && { firstPort: port === 0 ? undefined : port + 1 }
    })
    yield* Console.log(`provider  ${sandbox.baseUrl}`)
    yield* Console.log(`control   ${sandbox.baseUrl}/_sandbox`)
    yield* Console.log(`clock     ${startAt} (it stands still: POST /_sandbox/advance {"days": 1} moves it)`)
    if (sandbox.banks !== undefined) {
      for (const { baseUrl, id } of sandbox.banks.institutions) yield* Console.log(`${id.padEnd(16)}${baseUrl}`)
      const directory = yield* Effect.tryPromise({
        try: () => writeCertificates(sandbox.banks, Option.getOrUndefined(certificates)),
        catch: (cause) => new CannotStart({ message: `The certificates cannot be written: ${text(cause)}` })
      })
      yield* Console.log(`certificates    ${directory}`)
    }
    return yield* Effect.never
  }, Effect.scoped)
).pipe(Command.withDescription("A Klarna US account provider, simulated over real HTTP, with a clock you can move"))

serve.pipe(Command.run({ version }), Effect.provide(NodeServices.layer), NodeRuntime.runMain)
