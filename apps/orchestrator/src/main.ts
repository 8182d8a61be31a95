#!/usr/bin/env -S node --max-semi-space-size=8 --heap-growing-percent=80
/**
 * The command line of the mirror: what it can do, a line each. Every command has its file in `commands/`.
 * The two flags keep a million rows within 200 MB: V8 otherwise lets garbage grow to several times what is alive.
 */
import "effect/schema/SchemaJITCompiler/enable"
import { readFileSync } from "node:fs"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as UserDirectories from "effect/persistence/UserDirectories"
import * as CliError from "effect/cli/CliError"
import * as Command from "effect/cli/Command"
import { commandsOf } from "./commands.ts"
import { codes } from "./Exit.ts"
import { root } from "./root.ts"

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string
}

/** A wrong use has been told by the time it gets here; what is left of it is the exit code. */
const misuse = { [Runtime.errorExitCode]: codes.usage, [Runtime.errorReported]: false }

root.pipe(
  Command.withDescription("A faithful, current copy of what you see behind your own buy-now-pay-later login"),
  Command.withSubcommands(await commandsOf(process.argv.slice(2))),
  Command.withExamples([
    { command: "paymirror demo", description: "See it work against a simulated provider" },
    { command: "paymirror import Download.CSV", description: "Mirror a file you downloaded" }
  ]),
  Command.run({ version }),
  Effect.catchIf(CliError.isCliError, () => Effect.fail(misuse)),
  Effect.provide(Layer.mergeAll(NodeServices.layer, SecureRandom.layerWebCrypto, UserDirectories.layer)),
  NodeRuntime.runMain
)
