import { assert, describe, it } from "vitest"
import type { Fault } from "../../src/simulator/index.ts"
import { order, page, shop, signedIn, walk } from "./shop.ts"

const all = ["o1", "o2", "o3", "o4", "o5", "o6", "o7"]
const ways = [
  { by: "changes", cursor: "updated_after", order: all },
  { by: "newest", cursor: "cursor", order: all.toReversed() },
  { by: "offset", cursor: "offset", order: all.toReversed() },
  { by: "page", cursor: "page", order: all.toReversed() }
] as const

for (const { by, cursor, order: expected } of ways) {
  describe(`pages by ${by}`, () => {
    const ready = async (fault?: Fault) => {
      const made = shop({ by })
      const { access } = await signedIn(made)
      if (fault !== undefined)
        made.simulator.faults.add({ fault, path: "/shops/{shop}/orders", exact: true, times: "always" })
      return { ...made, access, walked: () => walk(made, access, cursor) }
    }

    it("show every row once, in order, and end", async () => {
      const { walked } = await ready()
      assert.deepStrictEqual(await walked(), { ids: expected, ended: true })
    })

    it("repeat rows where they are told to, and lose none", async () => {
      const { walked } = await ready({ kind: "shifting-pages", rows: 1 })
      const { ended, ids } = await walked()
      assert.isTrue(ended)
      assert.isAbove(ids.length, 7)
      assert.deepStrictEqual([...new Set(ids)].toSorted(), all)
    })

    it("come in another order, page by page", async () => {
      const { walked } = await ready({ kind: "shuffled-rows" })
      const { ids } = await walked()
      assert.notDeepEqual(ids, expected)
      assert.deepStrictEqual(ids.toSorted(), all)
    })

    it("never end where they loop", async () => {
      const { walked } = await ready({ kind: "looped-pages" })
      const { ended, ids } = await walked()
      assert.isFalse(ended)
      assert.deepStrictEqual([...new Set(ids)], expected.slice(0, 3))
    })

    it("are empty where they are told to, and full again afterwards", async () => {
      const { simulator, walked } = await ready({ kind: "empty-rows" })
      assert.deepStrictEqual((await walked()).ids, [])
      simulator.faults.heal()
      assert.deepStrictEqual((await walked()).ids, expected)
    })
  })
}

describe("a row that moves while pages are walked", () => {
  const moved = async (by: (typeof ways)[number]["by"], cursor: string) => {
    const made = shop({ by })
    const { access } = await signedIn(made)
    made.simulator.faults.add({ fault: { kind: "moving-rows" }, times: 3 })
    return (await walk(made, access, cursor)).ids
  }

  it("is met by who asks for changes", async () => {
    assert.deepStrictEqual([...new Set(await moved("changes", "updated_after"))].toSorted(), all)
  })

  it("is missed by who counts", async () => {
    assert.isBelow(new Set(await moved("offset", "offset")).size, 7)
  })
})

describe("a feed", () => {
  it("shows a changed row again to who comes back with the last cursor, and nothing else", async () => {
    const made = shop()
    const { access } = await signedIn(made)
    const { fetch } = made.simulator
    const last = await page(fetch, access, { page_size: "50" })
    const before = made.orders.get("o2")
    assert.deepStrictEqual((await page(fetch, access, { updated_after: String(last.next) })).ids, [])
    const stamp = String(Reflect.get(before ?? {}, "modified"))
    made.orders.change("o2", { status: "completed" })
    made.orders.put(order(8))
    made.orders.remove("o3")
    const { body, ids } = await page(fetch, access, { updated_after: String(last.next) })
    assert.deepStrictEqual(ids, ["o2", "o8"])
    assert.isAbove(Date.parse(String(body.data?.orders?.[0]?.["modified"])), Date.parse(stamp))
    assert.deepStrictEqual((await page(fetch, access, { page_size: "50" })).ids, [
      "o1",
      "o4",
      "o5",
      "o6",
      "o7",
      "o2",
      "o8"
    ])
  })

  it("refuses a size and a cursor that are none, in the provider's words", async () => {
    const made = shop()
    const { access } = await signedIn(made)
    const { fetch } = made.simulator
    const size = await page(fetch, access, { page_size: "0" })
    const cursor = await page(fetch, access, { updated_after: "nonsense" })
    assert.deepStrictEqual([size.status, cursor.status], [400, 410])
    assert.deepStrictEqual(cursor.body, { failure: { code: "cursor_expired" } })
  })

  it("shows what a query asks for, spelt as the provider spells it", async () => {
    const made = shop({
      by: "whole",
      total: "data.count",
      where: ({ cents }, query) => cents >= Number(query.get("from") ?? 0),
      spell: ({ order_id }) => ({ order_id, short: true })
    })
    const { access } = await signedIn(made)
    const { body, ids } = await page(made.simulator.fetch, access, { from: "600" })
    assert.deepStrictEqual(ids, ["o7", "o6"])
    assert.strictEqual(body.data?.count, 7)
    assert.deepStrictEqual(body.data?.orders?.[0], { order_id: "o7", short: true })
  })
})
