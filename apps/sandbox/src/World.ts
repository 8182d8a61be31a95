/**
 * The provider's world: the clock, the people, their sessions, and every command that may happen to them. A command
 * that touches two ledgers is written here, so that a refund and its balance entry, or a redemption and its credit, can
 * only happen together. Commands are synchronous and refuse (`Refused`) without having changed anything. Rows are
 * answered as copies. Nothing here knows HTTP.
 */
import { Agenda } from "./Agenda.ts"
import type { BalanceRow, CardRow, PauseReason, PointsRow, ProfileRow, PurchaseRow } from "./Wire.ts"
import type { Authorization } from "./Card.ts"
import { Clock, Cursors, Random, Sessions, day, hour, iso, second } from "@paymirror/connector-testing/simulator"
import type { HandOver, SessionMode } from "@paymirror/connector-testing/simulator"
import type { Shipment } from "./Deliveries.ts"
import { Person } from "./Person.ts"
import type { FeedName } from "./Person.ts"
import type { Introduction, ProfileChange } from "./Profile.ts"
import type { Choice, Sale } from "./Purchases.ts"
import { Refused } from "./Refused.ts"

export interface WorldOptions {
  readonly seed?: number | undefined
  /** Where the clock stands at first, as an ISO instant. */
  readonly startAt?: string | undefined
  readonly session?: Partial<SessionMode> | undefined
  /** Whether an installment that stays unpaid merges into the next by itself, or only by `mergeMissed`. */
  readonly merging?: "automatic" | "manual" | undefined
}

export interface Span {
  readonly days?: number | undefined
  readonly hours?: number | undefined
  readonly minutes?: number | undefined
  readonly seconds?: number | undefined
}

export interface Shopping extends Sale {
  /** Points it earns; one for each dollar unless said otherwise. */
  readonly points?: number | undefined
  readonly shipment?: Shipment | undefined
  /** Where a payment on the day of purchase comes from. */
  readonly payFrom?: "card" | "balance" | undefined
}

export interface EarlyPayment extends Choice {
  readonly payFrom?: "card" | "balance" | undefined
}

export type Resolution =
  | { readonly outcome: "accepted"; readonly refund?: number | undefined }
  | { readonly outcome: "declined" }

export interface Redemption {
  readonly points: PointsRow
  readonly balance: BalanceRow
}

export const defaultSeed = 7
export const defaultStart = "2026-06-01T09:00:00Z"

const instant = (text: string): number => {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new Refused("not an instant")
  return at
}

export class World {
  readonly clock: Clock
  readonly sessions: Sessions
  readonly cursors = new Cursors()
  readonly #agenda = new Agenda()
  readonly #people = new Map<string, Person>()
  readonly #random: Random
  readonly #merging: "automatic" | "manual"

  constructor(options: WorldOptions = {}) {
    this.clock = new Clock(instant(options.startAt ?? defaultStart))
    this.#random = new Random(String(options.seed ?? defaultSeed))
    this.#merging = options.merging ?? "automatic"
    this.sessions = new Sessions(this.clock, this.#random.fork("sessions"), options.session)
  }

  get people(): ReadonlyArray<Person> {
    return [...this.#people.values()]
  }

  person(personId: string): Person {
    const person = this.#people.get(personId)
    if (person === undefined) throw new Refused("no such person")
    return person
  }

  addPerson(introduction: Introduction): ProfileRow {
    if (this.#people.has(introduction.id)) throw new Refused("this person is here already")
    const random = this.#random.fork(`person/${introduction.id}`)
    const scene = { clock: this.clock, agenda: this.#agenda, random, merging: this.#merging }
    const person = new Person(scene, introduction)
    this.#people.set(person.id, person)
    return structuredClone(person.profile.row)
  }

  /** Moves the clock, and lets everything that falls into that time happen, one instant after the other. */
  advance(span: Span): string {
    const { days = 0, hours = 0, minutes = 0, seconds = 0 } = span
    return this.#moveTo(this.clock.now + days * day + hours * hour + minutes * 60 * second + seconds * second)
  }

  advanceTo(at: string): string {
    return this.#moveTo(instant(at))
  }

  shop(personId: string, shopping: Shopping): PurchaseRow {
    const { balance, deliveries, points, purchases } = this.person(personId)
    const paid = shopping.payFrom === "balance" ? purchases.upFront(shopping) : 0
    if (balance.available < paid) throw new Refused("the balance does not cover it")
    const row = purchases.open(shopping)
    if (paid > 0) {
      balance.book({ kind: "payment", amount: -paid, description: row.merchant, purchaseId: row.id })
    }
    const earned = shopping.points ?? Math.floor(row.amount_minor / 100)
    if (earned > 0) points.earn(earned, row.id)
    if (shopping.shipment !== undefined) deliveries.ship(shopping.shipment, row.id)
    return structuredClone(row)
  }

  bulk(personId: string, { purchases }: { readonly purchases: number }): void {
    this.person(personId).purchases.bulk(purchases)
  }

  /** Pays the next installment, a certain one, or all that remain, before they are collected. */
  payEarly(personId: string, purchaseId: string, payment: EarlyPayment = {}): PurchaseRow {
    const { balance, purchases } = this.person(personId)
    const { row } = purchases.order(purchaseId)
    const paid = payment.payFrom === "balance" ? purchases.owed(purchaseId, payment) : 0
    if (balance.available < paid) throw new Refused("the balance does not cover it")
    purchases.pay(purchaseId, payment)
    if (paid > 0) balance.book({ kind: "payment", amount: -paid, description: row.merchant, purchaseId })
    return structuredClone(row)
  }

  /** The next attempts to collect, of one purchase or of any, do not succeed. */
  failNextPayment(
    personId: string,
    options: { purchaseId?: string | undefined; times?: number | undefined } = {}
  ): void {
    this.person(personId).purchases.failNext(options.times ?? 1, options.purchaseId)
  }

  mergeMissed(personId: string, purchaseId: string): PurchaseRow {
    const { purchases } = this.person(personId)
    purchases.mergeMissed(purchaseId)
    return structuredClone(purchases.order(purchaseId).row)
  }

  reportReturn(personId: string, purchaseId: string): PurchaseRow {
    return this.#report(personId, purchaseId, "return")
  }

  reportProblem(personId: string, purchaseId: string): PurchaseRow {
    return this.#report(personId, purchaseId, "problem")
  }

  /** Closes a reported return or problem: for the person, with a refund (the whole price unless said), or for the store. */
  resolveReturn(personId: string, purchaseId: string, resolution: Resolution): PurchaseRow {
    const { purchases } = this.person(personId)
    const { row } = purchases.order(purchaseId)
    const whole = row.amount_minor - (row.refunded_minor ?? 0)
    const refund = resolution.outcome === "accepted" ? (resolution.refund ?? whole) : 0
    return this.#giveBack(personId, purchaseId, refund, () => purchases.resolve(purchaseId, refund))
  }

  /** The store refunds a part of the price, or what is left of it, without a case. */
  refund(personId: string, purchaseId: string, options: { readonly amount?: number | undefined } = {}): PurchaseRow {
    const { purchases } = this.person(personId)
    const { row } = purchases.order(purchaseId)
    const amount = options.amount ?? row.amount_minor - (row.refunded_minor ?? 0)
    if (amount < 1) throw new Refused("nothing to refund")
    return this.#giveBack(personId, purchaseId, amount, () => purchases.refund(purchaseId, amount))
  }

  /** The store cancels the order: nothing more is asked for, and what was paid goes back. */
  cancelPlan(personId: string, purchaseId: string): PurchaseRow {
    const { purchases } = this.person(personId)
    const { row } = purchases.order(purchaseId)
    if (row.status !== "open") throw new Refused("the purchase is over")
    const rest = row.amount_minor - (row.refunded_minor ?? 0)
    return this.#giveBack(personId, purchaseId, rest, () => purchases.refund(purchaseId, rest, "cancelled"))
  }

  extendDueDate(
    personId: string,
    purchaseId: string,
    options: { readonly days?: number | undefined } = {}
  ): PurchaseRow {
    const { purchases } = this.person(personId)
    purchases.extend(purchaseId, options.days ?? 10)
    return structuredClone(purchases.order(purchaseId).row)
  }

  /** One point is one cent. The debit and the credit name each other. */
  redeemPoints(personId: string, { points: count }: { readonly points: number }): Redemption {
    const { balance, points } = this.person(personId)
    if (count > points.confirmed) throw new Refused("not so many points")
    const pointsEntryId = points.nextId()
    const credit = balance.book({ kind: "cashback", amount: count, description: "Cashback redeemed", pointsEntryId })
    return structuredClone({ points: points.redeem(count, pointsEntryId, credit.id), balance: credit })
  }

  /** Pending until the next morning, unless it is instant. */
  topUp(personId: string, options: { readonly amount: number; readonly instant?: boolean | undefined }): BalanceRow {
    const { balance } = this.person(personId)
    const movement = { kind: "top_up", amount: options.amount, description: "Top-up" } as const
    return structuredClone(options.instant === true ? balance.book(movement) : balance.announce(movement))
  }

  withdraw(personId: string, { amount }: { readonly amount: number }): BalanceRow {
    const movement = { kind: "withdrawal", amount: -amount, description: "Withdrawal to bank account" } as const
    return structuredClone(this.person(personId).balance.announce(movement))
  }

  authorizeCard(personId: string, authorization: Authorization): CardRow {
    return structuredClone(this.person(personId).card.authorize(authorization))
  }

  settleCard(personId: string, transactionId: string, options: { readonly amount?: number | undefined } = {}): CardRow {
    return structuredClone(this.person(personId).card.settle(transactionId, options.amount))
  }

  reverseCard(personId: string, transactionId: string): CardRow {
    return structuredClone(this.person(personId).card.reverse(transactionId))
  }

  refundCard(personId: string, transactionId: string, options: { readonly amount?: number | undefined } = {}): CardRow {
    return structuredClone(this.person(personId).card.refund(transactionId, options.amount))
  }

  changeProfile(personId: string, change: ProfileChange): ProfileRow {
    const { profile } = this.person(personId)
    profile.change(change)
    return structuredClone(profile.row)
  }

  /** Publishes a row again as it is: a new stamp, a new place in the feed, the same content. */
  republish(personId: string, feed: FeedName, rowId: string): void {
    if (!this.person(personId).feeds[feed].republish(rowId)) throw new Refused("no such row")
  }

  openSession(personId: string): HandOver {
    return this.sessions.open(this.person(personId).id)
  }

  expireAccess(personId?: string): void {
    this.sessions.expireAccess(personId)
  }

  revokeSession(personId: string): void {
    this.sessions.revokeSession(personId)
  }

  expireRefresh(personId: string): void {
    this.sessions.expireRefresh(personId)
  }

  expireCursors(): void {
    this.cursors.expire()
  }

  #moveTo(until: number): string {
    if (until < this.clock.now) throw new Refused("the clock never goes back")
    for (let entry = this.#agenda.take(until); entry !== undefined; entry = this.#agenda.take(until)) {
      this.clock.moveTo(Math.max(entry.at, this.clock.now))
      entry.run()
    }
    this.clock.moveTo(until)
    return iso(until)
  }

  #report(personId: string, purchaseId: string, reason: PauseReason): PurchaseRow {
    const { purchases } = this.person(personId)
    purchases.pause(purchaseId, reason)
    return structuredClone(purchases.order(purchaseId).row)
  }

  #giveBack(personId: string, purchaseId: string, refunded: number, act: () => number): PurchaseRow {
    const { balance, points, purchases } = this.person(personId)
    const { row } = purchases.order(purchaseId)
    const back = act()
    if (back > 0) balance.book({ kind: "refund", amount: back, description: row.merchant, purchaseId })
    if (refunded > 0) points.reverse(purchaseId, row.refunded_minor ?? 0, row.amount_minor)
    return structuredClone(row)
  }
}
