/**
 * What a person sees of Sezzle, over a real socket: amounts, fees, moves and rewards out of verbatim rows, and the
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
    const sezzle = client({
      ...simulator.open("alex"),
      baseUrl,
      onGrant: () => undefined,
      onNotice: (notice) => void (notice._tag === "Drift" && unknown.push(notice.path))
    })
    const rows = <S extends StreamName.StreamName>(stream: S) =>
      Stream.runCollect(Stream.fromAsyncIterable(sezzle.rows(stream), (error) => error))
    return { rows, unknown }
  })

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8")

const page = (rows: string, name: string) =>
  Route.other(({ asked }) => ({
    status: 200,
    body: asked.query.has("updated_after")
      ? { [rows]: [], next_cursor: asked.query.get("updated_after") }
      : fixture(name)
  }))

const verbatim = Effect.suspend(() =>
  reading(
    Simulator.make({
      routes: {
        "POST /auth/v1/token/refresh": Route.refresh(),
        "GET /shopper/v2/orders": page("orders", "orders"),
        "GET /shopper/v2/rewards/entries": page("entries", "reward-entries"),
        "GET /shopper/v2/rewards": Route.other(() => ({ status: 200, body: fixture("rewards") })),
        "GET /shopper/v2/account": Route.other(() => ({ status: 200, body: fixture("account") }))
      }
    })
  )
)

describe("an order", () => {
  it.live(
    "is a purchase and its plan: a failure costs its installment, a move costs the plan, both say from when",
    () =>
      Effect.gen(function* () {
        const { rows } = yield* verbatim
        const [purchase] = yield* rows("purchases")
        const [plan] = yield* rows("plans")
        assert.deepStrictEqual(purchase, {
          purchaseId: "ord_1",
          planId: "ord_1:plan",
          merchantName: "Alder & Ash",
          orderReference: "AA-1009",
          amount: usd(18_200),
          refundedAmount: usd(4000),
          status: "OPEN",
          purchasedAt: "2026-04-22T09:30:00.000Z"
        })
        assert.deepStrictEqual(plan, {
          planId: "ord_1:plan",
          purchaseId: "ord_1",
          planType: "pay_in_n",
          merchantName: "Alder & Ash",
          amount: usd(18_200),
          planCharge: usd(500),
          refundedAmount: usd(4000),
          status: "ACTIVE",
          schedule: [
            {
              installmentNumber: 1,
              dueDate: "2026-04-22",
              amountDue: usd(4550),
              state: "paid",
              paidDate: "2026-04-22"
            },
            {
              installmentNumber: 2,
              dueDate: "2026-05-15",
              amountDue: usd(5550),
              state: "scheduled",
              lateFeeAmount: usd(1000),
              extendedFromDate: "2026-05-06"
            },
            {
              installmentNumber: 3,
              dueDate: "2026-05-29",
              amountDue: usd(5050),
              state: "scheduled",
              extendedFromDate: "2026-05-25"
            },
            { installmentNumber: 4, dueDate: "2026-06-03", amountDue: usd(550), state: "scheduled" }
          ]
        })
      }).pipe(Effect.scoped)
  )

  it.live("that was denied or given back is over, and a fee nobody knows is noted and still adds up", () =>
    Effect.gen(function* () {
      const { rows, unknown } = yield* verbatim
      const purchases = yield* rows("purchases")
      const plans = yield* rows("plans")
      assert.deepStrictEqual(
        plans.map(({ schedule, status }, index) => [
          purchases[index]?.status,
          status,
          schedule.map(({ state }) => state)
        ]),
        [
          ["OPEN", "ACTIVE", ["paid", "scheduled", "scheduled", "scheduled"]],
          ["CANCELLED", "CANCELLED", []],
          ["REFUNDED", "COMPLETED", ["paid", "cancelled"]],
          ["OPEN", "ACTIVE", ["due"]]
        ]
      )
      assert.deepStrictEqual([plans[3]?.planCharge, unknown.includes("installments.fees.type")], [usd(300), true])
      assert.deepStrictEqual(plans.slice(3).map(Schedule.imbalance), [0])
    }).pipe(Effect.scoped)
  )
})

it.live("Sezzle Spend is points beside the standing the provider states, and the subscription is a tier", () =>
  Effect.gen(function* () {
    const { rows } = yield* verbatim
    assert.deepStrictEqual(yield* rows("points"), [
      {
        rowType: "entry",
        entryId: "sp_1",
        entryType: "earned",
        status: "CONFIRMED",
        points: 364,
        createdAt: "2026-04-22T09:30:00.000Z",
        purchaseId: "ord_1"
      },
      {
        rowType: "entry",
        entryId: "sp_2",
        entryType: "redeemed",
        status: "CONFIRMED",
        points: -300,
        createdAt: "2026-05-01T09:00:00.000Z"
      },
      {
        rowType: "entry",
        entryId: "sp_3",
        entryType: "earned",
        status: "PENDING",
        points: 160,
        createdAt: "2026-05-02T10:00:00.000Z",
        purchaseId: "ord_3"
      },
      { rowType: "standing", points: 64, pendingPoints: 160 }
    ])
    assert.deepStrictEqual(yield* rows("profile"), [
      {
        profileId: "shopper-77",
        givenName: "Rosalind",
        familyName: "Quillfeather",
        email: "rosalind@quillfeather.example",
        memberTier: "anywhere",
        memberSince: "2025-11-03"
      }
    ])
  }).pipe(Effect.scoped)
)

describe("Sezzle's rules", () => {
  const shopped = Effect.suspend(() => {
    const sezzle = neighbours.sezzle({ story: false })
    const order = sezzle.acts.shop("alex", { merchant: "Moth Lantern", amount: 20_000 })
    return Effect.map(reading(sezzle.simulator), ({ rows }) => ({
      ...sezzle,
      order,
      rows,
      plan: Effect.map(rows("plans"), ([plan]): Plan.Plan => plan ?? assert.fail("no plan"))
    }))
  })
  const told = ({ schedule }: Plan.Plan) =>
    schedule.map(({ amountDue, dueDate, state }) => [dueDate, amountDue.amount, state])

  it.live("a quarter at purchase, and three more over six weeks", () =>
    Effect.gen(function* () {
      const { plan } = yield* shopped
      assert.deepStrictEqual(told(yield* plan), [
        ["2026-06-01", 5000, "paid"],
        ["2026-06-15", 5000, "scheduled"],
        ["2026-06-29", 5000, "scheduled"],
        ["2026-07-13", 5000, "scheduled"]
      ])
    }).pipe(Effect.scoped)
  )

  it.live("the first move is free, the next two cost a fee, a fourth or one of tomorrow is refused", () =>
    Effect.gen(function* () {
      const { acts, advance, order, plan } = yield* shopped
      const move = (installment: number, to: string) => () => acts.reschedule("alex", order, { installment, to })
      move(4, "2026-07-20")()
      assert.isUndefined((yield* plan).planCharge)
      move(4, "2026-07-25")()
      move(3, "2026-07-01")()
      assert.throws(move(4, "2026-08-01"))
      const moved = yield* plan
      assert.deepStrictEqual(told(moved).slice(2), [
        ["2026-07-01", 5500, "scheduled"],
        ["2026-07-25", 5500, "scheduled"]
      ])
      assert.deepStrictEqual([moved.planCharge, Schedule.imbalance(moved)], [usd(1000), 0])
      advance({ days: 13 })
      assert.throws(move(2, "2026-06-20"))
    }).pipe(Effect.scoped)
  )

  it.live("a failed payment has 48 hours; then it costs its fee and is moved by itself, while the others go on", () =>
    Effect.gen(function* () {
      const { acts, advance, order, plan } = yield* shopped
      acts.failPayments("alex", order)
      advance({ days: 15 })
      assert.deepStrictEqual(told(yield* plan)[1], ["2026-06-15", 5000, "due"])
      advance({ days: 1 })
      assert.deepInclude((yield* plan).schedule[1], {
        dueDate: "2026-06-24",
        extendedFromDate: "2026-06-15",
        amountDue: usd(6000),
        lateFeeAmount: usd(1000),
        state: "scheduled"
      })
      advance({ days: 20 })
      assert.deepStrictEqual(
        told(yield* plan).map(([, , state]) => state),
        ["paid", "paid", "paid", "scheduled"]
      )
    }).pipe(Effect.scoped)
  )

  it.live("a refund comes off the final payment, as the manifest's strategy would have it", () =>
    Effect.gen(function* () {
      const { acts, order, plan } = yield* shopped
      const before = yield* plan
      acts.refund("alex", order, 7000)
      const after = yield* plan
      const projected = Result.getOrThrow(RefundAllocation.refund(before, usd(7000), RefundAllocation.lastFirst))
      assert.deepStrictEqual(after.schedule, projected.schedule)
      assert.deepStrictEqual(told(after).slice(2), [
        ["2026-06-29", 3000, "scheduled"],
        ["2026-07-13", 0, "cancelled"]
      ])
    }).pipe(Effect.scoped)
  )

  it.live("a subscriber gets 2 % as Sezzle Spend, and can spend what is there", () =>
    Effect.gen(function* () {
      const { acts, advance, rows } = yield* shopped
      assert.deepStrictEqual(yield* rows("points"), [{ rowType: "standing", points: 0, pendingPoints: 0 }])
      acts.subscribe("alex", "premium")
      acts.shop("alex", { merchant: "Larder Lane", amount: 10_000 })
      assert.throws(() => acts.redeem("alex", 1))
      advance({ days: 1 })
      acts.redeem("alex", 150)
      assert.deepStrictEqual(
        (yield* rows("points")).map((row) => row.points),
        [200, -150, 50]
      )
      assert.deepInclude((yield* rows("profile"))[0], { memberTier: "premium", memberSince: "2026-06-01" })
    }).pipe(Effect.scoped)
  )
})
