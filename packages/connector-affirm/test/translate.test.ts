/**
 * What a person sees of Affirm, over a real socket: amounts, signs, states and interest out of verbatim rows, and the
 * provider's own rules as the sandbox plays them.
 */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { type Plan, RefundAllocation, Schedule, type StreamName } from "@paymirror/core"
import { Route, Simulator, Socket } from "@paymirror/connector-testing/simulator"
import { neighbours } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { client } from "../src/promise.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })

/** Every row of a stream, and the values nobody knows. */
const reading = (simulator: Simulator.Simulator) =>
  Effect.map(Socket.serve(simulator), (baseUrl) => {
    const unknown: Array<string> = []
    const affirm = client({
      ...simulator.open("alex"),
      baseUrl,
      onGrant: () => undefined,
      onNotice: (notice) => void (notice._tag === "Drift" && unknown.push(notice.path))
    })
    const rows = <S extends StreamName.StreamName>(stream: S) =>
      Stream.runCollect(Stream.fromAsyncIterable(affirm.rows(stream), (error) => error))
    return { rows, unknown }
  })

const page = (rows: string, name: string) =>
  Route.other(({ asked }) => ({
    status: 200,
    body: asked.query.has("updated_after")
      ? { [rows]: [], next_cursor: asked.query.get("updated_after") }
      : readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8")
  }))

const verbatim = Effect.suspend(() =>
  reading(
    Simulator.make({
      routes: {
        "POST /auth/v1/token/refresh": Route.refresh(),
        "GET /consumer/v1/loans": page("loans", "loans"),
        "GET /consumer/v1/card/transactions": page("transactions", "card")
      }
    })
  )
)

describe("a loan", () => {
  it.live("is a purchase at its price and a plan whose bills carry the interest, late without a fee", () =>
    Effect.gen(function* () {
      const { rows } = yield* verbatim
      const [purchase] = yield* rows("purchases")
      const [plan] = yield* rows("plans")
      assert.deepStrictEqual(purchase, {
        purchaseId: "ln_1",
        planId: "ln_1:plan",
        merchantName: "Bramble & Volt",
        amount: usd(60_000),
        refundedAmount: usd(10_000),
        status: "OPEN",
        purchasedAt: "2026-01-10T09:30:00.000Z"
      })
      assert.deepStrictEqual(plan, {
        planId: "ln_1:plan",
        purchaseId: "ln_1",
        planType: "financing",
        planNickname: "monthly_3",
        merchantName: "Bramble & Volt",
        amount: usd(60_000),
        planCharge: usd(1505),
        refundedAmount: usd(10_000),
        status: "ACTIVE",
        schedule: [
          {
            installmentNumber: 1,
            dueDate: "2026-02-10",
            amountDue: usd(20_502),
            state: "paid",
            paidDate: "2026-02-10"
          },
          { installmentNumber: 2, dueDate: "2026-03-10", amountDue: usd(20_502), state: "late" },
          { installmentNumber: 3, dueDate: "2026-04-10", amountDue: usd(10_501), state: "scheduled" }
        ]
      })
    }).pipe(Effect.scoped)
  )

  it.live("says how it is paid back and how it stands; a plan nobody knows is shown as it is called", () =>
    Effect.gen(function* () {
      const { rows, unknown } = yield* verbatim
      const purchases = yield* rows("purchases")
      const plans = yield* rows("plans")
      assert.deepStrictEqual(
        plans.map(({ planNickname, planType, status }, index) => [
          planNickname,
          planType,
          status,
          purchases[index]?.status
        ]),
        [
          ["monthly_3", "financing", "ACTIVE", "OPEN"],
          ["pay_in_4", "pay_in_n", "ACTIVE", "OPEN"],
          ["monthly_6", "financing", "CANCELLED", "CANCELLED"],
          ["monthly_36", "other", "CANCELLED", "REFUNDED"]
        ]
      )
      assert.isFalse("planCharge" in (plans[1] ?? {}), "no interest is not an interest of nothing")
      assert.include(unknown, "plan")
    }).pipe(Effect.scoped)
  )
})

it.live(
  "a one-time card's spending is negative, a refund positive and bound to it, a void reversed, a hold pending",
  () =>
    Effect.gen(function* () {
      const { rows } = yield* verbatim
      assert.deepStrictEqual(
        (yield* rows("card")).map(({ amount, postedDate, referenceTransactionId, status }) => [
          status,
          amount.amount,
          postedDate,
          referenceTransactionId
        ]),
        [
          ["POSTED", -8432, "2026-03-13", undefined],
          ["POSTED", 1299, "2026-03-15", "tx_1"],
          ["REVERSED", -30_000, undefined, undefined],
          ["AUTHORIZATION", -2200, undefined, undefined]
        ]
      )
    }).pipe(Effect.scoped)
)

describe("Affirm's rules", () => {
  const borrowed = (plan: "pay_in_4" | "monthly_12") =>
    Effect.suspend(() => {
      const affirm = neighbours.affirm({ story: false })
      const loan = affirm.acts.shop("alex", { merchant: "Moth Lantern", amount: 120_000, plan, apr: 30 })
      return Effect.map(reading(affirm.simulator), ({ rows }) => ({
        ...affirm,
        loan,
        plan: Effect.map(rows("plans"), ([plan]): Plan.Plan => plan ?? assert.fail("no plan"))
      }))
    })

  it.live("four payments two weeks apart cost nothing", () =>
    Effect.gen(function* () {
      const { schedule } = yield* (yield* borrowed("pay_in_4")).plan
      assert.deepStrictEqual(
        schedule.map(({ amountDue, dueDate }) => [dueDate, amountDue.amount]),
        [
          ["2026-06-15", 30_000],
          ["2026-06-29", 30_000],
          ["2026-07-13", 30_000],
          ["2026-07-27", 30_000]
        ]
      )
    }).pipe(Effect.scoped)
  )

  it.live("twelve bills at 30 % ask for price and interest, to the cent", () =>
    Effect.gen(function* () {
      const plan = yield* (yield* borrowed("monthly_12")).plan
      assert.deepStrictEqual(
        [...new Set(plan.schedule.slice(0, 11).map(({ amountDue }) => amountDue.amount))],
        [11_698],
        "1200 at 2.5 % a month is 116.98 a month by the annuity formula"
      )
      assert.strictEqual(Schedule.imbalance(plan), 0)
      assert.strictEqual(
        plan.schedule.reduce((sum, { amountDue }) => sum + amountDue.amount, 0),
        120_000 + (plan.planCharge?.amount ?? 0)
      )
    }).pipe(Effect.scoped)
  )

  it.live("a missed bill is late from the next day, and never costs more", () =>
    Effect.gen(function* () {
      const { acts, advance, loan, plan } = yield* borrowed("pay_in_4")
      acts.failPayments("alex", loan, 4)
      advance({ days: 15 })
      assert.deepInclude((yield* plan).schedule[0], { state: "late", amountDue: usd(30_000) })
      advance({ days: 60 })
      const { schedule } = yield* plan
      assert.isTrue(schedule.every(({ amountDue, lateFeeAmount }) => amountDue.amount === 30_000 && !lateFeeAmount))
    }).pipe(Effect.scoped)
  )

  it.live("a refund comes off the last bill, then the one before, as the manifest's strategy would have it", () =>
    Effect.gen(function* () {
      const { acts, advance, loan, plan } = yield* borrowed("monthly_12")
      advance({ days: 31 })
      const before = yield* plan
      acts.refund("alex", loan, 15_000)
      const after = yield* plan
      const projected = Result.getOrThrow(RefundAllocation.refund(before, usd(15_000), RefundAllocation.lastFirst))
      assert.deepStrictEqual(after.schedule, projected.schedule)
      assert.deepInclude(after.schedule[11], { state: "cancelled", cancelledReason: "refund" })
      assert.strictEqual(Schedule.imbalance(after), 0)
    }).pipe(Effect.scoped)
  )

  it.live("a card that was not used within 24 hours leaves nothing to pay and nothing in the card's ledger", () =>
    Effect.gen(function* () {
      const affirm = neighbours.affirm({ story: false })
      const loan = affirm.acts.openCard("alex", { merchant: "Hotel Saltmarsh", amount: 30_000 })
      const { rows } = yield* reading(affirm.simulator)
      affirm.advance({ days: 1 })
      assert.throws(() => affirm.acts.useCard("alex", loan))
      const [plan] = yield* rows("plans")
      assert.strictEqual(plan?.status, "CANCELLED")
      assert.deepStrictEqual(yield* rows("card"), [])
    }).pipe(Effect.scoped)
  )
})
