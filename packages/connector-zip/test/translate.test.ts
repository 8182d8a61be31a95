/** What each row of Zip's becomes, told as a person would notice it; every one also satisfies the model's own schema. */
import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { type Plan, RefundAllocation, Row, Schedule } from "@paymirror/core"
import type { Translation } from "@paymirror/session/translation"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Api from "../src/Api.ts"
import { manifest } from "../src/Manifest.ts"
import { provider } from "../src/read.ts"
import { cardTransaction, order } from "../src/translate.ts"

const fixture = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8"))

const rowsOf = (translations: ReadonlyArray<Translation>) =>
  translations.flatMap((translation) => {
    if ("_tag" in translation) return assert.fail(`refused at ${translation.path}`)
    const upserts = translation.flatMap((event) => (event._tag === "Upsert" ? [event] : []))
    for (const { row, stream } of upserts) {
      Schema.decodeUnknownSync(Row.schemas[stream])(row, { onExcessProperty: "error" })
    }
    return upserts
  })

const orders = Schema.decodeUnknownSync(Schema.Array(Api.Order))(fixture("orders")["orders"])
const spending = Schema.decodeUnknownSync(Schema.Array(Api.CardTransaction))(fixture("card")["transactions"])
const told = rowsOf(orders.map(order))
const plans = told.flatMap((each) => (each.stream === "plans" ? [each.row] : []))
const purchases = told.flatMap((each) => (each.stream === "purchases" ? [each.row] : []))
const usd = (amount: number) => ({ amount, currency: "USD" })

it("asks for each installment with its finance charge, its late fee and its reschedule fee", () => {
  assert.deepStrictEqual(plans[0]?.schedule, [
    { installmentNumber: 1, dueDate: "2026-04-02", amountDue: usd(7600), state: "paid", paidDate: "2026-04-02" },
    { installmentNumber: 2, dueDate: "2026-04-16", amountDue: usd(8300), state: "late", lateFeeAmount: usd(700) },
    {
      installmentNumber: 3,
      dueDate: "2026-05-05",
      amountDue: usd(7800),
      state: "scheduled",
      extendedFromDate: "2026-04-30"
    },
    { installmentNumber: 4, dueDate: "2026-05-14", amountDue: usd(7600), state: "scheduled" }
  ])
  assert.deepInclude(plans[0], {
    amount: usd(30_000),
    planCharge: usd(600),
    status: "ACTIVE",
    planNickname: "pay_in_4"
  })
})

it("says what a full refund gave back, and asks for nothing more", () => {
  assert.deepInclude(plans[1], { refundedAmount: usd(20_000), refundedToHolder: usd(5000), planCharge: usd(100) })
  assert.deepStrictEqual(
    plans[1]?.schedule.map(({ cancelledReason, state }) => cancelledReason ?? state),
    ["paid", "refund", "refund", "refund"]
  )
  assert.deepStrictEqual(
    purchases.map(({ status }) => status),
    ["OPEN", "REFUNDED", "CANCELLED"]
  )
})

it("adds up: the installments of every plan are what the plan accounts for", () => {
  assert.deepStrictEqual(plans.map(Schedule.imbalance), [0, 0, 0])
})

it("shows card spending as negative, its refund as positive and bound to it, and only an open hold as pending", () => {
  assert.deepStrictEqual(
    rowsOf(spending.map(cardTransaction)).map(({ pending, row }) =>
      "transactionId" in row
        ? [row.transactionId, row.status, row.amount.amount, pending, row.referenceTransactionId]
        : []
    ),
    [
      ["zt_1", "POSTED", -15_000, false, undefined],
      ["zr_1", "POSTED", 2500, false, "zt_1"],
      ["zt_2", "AUTHORIZATION", -3100, true, undefined]
    ]
  )
})

it("refuses a row whose state nobody has documented, and names the field", () => {
  const [first] = orders
  assert.isDefined(first)
  if (first === undefined) return
  const { purchases: feed } = provider.feeds
  const aside = (row: object) => (typeof feed === "object" ? feed.events([row], "purchases").events[0] : undefined)
  assert.deepInclude(aside({ ...first, state: "hibernating" }), { reason: "state has a value that is not known" })
  const installments = first.installments.map((each) => ({ ...each, state: "hibernating" }))
  assert.deepInclude(aside({ ...first, installments }), { reason: "installments.state has a value that is not known" })
})

// The numbers Zip publishes on its help pages (US 4414907614491, Singapore 4413007213851).
it.for([
  { refund: 15_000, before: [7500, 7500, 7500, 7500], after: [7500, 7500, 0, 0], back: 0 },
  { refund: 5000, before: [2500, 2500, 2500, 2500], after: [2500, 2500, 0, 0], back: 0 },
  { refund: 20_000, before: [5000, 5000, 5000, 5000], after: [5000, 0, 0, 0], back: 5000 }
])("foretells a refund of $refund as Zip publishes it", ({ after, back, before, refund }) => {
  const plan: Plan.Plan = {
    planId: "p",
    planType: "pay_in_n",
    amount: usd(before.reduce((sum, each) => sum + each, 0)),
    status: "ACTIVE",
    schedule: before.map((each, index) => ({
      installmentNumber: index + 1,
      dueDate: "2026-05-01",
      amountDue: usd(each),
      state: index === 0 ? "paid" : "scheduled"
    }))
  }
  const strategy = RefundAllocation.strategies[manifest.refundAllocation ?? "spread_evenly"]
  const left = Result.getOrThrow(RefundAllocation.refund(plan, usd(refund), strategy))
  assert.deepStrictEqual(
    left.schedule.map(({ amountDue }) => amountDue.amount),
    after
  )
  assert.strictEqual(left.refundedToHolder?.amount ?? 0, back)
})
