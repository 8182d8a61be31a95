/** One login, three accounts: each is found by linking and read by itself, and none shows a row of another. */
import { assert, it } from "@effect/vitest"
import type { Balance } from "@paymirror/core"
import { neighbours } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"
import { client, connector } from "../src/promise.ts"

it.live("linking finds spending, savings and Credit Builder, at the bank that holds each", () =>
  Effect.gen(function* () {
    const side = neighbours.chime()
    const baseUrl = yield* side.serve
    const { deviceId, refreshToken } = side.handOver("alex")
    const chime = yield* Effect.promise(() => connector({ baseUrl }))
    const answer = { _tag: "Entered" as const, values: { refresh_token: refreshToken, device_id: deviceId } }
    const step = yield* Effect.promise(() => chime.link({ answer, state: "hand-over" }))
    if (step._tag !== "Linked") return assert.fail(step._tag)
    assert.deepStrictEqual(
      step.accounts.map(({ displayName, legalEntity }) => [displayName, legalEntity]),
      [
        ["Chime Spending", "Cedar Bank, N.A."],
        ["Chime Savings", "Cedar Bank, N.A."],
        ["Chime Credit Builder", "Heron National Bank"]
      ]
    )
    yield* Effect.promise(() => chime.close())
  }).pipe(Effect.scoped)
)

it.live("a round-up leaves spending and arrives in savings under one name; no row is in two accounts", () =>
  Effect.gen(function* () {
    const side = neighbours.chime()
    const baseUrl = yield* side.serve
    const ledger = (name: string) =>
      Effect.promise(async () => {
        const chime = client({
          ...side.handOver("alex"),
          account: name,
          baseUrl,
          onGrant: () => undefined
        })
        const entries: Array<Balance.BalanceEntry> = []
        for await (const row of chime.rows("balance")) if (row.rowType === "entry") entries.push(row)
        return entries
      })
    const [spending, savings, credit] = yield* Effect.all([
      ledger("spending"),
      ledger("savings"),
      ledger("credit-builder")
    ])
    const moved = (rows: typeof spending) =>
      rows.flatMap(({ amount, providerType, reference }) =>
        providerType === "Round Up" ? [{ reference, amount: Math.abs(amount.amount) }] : []
      )
    assert.isNotEmpty(moved(spending))
    assert.deepStrictEqual(moved(spending), moved(savings))
    const ids = [...spending, ...savings, ...credit].map(({ entryId }) => entryId)
    assert.strictEqual(new Set(ids).size, ids.length)
  }).pipe(Effect.scoped)
)
