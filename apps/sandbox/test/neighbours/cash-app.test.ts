/** Cash App's rules at work over days that go by, seen as whoever holds the person's session sees them. */
import { assert, it } from "@effect/vitest"
import { neighbours, Refused } from "../../src/index.ts"
import { signedIn } from "./SignedIn.ts"

const open = () => {
  const side = neighbours["cash-app"]({ story: false })
  const { get, parts, rows } = signedIn(side)
  return {
    ...side,
    balance: async () => Object.entries(Object((await get("/consumer/v1/balance"))["balance"]))[0],
    activity: () => rows("/consumer/v1/activity", "activity"),
    parts: (order: string, field: string) => parts("/consumer/v1/pay-later/orders", "orders", order, field)
  }
}

it("has nothing until a top-up settles, and then only what is in it", async () => {
  const { acts, advance, balance } = open()
  acts.cashIn("alex", 10_000)
  assert.deepStrictEqual(await balance(), ["amount_minor", 0])
  advance({ days: 1 })
  assert.deepStrictEqual(await balance(), ["amount_minor", 10_000])
  assert.throws(() => acts.spend("alex", { merchant: "Moth Lantern", amount: 10_001 }), Refused)
})

it("settles a card payment and its boost the next day; a payment from another card moves nothing", async () => {
  const { acts, activity, advance, balance } = open()
  acts.receive("alex", { from: "Robin Oakhurst", amount: 10_000 })
  acts.spend("alex", { merchant: "Blue Ladle Diner", amount: 2000, boost: 200 })
  acts.send("alex", { to: "Sage Lindqvist", amount: 90_000, paidFrom: "Heron Visa Debit 7731" })
  assert.deepStrictEqual(await balance(), ["amount_minor", 10_000])
  advance({ days: 1 })
  assert.deepStrictEqual(await balance(), ["amount_minor", 8200])
  const words = (await activity()).map((row) => [row["transaction_type"], row["status"], row["net_amount_minor"]])
  assert.sameDeepMembers(words, [
    ["Received P2P", "PAYMENT DEPOSITED", 10_000],
    ["Sent P2P", "PAYMENT SENT", -90_000],
    ["Boost Payment", "COMPLETED", 200],
    ["Cash Card Debit", "CARD CHARGED", -2000]
  ])
})

it("shows Afterpay's late fee ten days after a missed payment, and a refund off the last one first", async () => {
  const { acts, advance, parts } = open()
  const order = acts.shop("alex", { merchant: "Quillfish Supply", amount: 4000 })
  acts.failPayments("alex", order)
  advance({ days: 14 })
  assert.deepStrictEqual(await parts(order, "status"), ["PAID", "DUE", "SCHEDULED", "SCHEDULED"])
  advance({ days: 10 })
  assert.deepStrictEqual(await parts(order, "status"), ["PAID", "LATE", "SCHEDULED", "SCHEDULED"])
  assert.deepStrictEqual(await parts(order, "late_fee_minor"), [0, 800, 0, 0])
  assert.strictEqual(acts.refund("alex", order, 1300), 0)
  assert.deepStrictEqual(await parts(order, "amount_minor"), [1000, 1000, 700, 0])
})
