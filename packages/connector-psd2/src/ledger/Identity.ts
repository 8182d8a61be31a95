/**
 * Which row of the mirror each entry of a read is. Entries are compared as multisets: those of one day, amount and
 * currency are a group, and inside it the ones that are known are told apart by the bank's id where it is believed, then
 * by text, by the balance after them, by order. What is left over is new. So twins stay two, and re-ordered, late,
 * renamed and re-worded entries are still themselves. Nothing is ever taken for gone because it was not there.
 *
 * An id that meets another amount, or a day far from the one it had, is not believed; where the entry it belonged to is
 * missing at the same time nobody can tell an amendment from another entry, and it is put aside with that reason.
 */
import { CalendarDate } from "@paymirror/core"
import { hash } from "./Fingerprint.ts"
import { atLast, covers, groupOf, Matching, push, surely, tolerance } from "./Matching.ts"
import * as Memory from "./Memory.ts"
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

const years = new Map<number, string>()

/** Days are few and entries are many. */
const yearOf = (day: number): string => {
  const known = years.get(day)
  if (known !== undefined) return known
  if (years.size > 10_000) years.clear()
  const year = CalendarDate.fromEpochDay(day).slice(0, 4)
  years.set(day, year)
  return year
}

const reused = "its id belonged to another amount or a distant day, and the entry that had it is missing"

export class Ledger {
  known: Array<Memory.Known>
  readonly #trust: Trust
  readonly #byId = new Map<string, Memory.Known>()
  readonly #byGroup = new Map<string, Array<Memory.Known>>()
  readonly #rows = new Set<string>()
  /** What is remembered since a day, written out, until that changes. */
  #written: { readonly since: number; readonly text: string } | undefined
  readonly #numbers = new Map<string, number>()
  /** Rows of entries that were let go, by year: their ids are not given again. */
  readonly #passed = new Map<string, Set<string>>()

  constructor(known: ReadonlyArray<Memory.Known> = [], distrusted: ReadonlyArray<string> = []) {
    this.known = []
    this.#trust = new Trust(distrusted)
    for (const one of known) this.#add(one)
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
    if (this.#written?.since !== since) this.#written = { since, text: Memory.encode(this.known, since) }
    return this.#written.text
  }

  #touch(day: number): void {
    if (this.#written !== undefined && day >= this.#written.since) this.#written = undefined
  }

  #add(one: Memory.Known): void {
    this.#touch(one.day)
    this.known.push(one)
    this.#rows.add(one.row)
    if (one.id !== "") this.#byId.set(one.id, one)
    push(this.#byGroup, groupOf(one), one)
  }

  #pass(row: string, day: number): void {
    const year = yearOf(day)
    const rows = this.#passed.get(year)
    if (rows === undefined) this.#passed.set(year, new Set([row]))
    else rows.add(row)
  }

  #isGiven(row: string, day: number): boolean {
    return this.#rows.has(row) || this.#passed.get(yearOf(day))?.has(row) === true
  }

  /** Lets go of the edges of windows whose neighbours are read too, and of years that are behind a walk to the past. */
  #letGo({ from }: Walked, { after, before }: NonNullable<Walked["passing"]>): void {
    for (const year of this.#passed.keys()) if (year > yearOf(from)) this.#passed.delete(year)
    const isPast = ({ day }: Memory.Known): boolean => day > after && day < before
    if (!this.known.some(isPast)) return
    for (const one of this.known.filter(isPast)) {
      this.#rows.delete(one.row)
      this.#pass(one.row, one.day)
      if (this.#byId.get(one.id) === one) this.#byId.delete(one.id)
      const group = groupOf(one)
      const left = this.#byGroup.get(group)?.filter((other) => other !== one) ?? []
      if (left.length === 0) this.#byGroup.delete(group)
      else this.#byGroup.set(group, left)
    }
    this.known = this.known.filter((one) => !isPast(one))
  }

  /** Places what one complete walk has seen. Entries outside its days are placed as well. */
  place<S extends Seen>(entries: ReadonlyArray<S>, walked: Walked): Placed<S> {
    const ids = this.#trust.believed(entries)
    const matching = new Matching(entries, this.known, this.#byGroup, walked)
    const { places, taken } = matching
    const clashes = new Map<number, Memory.Known>()
    const moved = new Map<number, Memory.Known>()
    let hits = 0
    for (const [index, seen] of entries.entries()) {
      const id = ids[index]
      const one = id === undefined ? undefined : this.#byId.get(id)
      if (one === undefined) continue
      hits += 1
      const distance = Math.abs(one.day - seen.day)
      if (one.minor !== seen.minor || one.currency !== seen.currency || distance > tolerance) clashes.set(index, one)
      else if (distance === 0 && !taken.has(one)) matching.take(index, one)
      else moved.set(index, one)
    }
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
    const renamed = hits > 0 ? 0 : this.#countRenamed(ids, matching, walked)

    const rows: Array<{ row: string; seen: S }> = []
    const aside: Array<{ seen: S; reason: string }> = []
    for (const [index, seen] of entries.entries()) {
      const clash = clashes.get(index)
      const place = places[index]
      if (place === undefined && clash !== undefined && !taken.has(clash)) {
        const isNear = Math.abs(clash.day - seen.day) <= tolerance
        if (isNear || covers(walked, clash.day)) {
          aside.push({ seen, reason: reused })
          continue
        }
      }
      if (clash !== undefined) this.#trust.distrust(ids[index] as string)
      const believed = clash === undefined ? ids[index] : undefined
      const one = place ?? this.#make(seen, believed, walked.passing)
      if (place !== undefined) this.#update(place, seen, believed)
      rows.push({ row: one.row, seen })
    }
    if (walked.passing !== undefined) this.#letGo(walked, walked.passing)
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

  #update(one: Memory.Known, seen: Seen, id: string | undefined): void {
    const group = groupOf(one)
    if (one.day !== seen.day || one.text !== seen.text || one.after !== seen.after || one.id !== (id ?? one.id)) {
      this.#touch(Math.max(one.day, seen.day))
    }
    one.day = seen.day
    one.text = seen.text
    one.after = seen.after
    if (id !== undefined && id !== one.id) {
      if (this.#byId.get(one.id) === one) this.#byId.delete(one.id)
      one.id = id
      this.#byId.set(id, one)
    }
    const now = groupOf(one)
    if (now !== group && this.#byGroup.get(now)?.includes(one) !== true) push(this.#byGroup, now, one)
  }

  /**
   * A new row: the bank's id where it is believed, else the group and a number that was never used in it. Some banks count
   * anew every year, so the year is part of the row's id; ids that come back sooner are not believed.
   */
  #make(seen: Seen, id: string | undefined, passing: Walked["passing"]): Memory.Known {
    let row = id === undefined ? undefined : `${seen.id ?? ""}@${yearOf(seen.day)}`
    if (row === undefined || this.#isGiven(row, seen.day)) {
      const group = hash(groupOf(seen))
      let number = this.#numbers.get(group) ?? 1
      while (this.#isGiven(`e-${group}-${number}`, seen.day)) number += 1
      this.#numbers.set(group, number + 1)
      row = `e-${group}-${number}`
    }
    const { after, currency, day, minor, text } = seen
    const one: Memory.Known = { row, day, minor, currency, text, id: id ?? "", after }
    if (passing === undefined || day <= passing.after || day >= passing.before) this.#add(one)
    else this.#pass(row, day)
    return one
  }
}
