/** `paymirror link`: connects an account, with the account holder's consent. */
import { StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Connectors from "../Connectors.ts"
import { codes, Refusal } from "../Exit.ts"
import { linkAccount } from "../linkAccount.ts"
import { answer, progress, withMirror } from "../root.ts"

export const link = Command.make(
  "link",
  {
    connector: Argument.String("connector").pipe(
      Argument.withDescription(`Which route: ${Connectors.linkable.join(", ")}`)
    ),
    holder: Flag.String("holder").pipe(Flag.withDescription("Whose account it is"), Flag.withDefault("me")),
    baseUrl: Flag.String("base-url").pipe(
      Flag.withDescription("Where the provider answers (the simulated one, for a try)"),
      Flag.optional
    ),
    handOver: Flag.File("hand-over").pipe(
      Flag.withDescription("A JSON file with what would be asked for, instead of prompts"),
      Flag.optional
    ),
    streams: Flag.Literals("stream", StreamName.streamNames).pipe(
      Flag.withDescription("Only this stream; may be repeated"),
      Flag.atLeast(0)
    ),
    days: Flag.Int("days").pipe(Flag.withDescription("How long the consent lasts, 1 to 365"), Flag.withDefault(365)),
    yes: Flag.Boolean("yes").pipe(
      Flag.withDescription("You agree to the notice, without being asked"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function* ({ baseUrl, connector, days, handOver, holder, streams, yes }) {
    if (days < 1 || days > 365) return yield* new Refusal({ message: "--days goes from 1 to 365.", code: codes.usage })
    const linked = yield* withMirror(
      linkAccount(
        {
          connector,
          holder,
          baseUrl,
          handOver,
          days,
          agreed: yes,
          streams: streams.length === 0 ? StreamName.streamNames : streams
        },
        // The answer alone goes to standard output.
        (line) => Effect.sync(() => process.stderr.write(`${line}\n`))
      )
    )
    yield* progress("Linked. Read it with: paymirror sync")
    yield* answer(linked, () => `connection ${linked.connectionId}\naccounts   ${linked.accountIds.join(", ")}`)
  })
).pipe(
  Command.withDescription("Connect an account, with the account holder's consent"),
  Command.withExamples([
    { command: "paymirror link klarna-us", description: "Hand over your own signed-in session, at hidden prompts" },
    {
      command: "paymirror link klarna-us --base-url http://127.0.0.1:4010 --hand-over session.json --yes",
      description: "Link a person of the simulated provider"
    }
  ])
)
