/** `paymirror due`: installments still to pay, by due date, with a total for each account. */
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

/** What is to pay from one account. */
export interface Total {
  readonly accountId: string
  readonly account: string
  readonly amount: Money.Money
}

/** Whose account it is: by its name, and by its holder's where there is more than one. */
const naming = (accounts: ReadonlyArray<Mirror.AccountRow>) => {
  const several = new Set(accounts.map(({ holderId }) => holderId)).size > 1
  const names = new Map(
    accounts.map(({ accountId, displayName, holderId }) => [
      accountId,
      several ? `${displayName} (${holderId})` : displayName
    ])
  )
  return (accountId: string): string => names.get(accountId) ?? ""
}

/** Two providers, and two holders, are never added up. */
const totals = (
  rows: ReadonlyArray<Mirror.DueInstallment>,
  nameOf: (accountId: string) => string
): ReadonlyArray<Total> => {
  const found = new Map<string, Total>()
  for (const { accountId, amountDue, state } of rows) {
    if (state === "paused") continue
    const key = `${accountId} ${amountDue.currency}`
    const sum = found.get(key)?.amount
    const amount = sum === undefined ? amountDue : Money.add(sum, amountDue)
    found.set(key, { accountId, account: nameOf(accountId), amount })
  }
  return [...found.values()]
}

const said = (sums: ReadonlyArray<Total>): string =>
  sums.length === 0 ? "nothing" : sums.map(({ account, amount }) => `${money(amount)} ${account}`).join(", ")

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
    const [rows, accounts] = yield* withMirror(
      Effect.all([
        Mirror.due({ until: last, limit }).pipe(
          seeing((found) => ({
            command: "due",
            streams: ["plans"],
            accountIds: found.map(({ accountId }) => accountId),
            count: found.length
          }))
        ),
        Mirror.accounts
      ])
    )
    const nameOf = naming(accounts)
    const sums = totals(rows, nameOf)
    yield* answer({ until: last, installments: rows, totals: sums }, (room) =>
      rows.length === 0
        ? `Nothing is due until ${last}.`
        : `${render(
            [
              { title: "due", of: (row) => row.dueDate },
              { title: "state", of: (row) => row.state },
              { title: "amount", of: (row) => money(row.amountDue), right: true },
              { title: "account", of: (row) => nameOf(row.accountId) },
              { title: "merchant", of: (row) => row.merchantName ?? "" },
              { title: "plan", of: (row) => `${row.planId} #${row.installmentNumber}` }
            ],
            rows,
            room
          )}\n\nTo pay until ${last}, paused ones left out: ${said(sums)}`
    )
  })
).pipe(
  Command.withDescription("List installments by due date"),
  Command.withExamples([{ command: "paymirror due --days 14", description: "What falls due in two weeks" }])
)
