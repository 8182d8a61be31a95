import { assert, describe, it } from "@effect/vitest"
import type { ReadEvent } from "@paymirror/core"
import { Mirror } from "../src/index.ts"

const at = (second: number): string => `2026-01-01T00:00:0${second}.000Z`

const delivery = (id: string, carrier: string, second?: number): ReadEvent.Upsert => ({
  _tag: "Upsert",
  stream: "deliveries",
  id,
  row: { deliveryId: id, carrier, status: "CREATED" },
  ...(second === undefined ? {} : { version: at(second) })
})

const carriers = (mirror: Mirror.Mirror): ReadonlyArray<string> =>
  [...mirror.rows().values()]
    .map(({ row }) => JSON.stringify(row))
    .map((text) => /"carrier":"(\w+)"/.exec(text)?.[1] ?? "")

describe("the mirror", () => {
  it("never lets an older version win", () => {
    assert.deepStrictEqual(carriers(Mirror.of([delivery("d", "new", 2), delivery("d", "old", 1)])), ["new"])
    assert.deepStrictEqual(carriers(Mirror.of([delivery("d", "first"), delivery("d", "last")])), ["last"])
  })

  it("keeps a row that is gone, and shows it again when it comes back", () => {
    const gone: ReadEvent.Tombstone = { _tag: "Tombstone", stream: "deliveries", id: "d", reason: "cancelled" }
    assert.deepStrictEqual(Mirror.of([delivery("d", "post"), gone]).live(), [])
    assert.strictEqual(Mirror.of([delivery("d", "post"), gone]).rows().size, 1)
    assert.deepStrictEqual(Mirror.of([delivery("d", "post"), gone, delivery("d", "post")]).live(), ["deliveries/d"])
  })

  it("replaces what is pending, and only that", () => {
    const pending = { ...delivery("p", "post"), pending: true }
    const snapshot: ReadEvent.PendingSnapshot = { _tag: "PendingSnapshot", stream: "deliveries", ids: [] }
    assert.deepStrictEqual(Mirror.of([pending, delivery("d", "post"), snapshot]).live(), ["deliveries/d"])
  })

  it("says what differs, and not when a statement was made", () => {
    const stated = (points: number, second: number): ReadEvent.Upsert => ({
      _tag: "Upsert",
      stream: "points",
      id: "stated",
      row: { rowType: "standing", points },
      version: at(second)
    })
    assert.isUndefined(Mirror.difference(Mirror.of([stated(5, 1)]), Mirror.of([stated(5, 2)])))
    const wrong = Mirror.difference(Mirror.of([stated(5, 1), delivery("d", "post")]), Mirror.of([stated(6, 1)]))
    assert.isDefined(wrong)
    assert.strictEqual(wrong && Mirror.describe(wrong), "1 lost (deliveries/d); 1 changed (points/stated)")
  })
})
