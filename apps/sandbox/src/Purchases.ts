/**
 * One person's purchases: their orders, the feed that shows them, and the moments at which each has something to do.
 * What a refund or a payment does to another ledger is decided in `World.ts`.
 */
import { Feed, addDays, atHour, dayOf, iso } from "@paymirror/connector-testing/simulator"
import type { Day } from "@paymirror/connector-testing/simulator"
import { Refused } from "./Refused.ts"
import type { Scene } from "./Scene.ts"
import * as Schedule from "./Schedule.ts"
import type { Order, Part } from "./Schedule.ts"
import type { ItemRow, PauseReason, Plan, PurchaseRow } from "./Wire.ts"

export interface Sale {
  readonly merchant: string
  readonly amount: number
  readonly plan: Plan
  readonly mcc?: string | undefined
  readonly orderReference?: string | undefined
  readonly items?: ReadonlyArray<ItemRow> | undefined
  /** A service fee, or the interest agreed for a financing. */
  readonly fees?: number | undefined
  /** The first installment where it is not like the others. */
  readonly first?: number | undefined
}

/** Which installment to pay: the next one, a certain one, or all that remain. */
export interface Choice {
  readonly number?: number | undefined
  readonly all?: boolean | undefined
}

const terms = (sale: Sale): Schedule.Terms => ({
  plan: sale.plan,
  amount: sale.amount,
  fees: sale.fees ?? 0,
  first: sale.first
})

const dueOn = (parts: ReadonlyArray<Part>, day: Day): ReadonlyArray<Part> => parts.filter(({ row }) => row.due === day)

const stores = ["Cedar & Tin", "Moth Lantern", "Pebble Row", "Quillfish Supply", "Tallow Street"] as const

export class Purchases {
  readonly feed: Feed<PurchaseRow>
  readonly #scene: Scene
  readonly #orders = new Map<string, Order>()
  readonly #failing = new Map<string, number>()
  #failingAny = 0

  constructor(scene: Scene) {
    this.#scene = scene
    this.feed = new Feed(scene.clock)
  }

  order(id: string): Order {
    const order = this.#orders.get(id)
    if (order === undefined) throw new Refused("no such purchase")
    return order
  }

  orders(): IterableIterator<Order> {
    return this.#orders.values()
  }

  /** What a sale asks for on the day itself. */
  upFront(sale: Sale): number {
    const { today } = this.#scene.clock
    return Schedule.total(dueOn(Schedule.cut(terms(sale), today), today))
  }

  open(sale: Sale): PurchaseRow {
    const { clock } = this.#scene
    const order = this.#make(sale, clock.now)
    Schedule.payParts(order, dueOn(order.parts, clock.today), clock.today)
    this.#keep(order)
    return order.row
  }

  /** Many plain purchases over the past year, each as paid as it would be by now. */
  bulk(count: number): void {
    const { clock, random } = this.#scene
    for (let index = 0; index < count; index++) {
      const at = atHour(addDays(clock.today, -(index % 365)), 8)
      const order = this.#make(
        { merchant: random.pick(stores), amount: random.int(1000, 60_000), plan: "pay_in_4" },
        Math.min(at, clock.now)
      )
      for (const part of order.parts) if (part.row.due <= clock.today) Schedule.payParts(order, [part], part.row.due)
      this.#keep(order)
    }
  }

  failNext(times: number, purchaseId: string | undefined): void {
    if (purchaseId === undefined) this.#failingAny += times
    else this.#failing.set(this.order(purchaseId).row.id, (this.#failing.get(purchaseId) ?? 0) + times)
  }

  owed(id: string, which: Choice): number {
    return Schedule.total(Schedule.payable(this.order(id), which))
  }

  pay(id: string, which: Choice): void {
    const order = this.order(id)
    Schedule.payParts(order, Schedule.payable(order, which), this.#scene.clock.today)
    this.#keep(order)
  }

  pause(id: string, reason: PauseReason): void {
    const order = this.order(id)
    if (Schedule.pause(order, reason, this.#scene.clock.today)) this.#keep(order)
  }

  /** Closes an open case, after the given refund, if any. Answers with what goes back to the person. */
  resolve(id: string, refunded: number): number {
    const order = this.order(id)
    if (order.openCase === undefined) throw new Refused("no case is open")
    const before = JSON.stringify(order.row)
    const back = refunded > 0 ? Schedule.refund(order, refunded) : 0
    if (order.openCase !== undefined) Schedule.resume(order, this.#scene.clock.today)
    if (JSON.stringify(order.row) === before) this.#arm(order)
    else this.#keep(order)
    return back
  }

  refund(id: string, amount: number, ending?: "cancelled"): number {
    const order = this.order(id)
    const back = Schedule.refund(order, amount, ending)
    this.#keep(order)
    return back
  }

  extend(id: string, days: number): void {
    const order = this.order(id)
    Schedule.extend(order, days, this.#scene.clock.today)
    this.#keep(order)
  }

  mergeMissed(id: string): void {
    const order = this.order(id)
    Schedule.mergeMissed(order)
    this.#keep(order)
  }

  #make(sale: Sale, at: number): Order {
    const { random } = this.#scene
    const { fees = 0 } = sale
    const parts = Schedule.cut(terms(sale), dayOf(at))
    const row: PurchaseRow = {
      id: random.id("p_"),
      merchant: sale.merchant,
      ...(sale.mcc === undefined ? {} : { mcc: sale.mcc }),
      ...(sale.orderReference === undefined ? {} : { order_reference: sale.orderReference }),
      amount_minor: sale.amount,
      currency: "USD",
      plan: sale.plan,
      status: "open",
      purchased_at: iso(at),
      ...(sale.items === undefined ? {} : { items: sale.items }),
      ...(fees === 0 ? {} : { fees_minor: fees }),
      installments: parts.map((part) => part.row),
      updated_at: ""
    }
    return { row, parts, refundedAfterPaid: 0, extended: false, openCase: undefined, armedAt: undefined }
  }

  #keep(order: Order): void {
    this.#orders.set(order.row.id, order)
    this.feed.put(order.row)
    this.#arm(order)
  }

  /** Notes the next moment of an order, once. A moment that has moved meanwhile finds itself out of date and passes. */
  #arm(order: Order): void {
    const at = Schedule.nextWake(order)
    if (at === order.armedAt) return
    order.armedAt = at
    if (at !== undefined) this.#scene.agenda.note(at, () => this.#wake(order, at))
  }

  #wake(order: Order, at: number): void {
    if (order.armedAt !== at) return
    order.armedAt = undefined
    const { clock, merging } = this.#scene
    const changed = Schedule.wake(order, clock.now, clock.today, {
      fails: () => this.#fails(order.row.id),
      merging: merging === "automatic"
    })
    if (changed) this.#keep(order)
    else this.#arm(order)
  }

  #fails(id: string): boolean {
    const own = this.#failing.get(id) ?? 0
    if (own > 0) this.#failing.set(id, own - 1)
    else if (this.#failingAny > 0) this.#failingAny -= 1
    else return false
    return true
  }
}
