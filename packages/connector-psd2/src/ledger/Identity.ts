/**
 * Which row of the mirror each entry of a read is. Entries are compared as multisets: those of one day, amount and
 * currency are a group, and inside it the ones that are known are told apart by the bank's id where it is believed, then
 * by text, by the balance after them, by order. What is left over is new. So twins stay two, and re-ordered, late,
 * renamed and re-worded entries are still themselves. Nothing is ever taken for gone because it was not there.
 *
 * An id that meets another amount, or a day far from the one it had, is not believed; where the entry it belonged to is
 * missing at the same time nobody can tell an amendment from another entry, and it is put aside with that reason.
 */
import { Book } from "./Book.ts"
import { atLast, covers, Matching, surely, tolerance } from "./Matching.ts"
import type * as Memory from "./Memory.ts"
import { isUnsteady, Trust } from "./Trust.ts"

/** An entry of a read, judged and not yet placed. */
export interface Seen {
  readonly day: number
  readonly minor: number
  readonly currency: string
  /** Hash of its text, empty where it has none. */
  readonly text: string
  readonly after: number | undefined
  /** The bank's id, where it is plausible. */
  readonly id: string | undefined
}

export interface Placed<S extends Seen> {
  readonly rows: ReadonlyArray<{ readonly row: string; readonly seen: S }>
  readonly aside: ReadonlyArray<{ readonly seen: S; readonly reason: string }>
  /** Entries whose id was not among those known, where not one of the known ids was seen: the bank gave all new ones. */
  readonly renamed: number
}

/** The days a walk covered: what is known of them and was not seen is missing. */
export interface Walked {
  readonly from: number
  readonly to: number
  /** Days in between that were left out. */
  readonly except?: ReadonlySet<number>
  /** Entries between these days are no longer needed once they are placed: a long history takes no more than a short one. */
  readonly passing?: { readonly after: number; readonly before: number }
}

const reused = "its id belonged to another amount or a distant day, and the entry that had it is missing"

export class Ledger {
  readonly #trust: Trust
  readonly #book = new Book()

  constructor(known: ReadonlyArray<Memory.Known> = [], distrusted: ReadonlyArray<string> = []) {
    this.#trust = new Trust(distrusted)
    for (const one of known) this.#book.add(one)
  }

  get known(): ReadonlyArray<Memory.Known> {
    return this.#book.known
  }

  get distrusted(): ReadonlyArray<string> {
    return this.#trust.distrusted
  }

  /** Whether any id of this bank is believed. */
  get believesIds(): boolean {
    return !this.#trust.isLost
  }

  /** What is remembered since a day, as text. */
  remembered(since: number): string {
    return this.#book.remembered(since)
  }

  /** Places what one complete walk has seen. Entries outside its days are placed as well. */
  place<S extends Seen>(entries: ReadonlyArray<S>, walked: Walked): Placed<S> {
    const ids = this.#trust.believed(entries)
    const matching = new Matching(entries, this.known, this.#book.byGroup, walked)
    const { places, taken } = matching
    const clashes = new Map<number, Memory.Known>()
    const moved = new Map<number, Memory.Known>()
    let hits = 0
    entries.forEach((seen, index) => {
      const id = ids[index]
      const one = id === undefined ? undefined : this.#book.byId.get(id)
      if (one === undefined) return
      hits += 1
      const distance = Math.abs(one.day - seen.day)
      if (one.minor !== seen.minor || one.currency !== seen.currency || distance > tolerance) clashes.set(index, one)
      else if (distance === 0 && !taken.has(one)) matching.take(index, one)
      else moved.set(index, one)
    })
    if (isUnsteady(clashes.size, moved.size, hits)) {
      this.#trust.distrustAll()
      ids.fill(undefined)
      clashes.clear()
      moved.clear()
      matching.clear()
      hits = 0
    }
    const follow = (isSure: (one: Memory.Known, seen: S) => boolean): void => {
      for (const [index, one] of moved) {
        if (places[index] === undefined && !taken.has(one) && isSure(one, entries[index] as S))
          matching.take(index, one)
      }
    }
    follow((one, seen) => one.text === seen.text && covers(walked, one.day))
    matching.inGroups(surely)
    follow((one, seen) => one.text === seen.text)
    // Two ids hold two entries apart, unless ids stray in this very read.
    const mayMove = (index: number, one: Memory.Known): boolean =>
      hits === 0 || ids[index] === undefined || clashes.size > 0 || one.id === ""
    matching.moved(mayMove)
    matching.inGroups(atLast)
    follow(() => true)
    matching.swapped(mayMove)
    const renamed = hits > 0 || taken.size === 0 ? 0 : this.#countRenamed(ids, matching, walked)

    const rows: Array<{ row: string; seen: S }> = []
    const aside: Array<{ seen: S; reason: string }> = []
    entries.forEach((seen, index) => {
      const clash = clashes.get(index)
      const place = places[index]
      if (place === undefined && clash !== undefined && !taken.has(clash)) {
        const isNear = Math.abs(clash.day - seen.day) <= tolerance
        if (isNear || covers(walked, clash.day)) {
          aside.push({ seen, reason: reused })
          return
        }
      }
      if (clash !== undefined) this.#trust.distrust(ids[index] as string)
      const believed = clash === undefined ? ids[index] : undefined
      const one = place ?? this.#book.make(seen, believed, walked.passing)
      if (place !== undefined) this.#book.update(place, seen, believed)
      rows.push({ row: one.row, seen })
    })
    if (walked.passing !== undefined) this.#book.letGo(walked, walked.passing)
    return { rows, aside, renamed }
  }

  /** All ids are new where none was met again and most of what was known of these days has found its group. */
  #countRenamed(ids: ReadonlyArray<string | undefined>, { places, taken }: Matching<Seen>, walked: Walked): number {
    let count = 0
    for (const [index, id] of ids.entries()) {
      if (id !== undefined && places[index] !== undefined && places[index].id !== "") count += 1
    }
    if (count === 0) return 0
    let expected = 0
    let met = 0
    for (const one of this.known) {
      if (one.id === "" || !covers(walked, one.day)) continue
      expected += 1
      if (taken.has(one)) met += 1
    }
    return met * 2 >= expected ? count : 0
  }
}
