#!/usr/bin/env node
/**
 * `create-connector`, as `pnpm create @paymirror/connector` starts it: it writes one folder and sends nothing. What it can
 * do is in `create.ts`.
 */
import { readFileSync } from "node:fs"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import * as CliError from "effect/cli/CliError"
import * as Command from "effect/cli/Command"
import { create } from "./create.ts"

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string
}

/** A wrong use has been told by the time it gets here; what is left of it is the exit code. */
const misuse = { [Runtime.errorExitCode]: 2, [Runtime.errorReported]: false }

create.pipe(
  Command.run({ version }),
  Effect.catchIf(CliError.isCliError, () => Effect.fail(misuse)),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
