/** A bank whose connector states no map: it cannot be told nor recorded, and looking at it costs what reading costs. */
import { readdirSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { equip, type Host, host } from "./Host.ts"

const limit = 90_000

describe("account information", () => {
  let at: Host
  let connectionId = ""

  beforeAll(async () => {
    at = await host(["klarna-de"], 1)
    await equip(at)
    const handOver = at.entered({ psuId: "john.doe@example.com" })
    const to = ["--base-url", at.banks.baseUrl("klarna-de"), "--hand-over", handOver, "--yes", "--json"]
    // Reserved for examples (RFC 5737). With it the first read is the person's own and is not counted.
    const ran = await at.run("link", "psd2", "--institution", "klarna-de", "--address", "203.0.113.7", ...to)
    assert.strictEqual(ran.code, 0, ran.err)
    connectionId = (JSON.parse(ran.out) as { readonly connectionId: string }).connectionId
  }, limit)
  afterAll(() => at.close())

  it(
    "is not recorded, and nothing is asked for it",
    async () => {
      at.banks.ledger.clear()
      const ran = await at.run("record", connectionId, "--out", `${at.folder}/fixtures`)
      assert.strictEqual(ran.code, 2)
      assert.include(ran.err, "states no map of its wire")
      assert.strictEqual(at.banks.ledger.totals.requests, 0)
      assert.notInclude(readdirSync(at.folder), "fixtures")
    },
    limit
  )

  it(
    "cannot be told, in as many looks as the law leaves a host nobody waits for",
    async () => {
      const whys: Array<string> = []
      for (let look = 1; look <= 5; look += 1) {
        const ran = await at.run("check-live", connectionId, "--json")
        assert.strictEqual(ran.code, 2, ran.err)
        const { streams } = JSON.parse(ran.out) as {
          readonly streams: ReadonlyArray<{ readonly unchecked: ReadonlyArray<string> }>
        }
        whys.push(streams.flatMap(({ unchecked }) => unchecked).join())
      }
      assert.include(whys[3], "no map")
      assert.notInclude(whys[3], "used up")
      assert.include(whys[4], "used up until")
      assert.strictEqual(at.banks.institution("klarna-de").accesses.worst()?.count, 4)
    },
    limit
  )
})
