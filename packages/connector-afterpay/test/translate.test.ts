/**
 * What a person sees of Afterpay, over a real socket: amounts, signs, states and fees out of verbatim rows, and the
 * provider's own rules as the sandbox plays them.
 */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { type Plan, RefundAllocation, type StreamName } from "@paymirror/core"
import { Route, Simulator, Socket } from "@paymirror/connector-testing/simulator"
import { neighbours } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { client } from "../src/promise.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })

/** Every row of a stream, by its id, and why rows were set aside. */
const reading = (simulator: Simulator.Simulator) =>
  Effect.map(Socket.serve(simulator), (baseUrl) => {
    const setAside: Array<string> = []
    const afterpay = client({
      ...simulator.open("alex"),
      baseUrl,
      onGrant: () => undefined,
      onNotice: (notice) => void (notice._tag === "Quarantined" && setAside.push(notice.reason))
    })
    const rows = <S extends StreamName.StreamName>(stream: S) =>
      Stream.runCollect(Stream.fromAsyncIterable(afterpay.rows(stream), (error) => error))
    return { rows, setAside }
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
        "POST /auth/v1/token/refresh": Route.refresh({
          token: "refreshToken",
          device: "deviceId",
          tokens: (held) => held
        }),
        "GET /consumer/v1/orders": page("orders", "orders"),
        "GET /consumer/v1/card/transactions": page("transactions", "card")
      }
    })
  )
)

describe("an order", () => {
  it.live("is a purchase and the plan that pays for it: what is late costs its fee, what moved says from when", () =>
    Effect.gen(function* () {
      const { rows } = yield* verbatim
      const [purchase] = yield* rows("purchases")
      const [plan] = yield* rows("plans")
      assert.deepStrictEqual(purchase, {
        purchaseId: "400201",
        planId: "400201:plan",
        merchantName: "Alder & Ash",
        orderReference: "AA-1009",
        amount: usd(18_200),
        refundedAmount: usd(6000),
        status: "OPEN",
        purchasedAt: "2026-04-22T09:30:00.000Z"
      })
      assert.deepStrictEqual(plan, {
        planId: "400201:plan",
        purchaseId: "400201",
        planType: "pay_in_n",
        merchantName: "Alder & Ash",
        amount: usd(18_200),
        refundedAmount: usd(6000),
        status: "ACTIVE",
        schedule: [
          { installmentNumber: 1, dueDate: "2026-04-22", amountDue: usd(4550), state: "paid", paidDate: "2026-04-22" },
          { installmentNumber: 2, dueDate: "2026-05-06", amountDue: usd(5350), state: "late", lateFeeAmount: usd(800) },
          {
            installmentNumber: 3,
            dueDate: "2026-05-27",
            amountDue: usd(3100),
            state: "scheduled",
            extendedFromDate: "2026-05-20"
          },
          {
            installmentNumber: 4,
            dueDate: "2026-06-03",
            amountDue: usd(0),
            state: "cancelled",
            cancelledReason: "refund"
          }
        ]
      })
    }).pipe(Effect.scoped)
  )

  it.live("that was given back in two refunds, declined or voided is over, each in its own way", () =>
    Effect.gen(function* () {
      const { rows, setAside } = yield* verbatim
      const orders = yield* rows("purchases")
      const plans = yield* rows("plans")
      assert.deepStrictEqual(
        orders.map(({ purchaseId, refundedAmount, status }) => [purchaseId, status, refundedAmount?.amount]),
        [
          ["400201", "OPEN", 6000],
          ["400202", "REFUNDED", 9999],
          ["400203", "CANCELLED", undefined],
          ["400204", "CANCELLED", undefined]
        ]
      )
      assert.deepStrictEqual(
        plans.map(({ schedule, status }) => [
          status,
          schedule.map(({ cancelledReason, state }) => cancelledReason ?? state)
        ]),
        [
          ["ACTIVE", ["paid", "late", "scheduled", "refund"]],
          ["COMPLETED", ["paid", "refund", "refund", "refund"]],
          ["CANCELLED", []],
          ["CANCELLED", ["plan_cancelled", "plan_cancelled", "plan_cancelled", "plan_cancelled"]]
        ]
      )
      assert.include(setAside, "cannot be read at originalAmount", "a tenth of a cent is never rounded")
    }).pipe(Effect.scoped)
  )
})

it.live(
  "the single-use card's spending is negative, a refund positive and bound to it, and only an open hold pending",
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
          ["POSTED", -8432, "2026-05-13", undefined],
          ["POSTED", 1299, "2026-05-15", "ct-1"],
          ["AUTHORIZATION", -2200, undefined, undefined]
        ]
      )
    }).pipe(Effect.scoped)
)

describe("Afterpay's rules", () => {
  const shopped = Effect.suspend(() => {
    const afterpay = neighbours.afterpay({ story: false })
    const order = afterpay.acts.shop("alex", { merchant: "Moth Lantern", amount: 20_002 })
    return Effect.map(reading(afterpay.simulator), ({ rows }) => ({
      ...afterpay,
      order,
      plan: Effect.map(rows("plans"), ([plan]): Plan.Plan => plan ?? assert.fail("no plan"))
    }))
  })
  const asked = ({ schedule }: Plan.Plan) => schedule.map(({ amountDue, state }) => [amountDue.amount, state])

  it.live("four payments, the first at purchase, then every two weeks", () =>
    Effect.gen(function* () {
      const { plan } = yield* shopped
      const told = yield* plan
      assert.deepStrictEqual(asked(told), [
        [5001, "paid"],
        [5001, "scheduled"],
        [5000, "scheduled"],
        [5000, "scheduled"]
      ])
      assert.deepStrictEqual(
        told.schedule.map(({ dueDate }) => dueDate),
        ["2026-06-01", "2026-06-15", "2026-06-29", "2026-07-13"]
      )
    }).pipe(Effect.scoped)
  )

  it.live("ten days after a missed payment it is late and costs $8, while the others go on", () =>
    Effect.gen(function* () {
      const { acts, advance, order, plan } = yield* shopped
      acts.failPayments("alex", order)
      advance({ days: 23 })
      assert.deepStrictEqual(asked(yield* plan)[1], [5001, "due"])
      advance({ days: 5 })
      assert.deepStrictEqual(asked(yield* plan).slice(1), [
        [5801, "late"],
        [5000, "paid"],
        [5000, "scheduled"]
      ])
    }).pipe(Effect.scoped)
  )

  it.live("one payment of an order is moved, neither the first nor the last, nor one of tomorrow", () =>
    Effect.gen(function* () {
      const { acts, advance, order, plan } = yield* shopped
      const move = (installment: number, to: string) => () => acts.reschedule("alex", order, { installment, to })
      assert.throws(move(1, "2026-06-20"))
      assert.throws(move(4, "2026-07-20"))
      advance({ days: 13 })
      assert.throws(move(2, "2026-06-20"))
      move(3, "2026-07-06")()
      assert.throws(move(3, "2026-07-08"))
      assert.deepInclude((yield* plan).schedule[2], { dueDate: "2026-07-06", extendedFromDate: "2026-06-29" })
    }).pipe(Effect.scoped)
  )

  it.live(
    "a refund comes off as the manifest's strategy would have it, and from the holder's side what was paid comes back",
    () =>
      Effect.gen(function* () {
        const { acts, order, plan } = yield* shopped
        const before = yield* plan
        const projected = RefundAllocation.refund(before, usd(7000), RefundAllocation.lastFirst)
        assert.strictEqual(acts.refund("alex", order, 7000), 0)
        const after = yield* plan
        assert.deepStrictEqual(asked(after), [
          [5001, "paid"],
          [5001, "scheduled"],
          [3000, "scheduled"],
          [0, "cancelled"]
        ])
        assert.deepStrictEqual(after.schedule, Result.getOrThrow(projected).schedule)
        assert.strictEqual(acts.refund("alex", order), 5001)
        assert.strictEqual((yield* plan).status, "COMPLETED")
      }).pipe(Effect.scoped)
  )
})
