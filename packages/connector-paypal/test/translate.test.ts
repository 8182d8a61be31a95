/** What each row of PayPal's becomes, told as a person would notice it; every one also satisfies the model's own schema. */
import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { Row, Schedule } from "@paymirror/core"
import type { Translation } from "@paymirror/session/translation"
import * as Schema from "effect/Schema"
import * as Api from "../src/Api.ts"
import { provider } from "../src/read.ts"
import { plan } from "../src/translate/plan.ts"
import { balance, transaction } from "../src/translate/wallet.ts"

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

const noted: Array<string> = []
const note = (path: string): void => void noted.push(path)
const transactions = Schema.decodeUnknownSync(Schema.Array(Api.Transaction))(fixture("activity")["transactions"])
const told = rowsOf(transactions.map((row) => transaction(row, note)))
const entries = told.flatMap(({ row, stream }) => (stream === "balance" && row.rowType === "entry" ? [row] : []))
const orders = rowsOf(Schema.decodeUnknownSync(Schema.Array(Api.Plan))(fixture("plans")["plans"]).map(plan))
const plans = orders.flatMap((each) => (each.stream === "plans" ? [each.row] : []))
const wallet = Schema.decodeUnknownSync(Api.Wallet)(fixture("wallet"))
const usd = (amount: number) => ({ amount, currency: "USD" })

it("a pending bank deposit has moved the balance, a pending payment has not, an authorization never does", () => {
  assert.deepStrictEqual(
    entries.map(({ amount, entryType, providerType, status }) => [providerType, entryType, status, amount.amount]),
    [
      ["T0300", "top_up", "BOOKED", 90_000],
      ["T0006", "payment", "BOOKED", -4418],
      ["T0000", "payment", "BOOKED", 4825],
      ["T1300", "payment", "REJECTED", -2000],
      ["T0006", "payment", "BOOKED", -2000],
      ["T1107", "refund", "BOOKED", 2500],
      ["T1107", "refund", "BOOKED", 7500],
      ["T0006", "payment", "PENDING", -890],
      ["T0006", "payment", "REJECTED", -30_000]
    ]
  )
  assert.deepStrictEqual(
    told.map(({ pending }) => pending),
    [false, false, false, false, false, false, false, true, false]
  )
  assert.deepStrictEqual(noted, [])
})

it("the booked entries add up to the balance PayPal states", () => {
  const booked = entries.filter(({ status }) => status === "BOOKED").reduce((sum, { amount }) => sum + amount.amount, 0)
  const stated = rowsOf([balance("USD")(wallet)])
  assert.deepStrictEqual(stated[0]?.row, { rowType: "balance", balanceType: "interimBooked", amount: usd(booked) })
  assert.deepStrictEqual(stated[1]?.row, { rowType: "balance", balanceType: "interimAvailable", amount: usd(8407) })
})

it("a fee is inside the amount and told beside it, as a positive amount", () => {
  assert.deepInclude(entries[2], { amount: usd(4825), fee: usd(175) })
})

it("an authorization and the payment under the same transaction id stay two rows", () => {
  assert.deepStrictEqual(
    entries.slice(3, 5).map(({ entryId }) => entryId),
    ["4EF53561YB598914P:T1300", "4EF53561YB598914P:T0006"]
  )
})

it("a refund that PayPal binds to an order names it; one that came alone names none", () => {
  assert.deepStrictEqual(
    entries.slice(5, 7).map(({ purchaseId }) => purchaseId),
    ["ord-P4-2", undefined]
  )
})

it("each currency has its own balance, read by its own decimals", () => {
  assert.deepInclude(rowsOf([balance("EUR")(wallet)])[0]?.row, { amount: { amount: 17_750, currency: "EUR" } })
  assert.deepInclude(rowsOf([balance("JPY")(wallet)])[0]?.row, { amount: { amount: 1200, currency: "JPY" } })
  assert.deepInclude(balance("GBP")(wallet), { _tag: "Refusal" })
})

it("Pay in 4 is a plan of a down payment and three, refunded from the fourth back", () => {
  assert.deepInclude(plans[0], {
    planType: "pay_in_n",
    amount: usd(24_050),
    refundedAmount: usd(7000),
    status: "ACTIVE"
  })
  assert.deepStrictEqual(
    plans[0]?.schedule.map(({ amountDue, cancelledReason, state }) => [cancelledReason ?? state, amountDue.amount]),
    [
      ["paid", 6013],
      ["late", 6013],
      ["scheduled", 5024],
      ["refund", 0]
    ]
  )
  assert.deepInclude(plans[1], { refundedToHolder: usd(2500) })
  assert.deepStrictEqual(plans.map(Schedule.imbalance), [0, 0])
  assert.deepStrictEqual(
    orders.flatMap(({ row, stream }) => (stream === "purchases" ? [[row.purchaseId, row.status]] : [])),
    [
      ["ord-P4-1", "OPEN"],
      ["ord-P4-2", "REFUNDED"]
    ]
  )
})

it("what PayPal lists for display only is in no sum, and its group is known", () => {
  const [first] = transactions
  if (first === undefined) return assert.fail("no transaction")
  const [shown] = rowsOf([transaction({ ...first, transaction_event_code: "T9800", transaction_status: "S" }, note)])
  assert.deepInclude(shown?.row, { entryType: "other", status: "REJECTED" })
  assert.deepStrictEqual(noted, [])
})

it("an amount that is no exact amount of its currency sets the row aside; a code nobody has documented does not", () => {
  const [first] = transactions
  assert.isDefined(first)
  if (first === undefined) return
  const odd = { ...first, transaction_amount: { currency_code: "USD", value: "9.005" } }
  const { balance: feed } = provider("USD").feeds
  const aside = (row: object) => (typeof feed === "object" ? feed.events([row], "balance").events[0] : undefined)
  assert.deepInclude(aside(odd), { _tag: "Quarantined", reason: "cannot be read at transaction_amount" })
  const reason = "transaction_status has a value that is not known"
  assert.deepInclude(aside({ ...first, transaction_status: "X" }), { _tag: "Quarantined", reason })
  const [other] = rowsOf([transaction({ ...first, transaction_event_code: "T4200" }, note)])
  assert.deepInclude(other?.row, { entryType: "other", providerType: "T4200", status: "PENDING" })
  assert.deepStrictEqual(noted, ["transaction_event_code"])
})
