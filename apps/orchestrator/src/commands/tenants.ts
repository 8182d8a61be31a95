/** `paymirror tenants`: for whom this mirror answers. One comes to be with its first key; the command line is `local`. */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { answerTable, root, withMirror } from "../root.ts"
import { migrate } from "../service/migrations.ts"
import * as Tenants from "../service/Tenants.ts"

const list = Command.make(
  "list",
  {},
  Effect.fn(function* () {
    yield* root
    const rows = yield* withMirror(Effect.andThen(migrate, Tenants.overview))
    yield* answerTable(
      rows,
      [
        { title: "tenant", of: ({ name }) => name },
        { title: "people", of: ({ holders }) => String(holders), right: true },
        { title: "accounts", of: ({ accounts }) => String(accounts), right: true },
        { title: "keys", of: ({ keys }) => String(keys), right: true },
        { title: "since", of: ({ createdAt }) => createdAt.slice(0, 10), whole: true }
      ],
      "There is no tenant."
    )
  })
).pipe(Command.withDescription("List the tenants, how many people and accounts each has, and how many keys are good"))

export const tenants = Command.make("tenants").pipe(
  Command.withDescription("Tenants: for whom this mirror answers. A new one comes with its first key"),
  Command.withSubcommands([list]),
  Command.withExamples([{ command: "paymirror keys create --tenant acme", description: "A tenant and its first key" }])
)
