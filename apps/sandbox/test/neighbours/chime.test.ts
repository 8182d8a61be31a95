/** Chime's rules at work over days that go by, seen as whoever holds the person's session sees them. */
import { assert, it } from "@effect/vitest"
import { neighbours, Refused } from "../../src/index.ts"
import { signedIn } from "./SignedIn.ts"

const open = () => {
  const side = neighbours.chime({ story: false })
  const { get, rows } = signedIn(side)
  const path = (account: string) => `/consumer/v1/accounts/${account}`
  return {
    ...side,
    get,
    balance: async (account: string) => {
      const { amount_minor }: Record<string, unknown> = Object((await get(`${path(account)}/balance`))["balance"])
      return amount_minor
    },
    words: async (account: string) =>
      (await rows(`${path(account)}/transactions`, "transactions")).map(({ amount_minor, status, type }) => [
        type,
        status,
        amount_minor
      ])
  }
}

it("rounds a debit up to the next dollar and moves the difference to savings; a payment on credit is not rounded", async () => {
  const { acts, advance, balance, words } = open()
  acts.deposit("alex", { from: "Larkfield Payroll", amount: 10_000 })
  advance({ days: 1 })
  acts.buy("alex", { merchant: "Blue Ladle Diner", amount: 2350 })
  acts.buy("alex", { merchant: "Moth Lantern", amount: 999, by: "credit" })
  assert.deepStrictEqual(await words("savings"), [["Round Up", "settled", 50]])
  advance({ days: 1 })
  assert.deepStrictEqual(
    [await balance("spending"), await balance("savings"), await balance("credit-builder")],
    [10_000 - 2350 - 50, 50, -999]
  )
})

it("pays Credit Builder from spending: one side goes down, the other comes up", async () => {
  const { acts, advance, balance, words } = open()
  acts.deposit("alex", { from: "Larkfield Payroll", amount: 10_000 })
  acts.buy("alex", { merchant: "Moth Lantern", amount: 3000, by: "credit" })
  advance({ days: 1 })
  acts.transfer("alex", { from: "spending", to: "credit", amount: 3000 })
  assert.deepStrictEqual([await balance("spending"), await balance("credit-builder")], [7000, 0])
  assert.deepStrictEqual((await words("credit-builder")).at(-1), ["Payment", "settled", 3000])
  assert.throws(() => acts.withdraw("alex", { amount: 7000, fee: 250 }), Refused)
})

it("shows no account that is not there", async () => {
  const { get } = open()
  assert.deepStrictEqual(await get("/consumer/v1/accounts/brokerage/transactions"), { error: "not_found" })
})
