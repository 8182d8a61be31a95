/** What holds in every world, whatever was done to it: a few dozen random ones, each step looked at. */
import { assert, describe, it } from "@effect/vitest"
import { Random } from "@paymirror/connector-testing/simulator"
import type { PurchaseRow, World } from "../src/index.ts"
import { doOne, newWorld, photograph } from "./deeds.ts"

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, number) => total + number, 0)

const checkPurchase = (row: PurchaseRow, refundedAfterPaid: number, where: string): void => {
  const alive = row.installments.filter((one) => one.state !== "cancelled")
  const asked = sum(alive.map((one) => one.amount_minor))
  const lateFees = sum(alive.map((one) => one.late_fee_minor ?? 0))
  const refunded = (row.refunded_minor ?? 0) - refundedAfterPaid
  const message = `${where}: ${row.id}`
  assert.strictEqual(asked, row.amount_minor + (row.fees_minor ?? 0) - refunded + lateFees, message)
  assert.isAtLeast(row.fees_minor ?? 0, 0, message)
  assert.isAtMost(refundedAfterPaid, sum(row.installments.map((one) => one.paid_minor ?? 0)), message)
  const open = alive.filter((one) => one.state !== "paid")
  assert.strictEqual(row.status === "open", open.length > 0, message)
  for (const one of row.installments) {
    assert.isTrue(Number.isInteger(one.amount_minor), message)
    assert.strictEqual(one.state === "cancelled", one.amount_minor === 0, message)
    assert.strictEqual(one.state === "cancelled", one.cancel_reason !== undefined, message)
    assert.strictEqual(one.state === "paused", one.pause_reason !== undefined, message)
    assert.strictEqual(one.state === "paid", one.paid_on !== undefined, message)
    assert.strictEqual(one.paid_minor, one.state === "paid" ? one.amount_minor : undefined, message)
  }
}

const checkLedgers = (world: World, where: string): void => {
  const { balance, points, purchases } = world.person("kim")
  for (const order of purchases.orders()) checkPurchase(order.row, order.refundedAfterPaid, where)
  const entries = [...balance.feed]
  const booked = entries.filter((row) => row.state === "booked")
  assert.strictEqual(balance.amount, sum(booked.map((row) => row.amount_minor)))
  assert.isAtLeast(balance.available, 0)
  assert.strictEqual(balance.booked.at(-1)?.balance_after_minor ?? 0, balance.amount)
  const earned = [...points.feed]
  assert.strictEqual(points.confirmed, sum(earned.filter((row) => row.state === "confirmed").map((row) => row.points)))
  assert.strictEqual(points.pending, sum(earned.filter((row) => row.state === "pending").map((row) => row.points)))
  const redemptions = earned.filter((row) => row.kind === "redeemed")
  assert.strictEqual(redemptions.length, entries.filter((row) => row.kind === "cashback").length)
  for (const redemption of redemptions) {
    const credit = balance.feed.get(redemption.balance_entry_id ?? "")
    assert.strictEqual(credit?.points_entry_id, redemption.id)
    assert.strictEqual(credit?.amount_minor, -redemption.points)
  }
}

const contentOf = (row: string | undefined): string => (row ?? "").replace(/"updated_at":"[^"]*"/, "")
const stampOf = (row: string | undefined): string => /"updated_at":"([^"]*)"/.exec(row ?? "")?.[1] ?? ""

/** Ten times as many where histories are counted (`pnpm test:random`). */
const more = process.env["HISTORIES"] === undefined ? 1 : 10

describe("any world", { timeout: 30_000 * more }, () => {
  it("keeps its sums, names and stamps through whatever is done to it", () => {
    const met = new Set<string>()
    for (let seed = 0; seed < 80 * more; seed++) {
      const world = newWorld(seed)
      const random = new Random(`deeds/${seed}`)
      let before = photograph(world)
      for (let step = 0; step < 30; step++) {
        const { deed, refused } = doOne(world, random)
        const after = photograph(world)
        const where = `seed ${seed}, step ${step}, ${deed}`
        for (const [id, row] of after) {
          const earlier = before.get(id)
          if (earlier === row) continue
          assert.isFalse(refused, `${where} was refused and changed ${id}`)
          if (deed !== "advance")
            assert.notStrictEqual(contentOf(row), contentOf(earlier), `${where} stamped ${id} for nothing`)
          assert.isAbove(Date.parse(stampOf(row)), Date.parse(stampOf(earlier) || "1970-01-01"), `${where}: ${id}`)
        }
        checkLedgers(world, where)
        for (const { row } of world.person("kim").purchases.orders()) {
          met.add(row.status)
          for (const one of row.installments)
            met.add(`${one.state} ${one.pause_reason ?? one.cancel_reason ?? ""}`.trim())
        }
        before = after
      }
    }
    const states = ["scheduled", "due", "paid", "late", "paused return", "paused problem"]
    const endings = ["cancelled refund", "cancelled merged", "cancelled plan_cancelled"]
    const statuses = ["open", "completed", "refunded", "cancelled"]
    assert.deepStrictEqual([...met].toSorted(), [...states, ...endings, ...statuses].toSorted())
  })

  it("shows exactly what changed to whoever reads on from where they stood", () => {
    for (let seed = 0; seed < 25 * more; seed++) {
      const world = newWorld(seed)
      const random = new Random(`feed/${seed}`)
      for (let step = 0; step < 25; step++) {
        const before = photograph(world)
        const { feeds } = world.person("kim")
        const stood = Object.entries(feeds).map(([name, feed]) => ({ name, feed, end: feed.page(-1, 1e6).position }))
        doOne(world, random)
        const after = photograph(world)
        const changed = [...after].filter(([id, row]) => before.get(id) !== row).map(([id]) => id)
        const shown = stood.flatMap(({ end, feed, name }) => feed.page(end, 1e6).rows.map((row) => `${name}/${row.id}`))
        assert.deepStrictEqual(shown.toSorted(), changed.toSorted())
      }
    }
  })

  it("is the same again from the same seed and the same commands", () => {
    const live = (seed: number): string => {
      const world = newWorld(seed)
      const random = new Random(`again/${seed}`)
      for (let step = 0; step < 30; step++) doOne(world, random)
      return JSON.stringify([...photograph(world)])
    }
    for (let seed = 0; seed < 60 * more; seed++) assert.strictEqual(live(seed), live(seed))
    assert.notStrictEqual(live(1), live(2))
  })

  it("serves a page at the same cost however long the history is", () => {
    const cost = (purchases: number): number => {
      const world = newWorld(1)
      world.bulk("kim", { purchases })
      world.advance({ days: 30 })
      const { feed } = world.person("kim").purchases
      const took: Array<number> = []
      for (let round = 0; round < 9; round++) {
        const begin = performance.now()
        let position = Math.floor((purchases * round) / 10)
        for (let pages = 0; pages < 10; pages++) ({ position } = feed.page(position, 20))
        took.push(performance.now() - begin)
      }
      return took.toSorted((a, b) => a - b)[4] ?? 0
    }
    cost(300)
    assert.isBelow(cost(30_000), Math.max(0.5, 25 * cost(300)))
  })
})
