/** `paymirror erase`: everything that is held of a person, gone; and a receipt of it. */
import type { Erasure } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Prompt from "effect/cli/Prompt"
import { erasePerson } from "../erasePerson.ts"
import { codes, Refusal } from "../Exit.ts"
import { answer, root, withMirror } from "../root.ts"
import { section, together } from "../Sections.ts"
import { wrap } from "../wrap.ts"

/** A receipt for the person. */
export const receipt =
  ({ accounts, at, connections, erasureId, kept, others, streams }: Erasure.Receipt) =>
  (room: number): string => {
    const gone = [...Object.entries(streams), ...Object.entries(others)].filter(([, rows]) => (rows ?? 0) > 0)
    const rows = gone.map(([what, count]) => `${what} ${count}`).join(", ")
    return [
      `Receipt ${erasureId}, ${at}`,
      ...wrap(`Erased: ${accounts} accounts, ${connections} connections${rows === "" ? "" : `; rows: ${rows}`}.`, room),
      ...section(
        "What stays, and why",
        together(
          kept.map(({ until, what, why }) => ({ of: what, text: `${why}, until ${until.slice(0, 10)}` })),
          room
        )
      )
    ].join("\n")
  }

export const erase = Command.make(
  "erase",
  {
    holder: Argument.String("holder").pipe(Argument.withDescription("Whose; `paymirror show` names them")),
    yes: Flag.Boolean("yes").pipe(Flag.withDescription("Without being asked"), Flag.withDefault(false)),
    later: Flag.Boolean("later").pipe(
      Flag.withDescription(
        "Leave the rebuilding of the file, for which everybody waits, to the next hour of `serve` or `sync --watch`"
      ),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function* ({ holder, later, yes }) {
    const { json } = yield* root
    const question = `Withdraw every consent of ${holder} and erase everything that is held of them? It does not come back. A copy first: paymirror export-person ${holder} --out FILE`
    const agreed = yes || (!json && (yield* Prompt.run(Prompt.Confirm({ message: question }))))
    if (!agreed)
      return yield* new Refusal({ message: "Nothing was erased. To erase it: --yes", code: codes.personNeeded })
    const erased = yield* withMirror(
      erasePerson(holder, {
        by: "operator",
        purpose: "at this terminal",
        route: "paymirror erase",
        scrub: later ? "later" : "now"
      })
    ).pipe(
      Effect.catchTag("NoSuchHolder", () =>
        Effect.fail(
          new Refusal({
            message: `There is nobody called ${holder} here. See: paymirror show`,
            code: codes.inputRefused
          })
        )
      )
    )
    yield* answer(erased, receipt(erased))
  })
).pipe(
  Command.withDescription(
    "Erase a person: consents ended at the providers, every row gone, a receipt of what stays and why"
  ),
  Command.withExamples([
    { command: "paymirror erase alex", description: "Ask, erase, and print the receipt" },
    { command: "paymirror erase alex --yes --json", description: "The receipt for a machine" }
  ])
)
