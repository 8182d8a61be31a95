/** Zip's rules at work over days that go by, seen as whoever holds the person's session sees them. */
import { assert, it } from "@effect/vitest"
import { neighbours, Refused } from "../../src/index.ts"
import { signedIn } from "./SignedIn.ts"

const open = () => {
  const side = neighbours.zip({ story: false })
  const { parts, rows } = signedIn(side)
  return {
    ...side,
    spending: () => rows("/consumer/v1/card/transactions", "transactions"),
    parts: (order: string, field: string) => parts("/consumer/v1/orders", "orders", order, field)
  }
}

it("takes a quarter at purchase and a quarter every two weeks", async () => {
  const { acts, advance, parts } = open()
  const order = acts.shop("alex", { merchant: "Moth Lantern", amount: 12_001 })
  assert.deepStrictEqual(await parts(order, "due_date"), ["2026-06-01", "2026-06-15", "2026-06-29", "2026-07-13"])
  assert.deepStrictEqual(await parts(order, "amount_minor"), [3001, 3000, 3000, 3000])
  for (const paid of [1, 2, 3, 4]) {
    const states = await parts(order, "state")
    assert.deepStrictEqual(
      states,
      [1, 2, 3, 4].map((number) => (number <= paid ? "paid" : "scheduled"))
    )
    advance({ days: 14 })
  }
})

it("takes what falls due on one day in one debit, and where that fails each of its installments is overdue", async () => {
  const { acts, advance, parts } = open()
  const first = acts.shop("alex", { merchant: "Moth Lantern", amount: 8000 })
  const second = acts.shop("alex", { merchant: "Pebble Row", amount: 4000 })
  advance({ days: 14 })
  assert.deepStrictEqual(acts.debits("alex").at(-1), {
    day: "2026-06-15",
    amount: 2000 + 1000 + 200,
    failed: false,
    installments: [
      { order: first, number: 2 },
      { order: second, number: 2 }
    ]
  })
  acts.failDebits("alex")
  advance({ days: 14 })
  for (const order of [first, second]) {
    assert.deepStrictEqual(await parts(order, "state"), ["paid", "paid", "overdue", "scheduled"])
    assert.deepStrictEqual(await parts(order, "late_fee_minor"), [0, 0, 700, 0])
  }
})

it("takes what was not spent of a one-time card off the fourth payment first, as Zip's own example has it", async () => {
  const { acts, advance, parts, spending } = open()
  const order = acts.shopByCard("alex", { merchant: "Corner Crumb Bakery", amount: 30_000, spent: 15_000 })
  advance({ days: 1 })
  assert.deepStrictEqual(await parts(order, "amount_minor"), [7500, 7500, 0, 0])
  const [spent = {}] = await spending()
  assert.deepInclude(spent, { state: "captured", amount_minor: 15_000, captured_on: "2026-06-02" })
})

it("gives back what had been paid once the rest is refunded", async () => {
  const { acts, parts } = open()
  const order = acts.shop("alex", { merchant: "Cedar & Tin", amount: 20_000 })
  assert.strictEqual(acts.refund("alex", order), 5000)
  assert.deepStrictEqual(await parts(order, "amount_minor"), [5000, 0, 0, 0])
})

it("moves one installment of an order by a week at most, the first in a month for nothing", async () => {
  const { acts, parts } = open()
  const first = acts.shop("alex", { merchant: "Moth Lantern", amount: 8000 })
  const second = acts.shop("alex", { merchant: "Pebble Row", amount: 4000 })
  assert.throws(() => acts.reschedule("alex", first, { installment: 2, to: "2026-06-23" }), Refused)
  acts.reschedule("alex", first, { installment: 2, to: "2026-06-22" })
  acts.reschedule("alex", second, { installment: 3, to: "2026-07-01" })
  assert.throws(() => acts.reschedule("alex", first, { installment: 3, to: "2026-07-01" }), Refused)
  assert.deepStrictEqual(await parts(first, "reschedule_fee_minor"), [0, 0, 0, 0])
  assert.deepStrictEqual(await parts(second, "reschedule_fee_minor"), [0, 0, 200, 0])
  assert.deepStrictEqual(await parts(second, "rescheduled_from"), [null, null, "2026-06-29", null])
})
