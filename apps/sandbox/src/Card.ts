/**
 * One person's card: authorizations that settle after two days, sometimes for another amount, or are reversed or
 * declined, and refunds. A ledger of its own: nothing here moves the balance.
 */
import { Feed, addDays, atHour, iso } from "@paymirror/connector-testing/simulator"
import { Refused } from "./Refused.ts"
import type { Scene } from "./Scene.ts"
import type { CardRow } from "./Wire.ts"

const settledAfterDays = 2

export interface Authorization {
  readonly merchant: string
  readonly amount: number
  readonly mcc?: string | undefined
  /** The amount it settles for, where a tip or an exchange rate changes it. */
  readonly settlesAs?: number | undefined
  readonly declined?: boolean | undefined
  readonly originalAmount?: number | undefined
  readonly originalCurrency?: string | undefined
}

export class Card {
  readonly feed: Feed<CardRow>
  readonly #scene: Scene
  readonly #cardId: string

  constructor(scene: Scene) {
    this.#scene = scene
    this.#cardId = scene.random.id("card_", 8)
    this.feed = new Feed(scene.clock)
  }

  authorize(wanted: Authorization): CardRow {
    const row = this.#enter(wanted.declined === true ? "declined" : "pending", wanted.merchant, wanted.amount, {
      ...(wanted.mcc === undefined ? {} : { mcc: wanted.mcc }),
      ...(wanted.originalAmount === undefined ? {} : { original_amount_minor: wanted.originalAmount }),
      ...(wanted.originalCurrency === undefined ? {} : { original_currency: wanted.originalCurrency })
    })
    if (row.state === "pending") this.#settleLater(row, wanted.settlesAs)
    return row
  }

  settle(id: string, amount: number | undefined): CardRow {
    const row = this.#pending(id)
    this.#settle(row, amount)
    return row
  }

  reverse(id: string): CardRow {
    const row = this.#pending(id)
    row.state = "reversed"
    this.feed.put(row)
    return row
  }

  /** A refund is a transaction of its own, with a negative amount, that settles like any other. */
  refund(id: string, amount: number | undefined): CardRow {
    const spent = this.#transaction(id)
    if (spent.state !== "settled" || spent.amount_minor <= 0) throw new Refused("only settled spending can be refunded")
    const given = amount ?? spent.amount_minor
    if (given > spent.amount_minor) throw new Refused("more than was spent")
    const row = this.#enter("pending", spent.merchant, -given, {
      ...(spent.mcc === undefined ? {} : { mcc: spent.mcc }),
      refund_of: spent.id
    })
    this.#settleLater(row, undefined)
    return row
  }

  #enter(state: CardRow["state"], merchant: string, amount: number, more: Partial<CardRow>): CardRow {
    const { clock, random } = this.#scene
    const row: CardRow = {
      id: random.id("ct_"),
      card_id: this.#cardId,
      state,
      merchant,
      amount_minor: amount,
      currency: "USD",
      authorized_at: iso(clock.now),
      ...more,
      updated_at: ""
    }
    this.feed.put(row)
    return row
  }

  #settleLater(row: CardRow, amount: number | undefined): void {
    const { agenda, clock } = this.#scene
    agenda.note(atHour(addDays(clock.today, settledAfterDays), 5), () => {
      if (row.state === "pending") this.#settle(row, amount)
    })
  }

  #settle(row: CardRow, amount: number | undefined): void {
    row.state = "settled"
    row.settled_on = this.#scene.clock.today
    if (amount !== undefined) row.amount_minor = amount
    this.feed.put(row)
  }

  #transaction(id: string): CardRow {
    const row = this.feed.get(id)
    if (row === undefined) throw new Refused("no such card transaction")
    return row
  }

  #pending(id: string): CardRow {
    const row = this.#transaction(id)
    if (row.state !== "pending") throw new Refused("the transaction is not pending")
    return row
  }
}
