/**
 * One person's cashback points: earned by a purchase, confirmed after two weeks, redeemed, reversed with a refund,
 * expired after a year. The oldest points are spent first. The points are the sum of what is confirmed. The balance
 * credit a redemption becomes is not booked here; the two are tied together in `World.ts`.
 */
import { Feed, addDays, atHour, iso } from "@paymirror/connector-testing/simulator"
import { Refused } from "./Refused.ts"
import type { Scene } from "./Scene.ts"
import type { PointsRow } from "./Wire.ts"

const confirmedAfterDays = 14
const expiresAfterDays = 365

interface Lot {
  readonly row: PointsRow
  readonly reversals: Array<PointsRow>
  reversed: number
  /** Of the points earned: not yet redeemed, reversed or expired. */
  left: number
}

export class Points {
  readonly feed: Feed<PointsRow>
  readonly #scene: Scene
  readonly #lots = new Map<string, Lot>()
  #confirmed = 0
  #pending = 0

  constructor(scene: Scene) {
    this.#scene = scene
    this.feed = new Feed(scene.clock)
  }

  get confirmed(): number {
    return this.#confirmed
  }

  get pending(): number {
    return this.#pending
  }

  /** A fresh id, for two entries that have to name each other. */
  nextId(): string {
    return this.#scene.random.id("ce_")
  }

  earn(points: number, purchaseId: string): void {
    const { agenda, clock } = this.#scene
    const expires = addDays(clock.today, expiresAfterDays)
    const row = this.#enter("earned", points, { purchase_id: purchaseId, expires_on: expires })
    const lot: Lot = { row, reversals: [], reversed: 0, left: points }
    this.#lots.set(purchaseId, lot)
    this.feed.put(row)
    agenda.note(atHour(addDays(clock.today, confirmedAfterDays), 3), () => {
      for (const waiting of [row, ...lot.reversals]) this.#confirm(waiting)
    })
    agenda.note(atHour(expires, 4), () => {
      if (lot.left === 0) return
      const expired = this.#enter("expired", -lot.left, { purchase_id: purchaseId })
      lot.left = 0
      this.#confirm(expired)
    })
  }

  redeem(points: number, id: string, balanceEntryId: string): PointsRow {
    if (points > this.#confirmed) throw new Refused("not so many points")
    let wanted = points
    for (const lot of this.#lots.values()) {
      if (lot.row.state !== "confirmed") continue
      const taken = Math.min(wanted, lot.left)
      lot.left -= taken
      wanted -= taken
    }
    const row = this.#enter("redeemed", -points, { balance_entry_id: balanceEntryId }, id)
    this.#confirm(row)
    return row
  }

  /** Takes back what the part refunded so far had earned. Pending points are reversed by a pending entry. */
  reverse(purchaseId: string, refunded: number, price: number): void {
    const lot = this.#lots.get(purchaseId)
    if (lot === undefined) return
    const points = Math.floor((lot.row.points * refunded) / price) - lot.reversed
    if (points === 0) return
    lot.reversed += points
    const row = this.#enter("reversed", -points, { purchase_id: purchaseId })
    lot.left = Math.max(0, lot.left - points)
    if (lot.row.state === "confirmed") {
      this.#confirm(row)
    } else {
      lot.reversals.push(row)
      this.feed.put(row)
    }
  }

  #enter(kind: PointsRow["kind"], points: number, more: Partial<PointsRow>, id = this.nextId()): PointsRow {
    const created = iso(this.#scene.clock.now)
    const row: PointsRow = { id, kind, state: "pending", points, created_at: created, ...more, updated_at: "" }
    this.#pending += points
    return row
  }

  #confirm(row: PointsRow): void {
    this.#pending -= row.points
    this.#confirmed += row.points
    row.state = "confirmed"
    this.feed.put(row)
  }
}
