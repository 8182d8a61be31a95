/**
 * The command: a provider's name, its country and the route to it become a package. It decides what may be written and
 * says what comes next; what is written stands in `templates/`.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Naming from "./Naming.ts"
import * as Template from "./Template.ts"

const routes = ["session", "export", "psd2"] as const

/** Where an author goes on. */
const first: Readonly<Record<Template.Route, string>> = {
  session: "src/translate.ts",
  export: "src/formats/statement.ts",
  psd2: "src/institutions.ts"
}

export const create = Command.make(
  "create-connector",
  {
    name: Argument.String("name").pipe(
      Argument.withDescription("The provider in lower case: acme, cash-app. It is the connector's id too")
    ),
    market: Flag.String("market").pipe(Flag.withDescription("The account's country, as two capital letters: US, DE")),
    route: Flag.Literals("route", routes).pipe(
      Flag.withDescription(
        "How one comes to the data: session (the person's own signed-in session), export (a file the person downloads), " +
          "psd2 (a bank in the EU or the UK)"
      ),
      Flag.withDefault("session")
    ),
    currency: Flag.String("currency").pipe(
      Flag.withDescription("The money there, where the country does not tell: EUR"),
      Flag.optional
    ),
    dir: Flag.Path("dir").pipe(
      Flag.withDescription("Where to write it; connector-NAME unless said. It must not exist, or be empty"),
      Flag.optional
    )
  },
  Effect.fn(function* (given) {
    const { name, route } = given
    const naming = yield* Naming.make(given)
    const path = yield* Path.Path
    const shown = Option.getOrElse(given.dir, () => `connector-${name}`)
    const files = yield* Template.write(route, naming, path.resolve(shown))
    yield* Console.log(
      [
        `${naming.packageName}: ${files.length} files in ${shown}`,
        "",
        `  cd ${shown}`,
        "  pnpm install",
        "  pnpm check      # types and structure: green",
        "  pnpm test       # one test fails, and says what a person would have seen",
        "",
        `Go on where ${first[route]} says TODO.`
      ].join("\n")
    )
  })
).pipe(
  Command.withDescription(
    "Write the package of a connector for paymirror: it passes the structure check, and one test of it fails. That test is " +
      "the first thing to do"
  ),
  Command.withExamples([
    { command: "pnpm create @paymirror/connector acme --market US", description: "Over the person's own session" },
    {
      command: "pnpm create @paymirror/connector acme --market DE --route export --dir packages/acme",
      description: "For a file the person downloads"
    },
    { command: "pnpm create @paymirror/connector acme --market DE --route psd2", description: "For a bank" }
  ])
)
