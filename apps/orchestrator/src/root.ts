/**
 * What every command shares: the database, and whether a machine or a person reads the answer. `answer` prints one of
 * the two; progress and warnings go to standard error, so that standard output is only ever the answer.
 */
import * as Redacted from "effect/Redacted"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Terminal from "effect/Terminal"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Home from "./Home.ts"
import { render, type Column } from "./Table.ts"

export const root = Command.make("paymirror").pipe(
  Command.withSharedFlags({
    db: Flag.File("db").pipe(
      Flag.withDescription("The mirror's database file. Default: paymirror.db in your data folder, or PAYMIRROR_DB"),
      Flag.optional
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Answer in JSON, for machines"), Flag.withDefault(false))
  })
)

/** Runs against the mirror the flags name. */
export const withMirror = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const { db } = yield* root
    return yield* Effect.provide(effect, Home.layer(db))
  })

/** Values of secrets never print; a bug that puts one in an answer prints `<redacted>`. */
const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (Redacted.isRedacted(inner) ? "<redacted>" : inner), 2)

/** Prints `value` for machines or `text` for people. */
export const answer = (value: unknown, text: (room: number) => string) =>
  Effect.gen(function* () {
    const { json } = yield* root
    if (json) return yield* Console.log(toJson(value))
    const terminal = yield* Terminal.Terminal
    const columns = yield* terminal.columns
    yield* Console.log(text(columns > 0 ? columns : 100))
  })

export const answerTable = <A>(rows: ReadonlyArray<A>, columns: ReadonlyArray<Column<A>>, empty: string) =>
  answer(rows, (room) => (rows.length === 0 ? empty : render(columns, rows, room)))

/** A line about work under way; silent where a machine reads. */
export const progress = (line: string) =>
  Effect.gen(function* () {
    const { json } = yield* root
    if (!json) yield* Console.error(line)
  })
