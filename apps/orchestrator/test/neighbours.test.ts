/** Somebody with accounts at several of Klarna's neighbours, from the terminal: one holder, and no two providers in one sum. */
import { neighbours } from "@paymirror/sandbox"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { home } from "./terminal.ts"

const providers = ["afterpay", "chime", "paypal"] as const

interface Account {
  readonly accountId: string
  readonly displayName: string
  readonly currency: string
  readonly holderId: string
  readonly rows: Readonly<Record<string, number>>
}

interface Report {
  readonly outcome: { readonly _tag: string }
  readonly reconciliation?: { readonly agrees: boolean }
}

describe("a holder with several providers", { timeout: 60_000 }, () => {
  const at = home()
  const { json } = at
  let reports: ReadonlyArray<Report> = []
  const scope = Scope.makeUnsafe()
  afterAll(async () => {
    at.remove()
    await Effect.runPromise(Scope.close(scope, Exit.void))
  })

  beforeAll(async () => {
    for (const provider of providers) {
      // The mirror lives in the present: what is overdue there is overdue here.
      const far = neighbours[provider]({ start: new Date().toISOString() })
      const baseUrl = await Effect.runPromise(Scope.provide(far.serve, scope))
      const { deviceId, refreshToken } = far.handOver("alex")
      const handOver = join(at.folder, `${provider}.json`)
      writeFileSync(handOver, JSON.stringify({ refresh_token: refreshToken, device_id: deviceId }))
      await json("link", provider, "--base-url", baseUrl, "--hand-over", handOver, "--holder", "alex", "--yes")
    }
    reports = await json<ReadonlyArray<Report>>("sync")
  }, 60_000)

  it("has an account of each, and one for each ledger and currency where a login has several", async () => {
    const accounts = await json<ReadonlyArray<Account>>("show")
    assert.deepStrictEqual(accounts.map(({ currency, displayName }) => `${displayName}, ${currency}`).toSorted(), [
      "Afterpay, USD",
      "Chime Credit Builder, USD",
      "Chime Savings, USD",
      "Chime Spending, USD",
      "PayPal EUR, EUR",
      "PayPal USD, USD"
    ])
    assert.deepStrictEqual([...new Set(accounts.map(({ holderId }) => holderId))], ["alex"])
    for (const { displayName, rows } of accounts)
      assert.isAbove(rows["balance"] ?? rows["plans"] ?? 0, 0, `${displayName} is empty`)
  })

  it("has every balance add up by itself", () => {
    assert.deepStrictEqual([...new Set(reports.map(({ outcome }) => outcome._tag))], ["CaughtUp"])
    const reconciled = reports.flatMap(({ reconciliation }) => reconciliation ?? [])
    assert.lengthOf(reconciled, 5)
    assert.isTrue(reconciled.every(({ agrees }) => agrees))
  })

  it("sees what falls due at any of them in one list, each with its account", async () => {
    const accounts = await json<ReadonlyArray<Account>>("show")
    const { installments, totals } = await json<{
      readonly installments: ReadonlyArray<{
        readonly accountId: string
        readonly amountDue: { readonly amount: number }
        readonly state: string
      }>
      readonly totals: ReadonlyArray<{ readonly account: string; readonly amount: { readonly amount: number } }>
    }>("due")
    const named = installments.map((one) => accounts.find(({ accountId }) => accountId === one.accountId)?.displayName)
    assert.sameMembers([...new Set(named)], ["Afterpay", "PayPal USD"])
    for (const { account, amount } of totals) {
      const own = installments.filter((one, index) => named[index] === account && one.state !== "paused")
      assert.strictEqual(
        amount.amount,
        own.reduce((sum, one) => sum + one.amountDue.amount, 0),
        account
      )
    }
    assert.sameMembers(
      totals.map(({ account }) => account),
      ["Afterpay", "PayPal USD"]
    )
  })
})
