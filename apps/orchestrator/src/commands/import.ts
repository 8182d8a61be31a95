/** `paymirror import`: a file the person downloaded, into the mirror. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Connectors from "../Connectors.ts"
import { codeOf, codes, fromConnector, Refusal, sayOutcome } from "../Exit.ts"
import { grow } from "../grow.ts"
import { type Imported, importFile } from "../importFile.ts"
import { answer, withMirror } from "../root.ts"
import { render } from "../Table.ts"

const text =
  (imported: Imported) =>
  (room: number): string => {
    const head =
      `${imported.format}: ${imported.rows} rows, ${imported.added} added, ${imported.updated} updated, ` +
      `${imported.unchanged} unchanged, ${imported.quarantined.length} quarantined`
    const bad =
      imported.quarantined.length === 0
        ? ""
        : `\n\n${render(
            [
              { title: "line", of: (row: Imported["quarantined"][number]) => String(row.line ?? ""), right: true },
              { title: "column", of: (row) => row.column ?? "" },
              { title: "reason", of: (row) => row.reason }
            ],
            imported.quarantined,
            room
          )}`
    const checks = imported.checks.map((check) =>
      check.ok
        ? `check ${check.name}: ${check.rows} rows hold`
        : `check ${check.name}: ${check.breaks.length} of ${check.rows} rows break it${check.breaks
            .slice(0, 10)
            .map((one) => `\n  line ${one.line ?? "?"}: expected ${one.expected}, found ${one.actual}`)
            .join("")}`
    )
    return [head + bad, ...checks].join("\n")
  }

export const importCommand = Command.make(
  "import",
  {
    file: Argument.File("file", { mustExist: true }).pipe(
      Argument.withDescription("The file you downloaded: CSV, or a PDF statement of Chime's")
    ),
    connector: Flag.Literals("connector", Connectors.ofFiles).pipe(
      Flag.withDescription("Which connector of files reads it; your own is named in PAYMIRROR_CONNECTORS"),
      Flag.withDefault("csv")
    ),
    map: Flag.File("map", { mustExist: true }).pipe(
      Flag.withDescription("A mapping file of your own, for an export that is not recognised"),
      Flag.optional
    ),
    dateOrder: Flag.Literals("date-order", ["mdy", "dmy", "ymd"]).pipe(
      Flag.withDescription("How days are written, where the file does not prove it"),
      Flag.optional
    ),
    format: Flag.String("format").pipe(Flag.withDescription("Take the file for this format"), Flag.optional),
    market: Flag.String("market").pipe(
      Flag.withDescription("The account's country (US, DE), where the file does not tell"),
      Flag.optional
    ),
    account: Flag.String("account").pipe(
      Flag.withDescription("Which of your accounts at this provider, in a word of your own"),
      Flag.optional
    ),
    into: Flag.String("into").pipe(
      Flag.withDescription("The id of the account in the mirror these rows belong to"),
      Flag.optional
    ),
    holder: Flag.String("holder").pipe(Flag.withDescription("Whose account it is"), Flag.withDefault("me"))
  },
  Effect.fn(function* ({ account, connector, dateOrder, file, format, holder, into, map, market }) {
    const options = Object.fromEntries(
      Object.entries({ map, dateOrder, format, account, market }).flatMap(([name, value]) =>
        Option.isSome(value) ? [[name, value.value] as const] : []
      )
    )
    const imported = yield* withMirror(
      importFile({ path: file, connector, holder, options, into: Option.getOrUndefined(into), onRows: grow })
    ).pipe(
      Effect.catchTags({
        ConnectorError: (error) => Effect.fail(fromConnector(error)),
        NoSuchAccount: ({ detail }) =>
          Effect.fail(new Refusal({ message: `${detail}. See: paymirror show`, code: codes.usage })),
        Incomplete: ({ outcome }) =>
          Effect.fail(
            new Refusal({
              message: `The import is not complete: ${sayOutcome(outcome)}. What was read is kept; run it again.`,
              code: codeOf(outcome) ?? codes.failed
            })
          )
      })
    )
    yield* answer(imported, text(imported))
  })
).pipe(
  Command.withDescription("Import a file you downloaded from a provider"),
  Command.withExamples([
    {
      command: "paymirror import Download.CSV",
      description: "PayPal, Revolut, Cash App and N26 are recognised by their columns"
    },
    {
      command: "paymirror import orders.csv --map klarna-orders.map.json",
      description: "Any other export, with a mapping of your own"
    }
  ])
)
