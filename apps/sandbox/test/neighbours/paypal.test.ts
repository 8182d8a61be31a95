/** PayPal's rules at work over days that go by, seen as whoever holds the person's session sees them. */
import { assert, it } from "@effect/vitest"
import { neighbours, Refused } from "../../src/index.ts"
import { signedIn } from "./SignedIn.ts"

const open = () => {
  const side = neighbours.paypal({ story: false })
  const { get, rows } = signedIn(side)
  return {
    ...side,
    balances: async () => {
      const { balances } = await get("/consumer/v1/wallet")
      return JSON.stringify(balances).match(/-?\d+\.\d\d/g)
    },
    activity: async (currency = "USD") =>
      (await rows(`/consumer/v1/wallet/${currency}/activity`, "transactions")).map(
        ({ paypal_reference_id, transaction_event_code, transaction_status }) => [
          transaction_event_code,
          transaction_status,
          paypal_reference_id
        ]
      ),
    payments: async () =>
      (await rows("/consumer/v1/wallet/USD/pay-in-4", "plans")).map(({ payments }) => JSON.stringify(payments))
  }
}

it("has a bank deposit in the balance while it is pending, and a pending payment not yet out of it", async () => {
  const { activity, acts, advance, balances } = open()
  acts.deposit("alex", 20_000)
  acts.send("alex", { to: "Blue Ladle Diner", amount: 5000, pending: true })
  assert.deepStrictEqual(await balances(), ["200.00", "0.00"])
  assert.throws(() => acts.withdraw("alex", 15_001), Refused)
  advance({ days: 1 })
  assert.deepStrictEqual(await balances(), ["150.00", "0.00"])
  assert.deepStrictEqual(await activity(), [
    ["T0300", "S", undefined],
    ["T0006", "S", undefined]
  ])
})

it("refunds the fourth payment first, then the third, and pays what is over into the balance with the order's name", async () => {
  const { activity, acts, balances, payments } = open()
  const plan = acts.shop("alex", { merchant: "Cedar & Tin", amount: 10_000 })
  assert.strictEqual(acts.refund("alex", plan, 3000), 0)
  const [stated = ""] = await payments()
  assert.deepStrictEqual(stated.match(/\d+\.\d\d/g), ["25.00", "25.00", "20.00", "0.00"])
  assert.strictEqual(acts.refund("alex", plan), 2500)
  assert.deepStrictEqual(await balances(), ["25.00", "0.00"])
  assert.deepStrictEqual(await activity(), [["T1107", "S", `ORD${plan}`]])
})

it("leaves the plan due where a store pays into the balance and nobody tells the plan", async () => {
  const { acts, balances, payments } = open()
  acts.shop("alex", { merchant: "Bramble & Volt", amount: 10_000 })
  const before = await payments()
  acts.refundUnlinked("alex", { from: "Bramble & Volt", amount: 2500 })
  assert.deepStrictEqual(await payments(), before)
  assert.deepStrictEqual(await balances(), ["25.00", "0.00"])
})

it("converts from one currency's ledger into the other's", async () => {
  const { acts, balances } = open()
  acts.deposit("alex", 20_000)
  acts.convert("alex", { usd: 11_000, eur: 10_000 })
  assert.deepStrictEqual(await balances(), ["90.00", "100.00"])
})
