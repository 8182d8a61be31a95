/** One login, an account for each currency: a conversion leaves one and arrives in the other, and plans are of one alone. */
import { assert, it } from "@effect/vitest"
import type { Balance, Plan } from "@paymirror/core"
import { neighbours } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"
import { client, connector } from "../src/promise.ts"

it.live("linking finds an account for each currency the person holds", () =>
  Effect.gen(function* () {
    const side = neighbours.paypal()
    const baseUrl = yield* side.serve
    const { deviceId, refreshToken } = side.handOver("alex")
    const paypal = yield* Effect.promise(() => connector({ baseUrl }))
    const answer = { _tag: "Entered" as const, values: { refresh_token: refreshToken, device_id: deviceId } }
    const step = yield* Effect.promise(() => paypal.link({ answer, state: "hand-over" }))
    if (step._tag !== "Linked") return assert.fail(step._tag)
    assert.deepStrictEqual(
      step.accounts.map(({ currency, displayName, identification }) => [identification, currency, displayName]),
      [
        ["PPLX222222222", "USD", "PayPal USD"],
        ["PPLX222222222", "EUR", "PayPal EUR"]
      ]
    )
    yield* Effect.promise(() => paypal.close())
  }).pipe(Effect.scoped)
)

it.live("a conversion leaves dollars and arrives in euros; a refund that came alone leaves the plan due", () =>
  Effect.gen(function* () {
    const side = neighbours.paypal({ story: false })
    const { acts } = side
    acts.deposit("alex", 50_000)
    acts.convert("alex", { usd: 11_000, eur: 10_000 })
    acts.shop("alex", { merchant: "Bramble & Volt", amount: 30_000 })
    acts.refundUnlinked("alex", { from: "Bramble & Volt", amount: 7500 })
    const baseUrl = yield* side.serve
    const read = (currency: string) =>
      Effect.promise(async () => {
        const paypal = client({ ...side.handOver("alex"), currency, baseUrl, onGrant: () => undefined })
        const rows: Array<Balance.BalanceRow> = []
        for await (const row of paypal.rows("balance")) rows.push(row)
        const plans: Array<Plan.Plan> = []
        for await (const plan of paypal.rows("plans")) plans.push(plan)
        return { plans, rows: rows.map(({ amount }) => [amount.amount, amount.currency]) }
      })
    const dollars = yield* read("USD")
    const euros = yield* read("EUR")
    assert.deepStrictEqual(dollars.rows, [
      [50_000, "USD"],
      [-11_000, "USD"],
      [7500, "USD"],
      [46_500, "USD"]
    ])
    assert.deepStrictEqual(euros, {
      plans: [],
      rows: [
        [10_000, "EUR"],
        [10_000, "EUR"]
      ]
    })
    assert.deepStrictEqual(
      dollars.plans.map(({ refundedAmount, schedule, status }) => [
        status,
        refundedAmount,
        schedule.map((one) => one.state)
      ]),
      [["ACTIVE", undefined, ["paid", "scheduled", "scheduled", "scheduled"]]]
    )
  }).pipe(Effect.scoped)
)
