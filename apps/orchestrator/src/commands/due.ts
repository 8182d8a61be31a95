/** `paymirror due`: installments still to pay, by due date, with a total per currency. */
import { CalendarDate, Instant, Money } from "@paymirror/core"
import { Mirror } from "@paymirror/sync"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { money } from "../describe.ts"
import { codes, Refusal } from "../Exit.ts"
import { answer, withMirror } from "../root.ts"
import { seeing } from "../seen.ts"
import { render } from "../Table.ts"

const totals = (rows: ReadonlyArray<Mirror.DueInstallment>): ReadonlyArray<Money.Money> => {
  const byCurrency = Map.groupBy(
    rows.filter((row) => row.state !== "paused"),
    (row) => row.amountDue.currency
  )
  return [...byCurrency].map(([currency, some]) =>
    Money.sum(
      some.map((row) => row.amountDue),
      currency
    )
  )
}

export const due = Command.make(
  "due",
  {
    days: Flag.Int("days").pipe(Flag.withDescription("How far ahead, from today"), Flag.withDefault(30)),
    until: Flag.String("until").pipe(Flag.withDescription("Or up to and on this day, YYYY-MM-DD"), Flag.optional),
    limit: Flag.Int("limit").pipe(Flag.withDescription("How many rows at most"), Flag.withDefault(200))
  },
  Effect.fn(function* ({ days, limit, until }) {
    const today = Instant.utcDate(Instant.fromEpochMillis(yield* Clock.currentTimeMillis))
    const last = Option.getOrElse(until, () => CalendarDate.addDays(today, days))
    if (!CalendarDate.is(last))
      return yield* new Refusal({ message: `"${last}" is not a day; write it as YYYY-MM-DD.`, code: codes.usage })
    const rows = yield* withMirror(
      Mirror.due({ until: last, limit }).pipe(
        seeing((found) => ({
          command: "due",
          streams: ["plans"],
          accountIds: found.map(({ accountId }) => accountId),
          count: found.length
        }))
      )
    )
    yield* answer({ until: last, installments: rows, totals: totals(rows) }, (room) =>
      rows.length === 0
        ? `Nothing is due until ${last}.`
        : `${render(
            [
              { title: "due", of: (row) => row.dueDate },
              { title: "state", of: (row) => row.state },
              { title: "amount", of: (row) => money(row.amountDue), right: true },
              { title: "merchant", of: (row) => row.merchantName ?? "" },
              { title: "plan", of: (row) => `${row.planId} #${row.installmentNumber}` }
            ],
            rows,
            room
          )}\n\nTo pay until ${last}, paused ones left out: ${totals(rows).map(money).join(" and ") || "nothing"}`
    )
  })
).pipe(
  Command.withDescription("List installments by due date"),
  Command.withExamples([{ command: "paymirror due --days 14", description: "What falls due in two weeks" }])
)
