/** What each wire row becomes, told as whole rows; every one of them also satisfies the model's own schema. */
import { assert, describe, it } from "@effect/vitest"
import { Row, type StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { instant } from "@paymirror/session/translation"
import { fixture } from "./Provider.ts"
import { ids, read, upserts, withProvider } from "./Reading.ts"

const all = (stream: StreamName.StreamName) =>
  withProvider((provider) =>
    Effect.map(read({ baseUrl: provider.url }, { stream }), ({ error, events }) => {
      assert.isUndefined(error)
      for (const upsert of upserts(events)) {
        Schema.decodeUnknownSync(Row.schemas[upsert.stream])(upsert.row, { onExcessProperty: "error" })
      }
      return upserts(events)
    })
  )

const usd = (amount: number) => ({ amount, currency: "USD" })

describe("a purchase", () => {
  it.live("is an order and the plan that pays for it, each naming the other", () =>
    Effect.map(all("purchases"), (events) => {
      assert.deepStrictEqual(events.slice(0, 2), [
        {
          _tag: "Upsert",
          stream: "purchases",
          id: "p_1",
          version: "2026-06-01T08:00:00.000Z",
          row: {
            purchaseId: "p_1",
            merchantName: "Alder & Ash",
            amount: usd(10_000),
            status: "OPEN",
            planId: "p_1:plan",
            merchantCategoryCode: "5651",
            orderReference: "AA-1009",
            purchasedAt: "2026-05-01T09:30:00.000Z",
            lineItems: [{ name: "Rain coat", quantity: 1, amount: usd(10_000) }],
            refundedAmount: usd(2000)
          }
        },
        {
          _tag: "Upsert",
          stream: "plans",
          id: "p_1:plan",
          version: "2026-06-01T08:00:00.000Z",
          row: {
            planId: "p_1:plan",
            purchaseId: "p_1",
            planType: "pay_in_n",
            planNickname: "pay_in_4",
            merchantName: "Alder & Ash",
            amount: usd(10_000),
            status: "ACTIVE",
            refundedAmount: usd(2000),
            planCharge: usd(150),
            schedule: [
              {
                installmentNumber: 1,
                dueDate: "2026-05-01",
                amountDue: usd(2650),
                state: "paid",
                amountPaid: usd(2650),
                paidDate: "2026-05-01"
              },
              {
                installmentNumber: 2,
                dueDate: "2026-05-29",
                amountDue: usd(2533),
                state: "late",
                extendedFromDate: "2026-05-15",
                lateFeeAmount: usd(700)
              },
              {
                installmentNumber: 3,
                dueDate: "2026-06-12",
                amountDue: usd(1833),
                state: "paused",
                pausedReason: "return"
              },
              {
                installmentNumber: 4,
                dueDate: "2026-06-26",
                amountDue: usd(0),
                state: "cancelled",
                cancelledReason: "merged"
              }
            ]
          }
        }
      ])
    })
  )

  it.live("keeps a category code's leading zero and leaves out what the provider left null", () =>
    Effect.map(all("purchases"), (events) => {
      assert.deepStrictEqual(events.find(({ id }) => id === "p_2")?.row, {
        purchaseId: "p_2",
        merchantName: "Northside Books",
        amount: usd(2599),
        status: "COMPLETED",
        planId: "p_2:plan",
        merchantCategoryCode: "0742",
        purchasedAt: "2026-06-02T18:11:09.000Z"
      })
    })
  )

  it.live("has a plan for each way to pay, with the status its schedule comes to", () =>
    Effect.map(all("plans"), (events) => {
      assert.deepStrictEqual(
        events.map(({ row }) => ("planType" in row ? [row.planNickname, row.planType, row.status] : [])),
        [
          ["pay_in_4", "pay_in_n", "ACTIVE"],
          ["pay_in_full", "pay_in_full", "COMPLETED"],
          ["financing_6", "financing", "CANCELLED"],
          ["pay_in_30", "pay_later", "ACTIVE"]
        ]
      )
    })
  )

  it.live("is read from the seed document's own example, word for word", () =>
    withProvider((provider) => {
      provider.hook = ({ path, query }, response) => {
        if (path !== "/consumer/v2/purchases" || query.has("updated_after")) return false
        response.writeHead(200, { "content-type": "application/json" }).end(fixture("seed-purchases"))
        return true
      }
      provider.feeds["purchases"] = []
      return Effect.map(read({ baseUrl: provider.url }), ({ error, events }) => {
        assert.isUndefined(error)
        assert.deepStrictEqual(ids(events), ["p_8fa3...", "p_8fa3...:plan"])
      })
    })
  )
})

it.live("card spending is negative, its refund positive and bound to it, and only an open hold is pending", () =>
  Effect.map(all("card"), (events) => {
    assert.deepStrictEqual(
      events.map(({ id, pending, row }) => ("transactionId" in row ? [id, row.status, row.amount, pending] : [])),
      [
        ["t_1", "AUTHORIZATION", usd(-2400), true],
        ["t_2", "POSTED", usd(-512), false],
        ["t_3", "POSTED", usd(512), false],
        ["t_4", "DECLINED", usd(-100_000), false],
        ["t_5", "REVERSED", usd(-100), false]
      ]
    )
    assert.deepStrictEqual(events[1]?.row, {
      transactionId: "t_2",
      status: "POSTED",
      amount: usd(-512),
      transactionTimestamp: "2026-06-04T07:00:00.000Z",
      cardId: "card_1",
      merchantName: "Kaffe Stockholm",
      postedDate: "2026-06-06",
      foreignAmount: { amount: -4900, currency: "SEK" }
    })
    assert.propertyVal(events[2]?.row, "referenceTransactionId", "t_2")
  })
)

it.live("a redemption of points and the credit it became name each other", () =>
  Effect.gen(function* () {
    const credit = (yield* all("balance")).find(({ id }) => id === "b_2")
    const debit = (yield* all("points")).find(({ id }) => id === "pt_2")
    assert.propertyVal(credit?.row, "pointsEntryId", "pt_2")
    assert.propertyVal(debit?.row, "balanceEntryId", "b_2")
  })
)

it.live("the deposit ledger stands beside the balance the provider states", () =>
  Effect.map(all("balance"), (events) => {
    assert.deepStrictEqual(
      events.map(({ id, pending }) => [id, pending]),
      [
        ["b_1", false],
        ["b_2", false],
        ["b_3", true],
        ["balance:interimBooked", undefined],
        ["balance:interimAvailable", undefined]
      ]
    )
    assert.deepStrictEqual(events[3]?.row, {
      rowType: "balance",
      balanceType: "interimBooked",
      amount: usd(5300)
    })
    assert.deepStrictEqual(events[2]?.row, {
      rowType: "entry",
      entryId: "b_3",
      entryType: "payment",
      providerType: "payment",
      status: "PENDING",
      amount: usd(-1000),
      createdAt: "2026-06-03T00:00:00.000Z",
      purchaseId: "p_1"
    })
  })
)

it.live("points, deliveries and the profile are told in the model's words", () =>
  Effect.gen(function* () {
    const points = yield* all("points")
    assert.deepStrictEqual(points.at(-1)?.row, {
      rowType: "standing",
      points: 200,
      pendingPoints: 25
    })
    assert.deepStrictEqual((yield* all("deliveries"))[0]?.row, {
      deliveryId: "d_1",
      carrier: "UPS",
      status: "OUT_FOR_DELIVERY",
      purchaseId: "p_1",
      trackingNumber: "1Z999",
      arrivalFrom: "2026-06-08",
      arrivalTo: "2026-06-09"
    })
    assert.deepStrictEqual((yield* all("profile"))[0]?.row, {
      profileId: "u_77",
      givenName: "Rosalind",
      familyName: "Quillfeather",
      email: "rosalind@quillfeather.example",
      phoneNumber: "+15555550123",
      memberTier: "plus",
      memberSince: "2025-11-03"
    })
  })
)

it("a moment is read in any of its spellings in UTC or with an offset, and never without a zone", () => {
  for (const [text, expected] of [
    ["2026-06-08T12:04:11Z", "2026-06-08T12:04:11.000Z"],
    ["2026-06-08T12:04:11.250Z", "2026-06-08T12:04:11.250Z"],
    ["2026-06-08T14:04:11+02:00", "2026-06-08T12:04:11.000Z"],
    ["2026-06-08T12:04:11", undefined],
    ["2026-02-30T12:04:11Z", undefined],
    ["2026-06-08T24:00:00Z", undefined],
    ["yesterday", undefined]
  ] as const) {
    assert.strictEqual(instant(text), expected)
  }
})
