/** PayPal over the session and over its published interface, from the terminal: one account, each row once, and one of the two reads. */
import { neighbours, paypalReporting } from "@paymirror/sandbox"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { afterAll, assert, describe, it } from "vitest"
import { home } from "./terminal.ts"

interface Account {
  readonly currency: string
  readonly rows: Readonly<Record<string, number>>
}

interface Report {
  readonly connector?: string
  readonly stream: string
  readonly outcome: { readonly _tag: string; readonly why?: string }
  readonly reconciliation?: { readonly agrees: boolean }
}

describe("one account over two routes", { timeout: 60_000 }, () => {
  const at = home()
  const { json } = at
  const scope = Scope.makeUnsafe()
  afterAll(async () => {
    at.remove()
    await Effect.runPromise(Scope.close(scope, Exit.void))
  })

  const link = async (connector: string, baseUrl: string, handOver: object): Promise<void> => {
    const file = join(at.folder, `${connector}.json`)
    writeFileSync(file, JSON.stringify(handOver))
    await json("link", connector, "--base-url", baseUrl, "--hand-over", file, "--holder", "alex", "--yes")
  }

  it("is one account for each currency, whose rows the interface brings once and the session then leaves to it", async () => {
    const start = new Date(Date.now() - 5 * 3_600_000).toISOString()
    const app = paypalReporting({ seed: 3, start })
    app.simulator.clock.moveTo(Date.now())
    const credentials = app.handOver("alex")
    const published = await Effect.runPromise(Scope.provide(app.serve, scope))
    await link("paypal-reporting", published, {
      client_id: credentials.deviceId,
      client_secret: credentials.refreshToken
    })
    const first = await json<ReadonlyArray<Report>>("sync")
    assert.deepStrictEqual(
      first.map(({ outcome, stream }) => [stream, outcome._tag]),
      [
        ["balance", "CaughtUp"],
        ["balance", "CaughtUp"]
      ]
    )
    assert.deepStrictEqual(
      first.map(({ reconciliation }) => reconciliation?.agrees),
      [true, true]
    )
    const alone = await json<ReadonlyArray<Account>>("show")

    const session = neighbours.paypal({ seed: 3, start })
    const { deviceId, refreshToken } = session.handOver("alex")
    const baseUrl = await Effect.runPromise(Scope.provide(session.serve, scope))
    await link("paypal", baseUrl, { refresh_token: refreshToken, device_id: deviceId })
    await json("sync")
    const both = await json<ReadonlyArray<Account>>("show")
    assert.lengthOf(both, 2)
    const balances = (accounts: ReadonlyArray<Account>) =>
      Object.fromEntries(accounts.map(({ currency, rows }) => [currency, rows["balance"]]))
    assert.deepStrictEqual(balances(both), balances(alone))
  })
})
