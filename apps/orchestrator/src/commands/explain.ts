/** `paymirror explain`: why a row has the value it has, and who said so; or who reads a stream or an account, and why. */
import { StreamName } from "@paymirror/core"
import { Mirror } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { lines } from "../describe.ts"
import { codes, Refusal } from "../Exit.ts"
import { answer, withMirror } from "../root.ts"
import { seeing } from "../seen.ts"
import { describe, ofHolder } from "./routes.ts"

type Explained = Effect.Success<ReturnType<typeof Mirror.explain>>

const row = (found: Explained): string =>
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

/** Who reads an account, or a stream of every account. An account whose country nobody knows cannot be routed. */
const routed = (id: string) =>
  Effect.gen(function* () {
    const accounts = yield* Mirror.accounts
    const stream = StreamName.streamNames.find((name) => name === id)
    const meant = accounts.filter((account) => stream !== undefined || account.accountId === id)
    return yield* Effect.forEach(meant, (account) =>
      Effect.gen(function* () {
        const { accountId, currency, displayName, holderId, legalEntity, market, provider } = account
        const all = market === undefined ? [] : yield* ofHolder(market, provider, holderId)
        return {
          accountId,
          holderId,
          displayName,
          legalEntity,
          currency,
          market,
          routes: all.filter((choice) => stream === undefined || choice.stream === stream)
        }
      })
    )
  })

type Routed = Effect.Success<ReturnType<typeof routed>>[number]

const account = (one: Routed, room: number): string =>
  [
    `${one.displayName} of ${one.holderId}, ${one.currency}, ${one.market ?? "country unknown"}, held by ${one.legalEntity}`,
    one.routes.length === 0
      ? "  nothing is known of its country, so nothing can be said of its routes"
      : describe(one.routes, room, one.holderId)
  ].join("\n")

export const explain = Command.make(
  "explain",
  {
    id: Argument.String("id").pipe(
      Argument.withDescription("The id of a row, as `show` prints it; or an account id, or a stream")
    )
  },
  Effect.fn(function* ({ id }) {
    const { found, ways } = yield* withMirror(
      Effect.gen(function* () {
        const explained = yield* Mirror.explain(id).pipe(
          seeing(({ rows }) => ({
            command: "explain",
            streams: rows.map(({ stream }) => stream),
            accountIds: rows.map(({ accountId }) => accountId),
            count: rows.length
          }))
        )
        return { found: explained, ways: explained.rows.length === 0 ? yield* routed(id) : [] }
      })
    )
    if (found.rows.length > 0) return yield* answer(found, () => row(found))
    if (ways.length === 0 && StreamName.streamNames.some((name) => name === id)) {
      return yield* new Refusal({
        message: `The mirror has no account yet, so nobody reads ${id}. Who could: paymirror routes --market CC`,
        code: codes.inputRefused
      })
    }
    if (ways.length === 0) {
      return yield* new Refusal({
        message: `The mirror has no row and no account "${id}". Ids are in the last column of: paymirror show purchases`,
        code: codes.inputRefused
      })
    }
    yield* answer({ accounts: ways }, (room) => ways.map((one) => account(one, room)).join("\n\n"))
  })
).pipe(
  Command.withDescription("Explain a row: its value, its source, its history. Or who reads a stream or an account"),
  Command.withExamples([
    { command: "paymirror explain p_8fa3", description: "Everything about one purchase" },
    { command: "paymirror explain balance", description: "Which connector reads the balance, and what was passed over" }
  ])
)
