/** Many readers find one session expired at the same moment, before a provider that ends it if a token is used twice. */
import { createInterface } from "node:readline"
import { once } from "node:events"
import { afterAll, assert, describe, it } from "vitest"
import { Folder, start } from "./Process.ts"
import type { Order } from "./Order.ts"
import { expired } from "./Scenario.ts"

const folder = new Folder()
afterAll(() => folder.remove())

/** A process full of readers, that waits for the word. */
const readers = async (order: Order) => {
  const child = start(order)
  const lines = createInterface({ input: child.stdout })
  const answer = async (): Promise<string> => String((await once(lines, "line"))[0])
  await answer()
  return {
    round: () => {
      const served = answer()
      child.stdin.write("go\n")
      return served
    },
    end: async () => {
      const closed = once(child, "close")
      child.stdin.write("end\n")
      await closed
    }
  }
}

const stampede = async (processes: number, rounds: number, planted?: string) => {
  const { order, sandbox } = await expired(folder, "strict")
  const bug = planted === undefined ? {} : { planted }
  const all = await Promise.all(
    Array.from({ length: processes }, () => readers({ ...order, ...bug, readers: 100 / processes }))
  )
  const results: Array<{ readonly served: number; readonly renewals: number; readonly reused: number }> = []
  for (let round = 0; round < rounds; round += 1) {
    sandbox.world.expireAccess()
    sandbox.ledger.clear()
    const served = await Promise.all(all.map((one) => one.round()))
    const { refreshes, refusedRefreshes, reuseEvents } = sandbox.ledger.totals
    results.push({
      served: served.map(Number).reduce((sum, one) => sum + one, 0),
      renewals: refreshes + refusedRefreshes,
      reused: reuseEvents
    })
  }
  await Promise.all(all.map((one) => one.end()))
  await sandbox.close()
  return results
}

describe("a hundred readers of one expired session", { timeout: 120_000 }, () => {
  const once100 = { served: 100, renewals: 1, reused: 0 }

  for (const processes of [1, 2]) {
    it(`are all served by one renewal, in ${processes === 1 ? "one process" : "two processes on one database"}`, async () => {
      const rounds = process.env["CRASH"] === "full" ? 100 : 3
      assert.deepEqual(
        await stampede(processes, rounds),
        Array.from({ length: rounds }, () => once100)
      )
    })
  }

  it("lose the session where each renews for itself: the provider sees a token used twice", async () => {
    const [round] = await stampede(1, 1, "everyone renews for themselves")
    assert.isAbove(round?.reused ?? 0, 0)
    assert.isBelow(round?.served ?? 100, 100)
  })
})
