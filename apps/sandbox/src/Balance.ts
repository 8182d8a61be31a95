/**
 * One person's deposit balance: entries that are pending or booked, and the running balance after each booking. The
 * balance is the sum of what is booked; a booked entry is never changed again.
 */
import { Feed, addDays, atHour, iso } from "@paymirror/connector-testing/simulator"
import { Refused } from "./Refused.ts"
import type { Scene } from "./Scene.ts"
import type { BalanceRow } from "./Wire.ts"

export interface Movement {
  readonly kind: BalanceRow["kind"]
  readonly amount: number
  readonly description: string
  readonly purchaseId?: string | undefined
  readonly pointsEntryId?: string | undefined
}

export class Balance {
  readonly feed: Feed<BalanceRow>
  readonly booked: Array<BalanceRow> = []
  readonly #scene: Scene
  #amount = 0
  #leaving = 0

  constructor(scene: Scene) {
    this.#scene = scene
    this.feed = new Feed(scene.clock)
  }

  get amount(): number {
    return this.#amount
  }

  /** What may be spent: the balance without what is on its way out. */
  get available(): number {
    return this.#amount + this.#leaving
  }

  /** Enters a movement and books it at once. */
  book(movement: Movement): BalanceRow {
    const row = this.#enter(movement)
    this.#settle(row)
    return row
  }

  /** Enters a movement that is booked in the early morning of the next day. */
  announce(movement: Movement): BalanceRow {
    const { agenda, clock } = this.#scene
    const row = this.#enter(movement)
    this.#leaving += Math.min(0, row.amount_minor)
    this.feed.put(row)
    agenda.note(atHour(addDays(clock.today, 1), 6), () => {
      this.#leaving -= Math.min(0, row.amount_minor)
      this.#settle(row)
    })
    return row
  }

  #enter(movement: Movement): BalanceRow {
    if (movement.amount < 0 && this.available + movement.amount < 0) throw new Refused("the balance does not cover it")
    return {
      id: this.#scene.random.id("be_"),
      kind: movement.kind,
      state: "pending",
      amount_minor: movement.amount,
      currency: "USD",
      description: movement.description,
      created_at: iso(this.#scene.clock.now),
      ...(movement.purchaseId === undefined ? {} : { purchase_id: movement.purchaseId }),
      ...(movement.pointsEntryId === undefined ? {} : { points_entry_id: movement.pointsEntryId }),
      updated_at: ""
    }
  }

  #settle(row: BalanceRow): void {
    this.#amount += row.amount_minor
    row.state = "booked"
    row.booked_on = this.#scene.clock.today
    row.balance_after_minor = this.#amount
    this.booked.push(row)
    this.feed.put(row)
  }
}
