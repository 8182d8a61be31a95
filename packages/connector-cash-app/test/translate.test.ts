/** What each row of Cash App's becomes, told as a person would notice it; every one also satisfies the model's own schema. */
import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { Row, Schedule } from "@paymirror/core"
import type { Translation } from "@paymirror/session/translation"
import * as Schema from "effect/Schema"
import * as Api from "../src/Api.ts"
import { provider } from "../src/read.ts"
import { activity, balance } from "../src/translate/activity.ts"
import { order } from "../src/translate/order.ts"

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

const activities = Schema.decodeUnknownSync(Schema.Array(Api.Activity))(fixture("activity")["activity"])
const told = rowsOf(activities.map(activity))
const entries = told.flatMap(({ row, stream }) => (stream === "balance" && row.rowType === "entry" ? [row] : []))
const cards = told.flatMap((each) => (each.stream === "card" ? [each] : []))
const orders = rowsOf(Schema.decodeUnknownSync(Schema.Array(Api.Order))(fixture("orders")["orders"]).map(order))
const plans = orders.flatMap((each) => (each.stream === "plans" ? [each.row] : []))
const usd = (amount: number) => ({ amount, currency: "USD" })

it("every activity is an entry of the balance, in the report's own words", () => {
  assert.deepStrictEqual(
    entries.map(({ amount, entryType, status }) => [entryType, status, amount.amount]),
    [
      ["top_up", "BOOKED", 60_000],
      ["payment", "BOOKED", -2350],
      ["cashback", "BOOKED", 235],
      ["transfer", "BOOKED", -8000],
      ["withdrawal", "BOOKED", -10_175],
      ["payment", "BOOKED", 500],
      ["payment", "PENDING", -890]
    ]
  )
})

it("a payment from another card says where from and counts in no sum; a top-up from a bank does count", () => {
  assert.deepStrictEqual(
    entries.map(({ fundingSource }) => fundingSource),
    [undefined, undefined, undefined, "Heron Visa Debit 7731", undefined, undefined, undefined]
  )
  const counted = entries.filter(({ fundingSource, status }) => status === "BOOKED" && fundingSource === undefined)
  assert.strictEqual(
    counted.reduce((sum, { amount }) => sum + amount.amount, 0),
    60_000 - 2350 + 235 - 10_175 + 500
  )
})

it("a fee is inside the amount and told beside it", () => {
  assert.deepInclude(entries[4], { amount: usd(-10_175), fee: usd(175) })
})

it("what the card paid is in the card's ledger too, under the same id, its refund bound to it", () => {
  assert.deepStrictEqual(
    cards.map(({ pending, row }) => [
      row.transactionId,
      row.status,
      row.amount.amount,
      pending,
      row.referenceTransactionId
    ]),
    [
      ["ca2", "POSTED", -2350, false, undefined],
      ["ca6", "POSTED", 500, false, "ca2"],
      ["ca7", "AUTHORIZATION", -890, true, undefined]
    ]
  )
})

it("the balance it states stands beside its entries", () => {
  const stated = { balance: { amount_minor: 48_210, currency: "USD", as_of: "2026-05-08T11:00:00Z" } }
  assert.deepStrictEqual(rowsOf([balance(Schema.decodeUnknownSync(Api.Balance)(stated))])[0]?.row, {
    rowType: "balance",
    balanceType: "interimBooked",
    amount: usd(48_210)
  })
})

it("an order of Afterpay's is a plan under that lender's name, its late fee with its installment", () => {
  assert.deepInclude(plans[0], {
    planNickname: "Afterpay pay_in_4",
    amount: usd(24_050),
    refundedAmount: usd(6000),
    status: "ACTIVE"
  })
  assert.deepStrictEqual(
    plans[0]?.schedule.map(({ amountDue, lateFeeAmount, state }) => [
      state,
      amountDue.amount,
      lateFeeAmount?.amount ?? 0
    ]),
    [
      ["paid", 6013, 0],
      ["late", 6813, 800],
      ["scheduled", 6012, 0],
      ["scheduled", 12, 0]
    ]
  )
  assert.deepStrictEqual(plans.map(Schedule.imbalance), [0, 0])
})

it("a purchase that was refunded in full says so, and what went back to the person", () => {
  assert.deepInclude(plans[1], { refundedToHolder: usd(2500) })
  assert.deepStrictEqual(
    orders.flatMap(({ row, stream }) => (stream === "purchases" ? [row.status] : [])),
    ["OPEN", "REFUNDED"]
  )
})

it("a type nobody has documented is kept as other and noted; a notification is no row; a status refuses the row", () => {
  const [first] = activities
  assert.isDefined(first)
  if (first === undefined) return
  const { balance: feed } = provider.feeds
  assert.isObject(feed)
  const read = (row: object) => (typeof feed === "object" ? feed.events([row], "balance").events : [])
  const [entry, drift] = read({ ...first, transaction_type: "Stock Dividend" })
  assert.deepInclude(entry?._tag === "Upsert" ? entry.row : {}, { entryType: "other", providerType: "Stock Dividend" })
  assert.deepInclude(drift, { kind: "unknown_value", path: "transaction_type" })
  assert.deepStrictEqual(read({ ...first, transaction_type: "Account Notifications" }), [])
  const [aside] = read({ ...first, status: "HIBERNATING" })
  assert.deepInclude(aside, { _tag: "Quarantined", reason: "status has a value that is not known" })
})
