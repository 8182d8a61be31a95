/** `paymirror show`: what the mirror holds, an overview or the rows of one stream. */
import { StreamName } from "@paymirror/core"
import type { Balance, Card, Delivery, Plan, Points, Profile, Purchase, Row } from "@paymirror/core"
import { Mirror } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { money } from "../describe.ts"
import { answer, answerTable, withMirror } from "../root.ts"
import { seen } from "../seen.ts"
import { type Column, render } from "../Table.ts"

const column = <R>(title: string, of: (row: R) => string | undefined, right = false): Column<R> => ({
  title,
  of: (row) => of(row) ?? "",
  right
})

const open = (plan: Plan.Plan): string => {
  const next = plan.schedule.find((one) => one.state !== "paid" && one.state !== "cancelled")
  return next === undefined ? "" : `${next.dueDate} ${money(next.amountDue)} ${next.state}`
}

const columns: { readonly [S in StreamName.StreamName]: ReadonlyArray<Column<Row.RowOf[S]>> } = {
  purchases: [
    column<Purchase.Purchase>("date", (row) => row.purchaseDate ?? row.purchasedAt?.slice(0, 10)),
    column<Purchase.Purchase>("merchant", (row) => row.merchantName),
    column<Purchase.Purchase>("amount", (row) => money(row.amount), true),
    column<Purchase.Purchase>(
      "refunded",
      (row) => (row.refundedAmount === undefined ? "" : money(row.refundedAmount)),
      true
    ),
    column<Purchase.Purchase>("status", (row) => row.status.toLowerCase()),
    column<Purchase.Purchase>("id", (row) => row.purchaseId)
  ],
  plans: [
    column<Plan.Plan>("merchant", (row) => row.merchantName),
    column<Plan.Plan>("plan", (row) => row.planNickname ?? row.planType),
    column<Plan.Plan>("amount", (row) => money(row.amount), true),
    column<Plan.Plan>(
      "paid",
      (row) => `${row.schedule.filter((one) => one.state === "paid").length}/${row.schedule.length}`,
      true
    ),
    column<Plan.Plan>("next", open),
    column<Plan.Plan>("id", (row) => row.planId)
  ],
  card: [
    column<Card.CardTransaction>(
      "date",
      (row) => row.postedDate ?? row.transactionDate ?? row.transactionTimestamp?.slice(0, 10)
    ),
    column<Card.CardTransaction>("merchant", (row) => row.merchantName),
    column<Card.CardTransaction>("amount", (row) => money(row.amount), true),
    column<Card.CardTransaction>("status", (row) => row.status.toLowerCase()),
    column<Card.CardTransaction>("id", (row) => row.transactionId)
  ],
  balance: [
    column<Balance.BalanceRow>("date", (row) =>
      row.rowType === "entry" ? (row.bookedDate ?? row.entryDate ?? row.createdAt?.slice(0, 10)) : ""
    ),
    column<Balance.BalanceRow>("what", (row) =>
      row.rowType === "entry" ? row.entryType.replaceAll("_", " ") : `balance ${row.balanceType}`
    ),
    column<Balance.BalanceRow>("description", (row) =>
      row.rowType === "entry" ? (row.counterpartyName ?? row.description) : ""
    ),
    column<Balance.BalanceRow>("amount", (row) => money(row.amount), true),
    column<Balance.BalanceRow>("status", (row) => (row.rowType === "entry" ? row.status.toLowerCase() : "stated"))
  ],
  points: [
    column<Points.PointsRow>("date", (row) => (row.rowType === "entry" ? row.createdAt.slice(0, 10) : "")),
    column<Points.PointsRow>("what", (row) => (row.rowType === "entry" ? row.entryType : "standing")),
    column<Points.PointsRow>("points", (row) => String(row.points), true),
    column<Points.PointsRow>("status", (row) => (row.rowType === "entry" ? row.status.toLowerCase() : "stated")),
    column<Points.PointsRow>("becomes", (row) => (row.rowType === "entry" ? row.balanceEntryId : ""))
  ],
  deliveries: [
    column<Delivery.Delivery>("carrier", (row) => row.carrier),
    column<Delivery.Delivery>("status", (row) => row.status.toLowerCase().replaceAll("_", " ")),
    column<Delivery.Delivery>("arrives", (row) =>
      row.arrivalFrom === undefined ? "" : `${row.arrivalFrom} – ${row.arrivalTo ?? ""}`
    ),
    column<Delivery.Delivery>("purchase", (row) => row.purchaseId)
  ],
  profile: [
    column<Profile.Profile>("name", (row) =>
      [row.givenName, row.familyName].filter((part) => part !== undefined).join(" ")
    ),
    column<Profile.Profile>("membership", (row) => row.memberTier),
    column<Profile.Profile>("since", (row) => row.memberSince)
  ]
}

const overview = Effect.gen(function* () {
  const accounts = yield* Mirror.accounts
  const counts = yield* Mirror.counts
  yield* seen({
    command: "show",
    streams: [],
    accountIds: accounts.map(({ accountId }) => accountId),
    count: accounts.length
  })
  const value = accounts.map((account) => ({
    ...account,
    rows: Object.fromEntries(
      counts.filter((one) => one.accountId === account.accountId).map((one) => [one.stream, one.rows])
    )
  }))
  const holders = new Set(value.map((account) => account.holderId))
  const lines = value.flatMap((account) =>
    StreamName.streamNames
      .map((stream) => ({ account, stream, rows: account.rows[stream] ?? 0 }))
      .filter((line) => line.rows > 0)
  )
  yield* answer(value, (room) =>
    value.length === 0
      ? "The mirror is empty. Try: paymirror link klarna-us, or paymirror import FILE, or paymirror demo"
      : render(
          [
            ...(holders.size > 1
              ? [{ title: "holder", of: (line: (typeof lines)[number]) => line.account.holderId }]
              : []),
            { title: "account", of: (line) => line.account.displayName },
            { title: "held by", of: (line) => line.account.legalEntity },
            { title: "currency", of: (line) => line.account.currency },
            { title: "stream", of: (line) => line.stream },
            { title: "rows", of: (line) => String(line.rows), right: true },
            { title: "account id", of: (line) => line.account.accountId }
          ],
          lines,
          room
        )
  )
})

export const show = Command.make(
  "show",
  {
    stream: Argument.Literals("stream", StreamName.streamNames).pipe(
      Argument.withDescription("Which stream; without one, an overview"),
      Argument.optional
    ),
    limit: Flag.Int("limit").pipe(Flag.withDescription("How many rows at most"), Flag.withDefault(50)),
    account: Flag.String("account").pipe(Flag.withDescription("Only this account id"), Flag.optional)
  },
  Effect.fn(function* ({ account, limit, stream }) {
    if (Option.isNone(stream)) return yield* withMirror(overview)
    const name = stream.value
    yield* withMirror(
      Effect.gen(function* () {
        const found = yield* Mirror.rows({
          stream: name,
          limit,
          ...(Option.isNone(account) ? {} : { accountId: account.value })
        })
        yield* seen({
          command: `show ${name}`,
          streams: [name],
          accountIds: found.map(({ accountId }) => accountId),
          count: found.length
        })
        const names = new Map((yield* Mirror.accounts).map((one) => [one.accountId, one.displayName]))
        // Rows of several accounts stand side by side and are never added up.
        const several = new Set(found.map((row) => row.accountId)).size > 1
        yield* answerTable(
          found,
          [
            ...(several
              ? [{ title: "account", of: (row: Mirror.MirrorRow) => names.get(row.accountId) ?? row.accountId }]
              : []),
            ...(columns[name] as ReadonlyArray<Column<Row.Row>>).map((one) => ({
              ...one,
              of: (row: Mirror.MirrorRow) => one.of(row.row)
            }))
          ],
          `Nothing in ${name} yet.`
        )
      })
    )
  })
).pipe(
  Command.withDescription("Show what the mirror holds"),
  Command.withExamples([
    { command: "paymirror show", description: "An overview of accounts and streams" },
    { command: "paymirror show plans --limit 20", description: "The first twenty plans" },
    { command: "paymirror show balance --json", description: "The balance ledger with its provenance" }
  ])
)
