/**
 * A provider for one account, small enough to know its whole truth: purchases that are added, edited, deleted, revived
 * and stamped anew, and card rows that wait, settle or vanish. It serves feeds by cursor and, when told to, misbehaves
 * the way feeds do: pages that overlap, repeat, arrive shuffled or empty, change while they are walked, fail or stop.
 */
import { ConnectorError, type StreamName } from "@paymirror/core"
import type { Random } from "./Random.ts"
import { card, gone, pendingNow, purchase, stamp } from "./rows.ts"
import { at, down, fails, type Item } from "./Script.ts"

interface Thing {
  readonly id: string
  amount: number
  stamped: number
  state: "gone" | "pending" | "stands"
}

export class Upstream {
  private readonly purchases: Array<Thing> = []
  private readonly card: Array<Thing> = []
  private clock = 0
  private readonly random: Random
  /** Whether it misbehaves. */
  faulty = true
  /** What a kill looks like from inside a read. */
  private readonly kill: Item

  constructor(random: Random, kill: Item) {
    this.random = random
    this.kill = kill
  }

  /** Something happens in the person's life. */
  live(): void {
    const { random } = this
    const purchase = this.purchases.length === 0 ? undefined : random.of(this.purchases)
    const waiting = this.card.filter(({ state }) => state === "pending")
    this.clock += 1
    switch (random.below(8)) {
      case 0:
      case 1:
        this.purchases.push({
          id: `p${this.purchases.length}`,
          amount: random.below(5),
          stamped: this.clock,
          state: "stands"
        })
        return
      case 2:
      case 3:
        if (purchase !== undefined)
          Object.assign(purchase, { amount: random.below(5), stamped: this.clock, state: "stands" })
        return
      case 4:
        if (purchase !== undefined) Object.assign(purchase, { stamped: this.clock, state: "gone" })
        return
      case 5:
        if (purchase !== undefined) purchase.stamped = this.clock
        return
      case 6:
        this.card.push({ id: `c${this.card.length}`, amount: random.below(5), stamped: this.clock, state: "pending" })
        return
      case 7:
        if (waiting.length === 0) return
        Object.assign(random.of(waiting), {
          amount: random.below(5),
          stamped: this.clock,
          state: random.chance(0.6) ? "stands" : "gone"
        })
    }
  }

  /** What a faithful mirror holds. */
  truth(stream: "card" | "purchases"): Record<string, number> {
    const things = this[stream].filter(({ state }) => state !== "gone")
    return Object.fromEntries(things.map(({ amount, id }) => [id, amount]))
  }

  *read(stream: StreamName.StreamName, from = 0): Generator<Item> {
    if (stream !== "card" && stream !== "purchases") return
    const { random } = this
    let cursor = from
    const told: Array<ReadonlyArray<Item>> = []
    for (let page = 0; page < 200; page += 1) {
      if (this.faulty) {
        if (random.chance(0.06)) yield down
        if (random.chance(0.04)) yield fails(new ConnectorError.RateLimited({ until: "1970-01-01T00:00:00.000Z" }))
        if (random.chance(0.06)) yield this.kill
        for (let n = random.below(3); n > 0; n -= 1) this.live()
        if (random.chance(0.08)) {
          yield at(cursor)
          continue
        }
      }
      const overlap = this.faulty && random.chance(0.2) ? random.below(6) : 0
      const found = this.feed(stream)
        .filter(({ stamped }) => stamped > cursor - overlap)
        .slice(0, 1 + random.below(4))
      const last = found.at(-1)
      if (last === undefined) break
      const events = found.map((thing) => this.tell(stream, thing))
      if (this.faulty && random.chance(0.2)) events.reverse()
      for (const event of events) {
        yield event
        if (this.faulty && random.chance(0.02)) yield this.kill
      }
      if (this.faulty && told.length > 0 && random.chance(0.25)) yield* random.of(told)
      told.push(events)
      cursor = Math.max(cursor, last.stamped)
      yield at(cursor)
    }
    if (stream === "card") {
      const waiting = this.card.filter(({ state }) => state === "pending")
      yield* waiting.map((thing) => this.tell("card", thing))
      yield pendingNow(...waiting.map(({ id }) => id))
    }
  }

  private feed(stream: "card" | "purchases"): ReadonlyArray<Thing> {
    const told = stream === "purchases" ? this.purchases : this.card.filter(({ state }) => state === "stands")
    return told.toSorted((a, b) => a.stamped - b.stamped)
  }

  private tell(stream: "card" | "purchases", { amount, id, stamped, state }: Thing): Item {
    const version = stamp(stamped)
    if (state === "gone") return gone(stream, id, "deleted", version)
    return stream === "purchases"
      ? purchase(id, amount, { version })
      : card(id, amount, { version, ...(state === "pending" ? { pending: true } : {}) })
  }
}
