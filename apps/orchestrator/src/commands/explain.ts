/** `paymirror explain`: why a row has the value it has, and who said so. */
import { Mirror } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { lines } from "../describe.ts"
import { codes, Refusal } from "../Exit.ts"
import { answer, withMirror } from "../root.ts"

export const explain = Command.make(
  "explain",
  { id: Argument.String("id").pipe(Argument.withDescription("The id of a row, as `show` prints it")) },
  Effect.fn(function* ({ id }) {
    const found = yield* withMirror(Mirror.explain(id))
    if (found.rows.length === 0) {
      return yield* new Refusal({
        message: `The mirror has no row "${id}". Ids are in the last column of: paymirror show purchases`,
        code: codes.inputRefused
      })
    }
    yield* answer(found, () =>
      [
        ...found.rows.flatMap((row) => [
          `${row.stream} ${row.id}${row.gone === undefined ? "" : ` (gone: ${row.gone})`}`,
          `  ${row.origin} by ${row.connector}, read ${row.readAt}${row.version === undefined ? "" : `, version ${row.version}`}`,
          `  on consent ${row.consentId}`
        ]),
        "",
        "History",
        ...found.history.flatMap((change) => [
          `  ${change.at}  ${change.kind} by ${change.connector}`,
          ...lines(change).map((line) => `    ${line}`)
        ]),
        ...(found.transitions.length === 0 ? [] : ["", "Installments"]),
        ...found.transitions.map(
          (move) =>
            `  ${move.at}  #${move.installmentNumber} ${move.from ?? "new"} → ${move.to ?? "gone"} (${move.event}, ${move.evidence}${move.contradiction === 1 ? ", CONTRADICTS what was reported before" : ""})`
        )
      ].join("\n")
    )
  })
).pipe(
  Command.withDescription("Explain one row: its value, its source, its history"),
  Command.withExamples([{ command: "paymirror explain p_8fa3", description: "Everything about one purchase" }])
)
