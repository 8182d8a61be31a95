/** Why nothing was written, and what to do instead. The exit code says that the command was used wrongly. */
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
import * as CliError from "effect/cli/CliError"

export class Refusal extends Schema.TaggedError<Refusal>()("Refusal", { message: Schema.String }) {
  override readonly [Runtime.errorReported] = false
  override readonly [Runtime.errorExitCode] = 2
  override get [CliError.userMessage](): string {
    return this.message
  }
}
