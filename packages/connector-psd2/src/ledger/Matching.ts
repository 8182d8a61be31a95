/**
 * One read laid over what is known: which entry is which, pass by pass, the surest first. Each pass only places what the
 * passes before left open; none of them places two entries on one row. It decides nothing about what is left.
 */
import type { Seen, Walked } from "./Identity.ts"
import type { Known } from "./Memory.ts"

/** Days an entry may move and still be itself. */
export const tolerance = 10

/** Entries of one day, amount and currency are a group. */
export const groupOf = ({ currency, day, minor }: Pick<Seen, "currency" | "day" | "minor">): string =>
  `${day} ${minor} ${currency}`

const wordsOf = ({ currency, minor, text }: Pick<Seen, "currency" | "minor" | "text">): string =>
  `${minor} ${currency} ${text}`

export const covers = ({ except, from, to }: Walked, day: number): boolean =>
  day >= from && day <= to && except?.has(day) !== true

export const push = <K, V>(lists: Map<K, Array<V>>, key: K, value: V): void => {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

type Key = (of: Pick<Seen, "text" | "after">) => string | undefined

/** By what the members of a group are told apart, the surest first. */
export const surely: ReadonlyArray<Key> = [
  ({ after, text }) => (after === undefined || text === "" ? undefined : `${text} ${after}`),
  ({ text }) => (text === "" ? undefined : text)
]

/** When the words no longer tell. A balance alone says little: it moves when another entry does. */
export const atLast: ReadonlyArray<Key> = [({ after }) => (after === undefined ? undefined : String(after)), () => ""]

export class Matching<S extends Seen> {
  readonly places: Array<Known | undefined>
  readonly taken = new Set<Known>()
  readonly #entries: ReadonlyArray<S>
  readonly #groups: ReadonlyMap<string, ReadonlyArray<Known>>
  /** Those with a text, of the days that were walked. */
  readonly #known: ReadonlyArray<Known>
  /** Entries of days on which anything is known: few, on a walk into the past. */
  readonly #near: ReadonlyArray<number>

  constructor(
    entries: ReadonlyArray<S>,
    known: ReadonlyArray<Known>,
    groups: ReadonlyMap<string, ReadonlyArray<Known>>,
    walked: Walked
  ) {
    this.#entries = entries
    this.#known = known.filter(({ day, text }) => text !== "" && covers(walked, day))
    this.#groups = groups
    const days = new Set(known.map(({ day }) => day))
    const near: Array<number> = []
    entries.forEach(({ day }, index) => void (days.has(day) && near.push(index)))
    this.#near = near
    this.places = Array.from({ length: entries.length })
  }

  take(index: number, one: Known): void {
    this.places[index] = one
    this.taken.add(one)
  }

  /** Forgets every place. */
  clear(): void {
    this.places.fill(undefined)
    this.taken.clear()
  }

  #isOpen(index: number): boolean {
    return this.places[index] === undefined
  }

  #free(group: string): Array<Known> {
    return (this.#groups.get(group) ?? []).filter((one) => !this.taken.has(one) && groupOf(one) === group)
  }

  inGroups(keys: ReadonlyArray<Key>): void {
    const open = new Map<string, Array<number>>()
    for (const index of this.#near) {
      if (!this.#isOpen(index)) continue
      const group = groupOf(this.#entries[index] as S)
      if (this.#groups.has(group)) push(open, group, index)
    }
    for (const [group, indexes] of open) {
      let left = indexes
      let free = this.#free(group)
      for (const key of keys) {
        if (free.length === 0 || left.length === 0) break
        const byKey = new Map<string, Array<Known>>()
        for (const one of free.toReversed()) {
          const value = key(one)
          if (value !== undefined) push(byKey, value, one)
        }
        left = left.filter((index) => {
          const value = key(this.#entries[index] as S)
          const one = value === undefined ? undefined : byKey.get(value)?.pop()
          if (one !== undefined) this.take(index, one)
          return one === undefined
        })
        free = free.filter((one) => !this.taken.has(one))
      }
    }
  }

  /** What was known of the walked days and was not met, by amount and words. */
  #missing(): Map<string, Array<Known>> {
    const missing = new Map<string, Array<Known>>()
    if (this.places.every((place) => place !== undefined)) return missing
    for (const one of this.#known) if (!this.taken.has(one)) push(missing, wordsOf(one), one)
    return missing
  }

  /**
   * What is missing on its day and is there some days off with the same words has moved; unless its own day has another
   * entry that may be it, re-worded.
   */
  moved(mayMove: (index: number, one: Known) => boolean): void {
    const missing = this.#missing()
    if (missing.size === 0) return
    const claims = new Map<string, number>()
    for (const [index, seen] of this.#entries.entries()) {
      if (this.#isOpen(index)) claims.set(groupOf(seen), (claims.get(groupOf(seen)) ?? 0) + 1)
    }
    const isClaimed = (one: Known): boolean => this.#free(groupOf(one)).length <= (claims.get(groupOf(one)) ?? 0)
    let open = [...this.#entries.keys()].filter((index) => this.#isOpen(index) && this.#entries[index]?.text !== "")
    // One that has moved away no longer claims what is on its new day.
    for (let before = open.length + 1; open.length < before;) {
      before = open.length
      open = open.filter((index) => {
        const seen = this.#entries[index] as S
        const isAllowed = (one: Known): boolean => !this.taken.has(one) && mayMove(index, one) && !isClaimed(one)
        const one = nearest(seen, missing, isAllowed)
        if (one === undefined) return true
        this.take(index, one)
        claims.set(groupOf(seen), (claims.get(groupOf(seen)) ?? 1) - 1)
        return false
      })
    }
  }

  /**
   * An open entry whose place went to another one with the same words, which may as well be one that moved here: both
   * find a place then.
   */
  swapped(mayMove: (index: number, one: Known) => boolean): void {
    const missing = this.#missing()
    if (missing.size === 0) return
    const inGroup = new Map<string, Array<number>>()
    for (const [index, seen] of this.#entries.entries()) push(inGroup, groupOf(seen), index)
    for (const [index, seen] of this.#entries.entries()) {
      if (!this.#isOpen(index)) continue
      for (const other of inGroup.get(groupOf(seen)) ?? []) {
        const place = this.places[other]
        if (place === undefined || !mayMove(index, place)) continue
        const one = nearest(this.#entries[other] as S, missing, (one) => !this.taken.has(one) && mayMove(other, one))
        if (one === undefined) continue
        this.take(other, one)
        this.take(index, place)
        break
      }
    }
  }
}

const nearest = (
  seen: Seen,
  missing: ReadonlyMap<string, ReadonlyArray<Known>>,
  isAllowed: (one: Known) => boolean
): Known | undefined => {
  let found: Known | undefined
  for (const one of missing.get(wordsOf(seen)) ?? []) {
    const distance = Math.abs(one.day - seen.day)
    if (distance > tolerance || !isAllowed(one)) continue
    if (found === undefined || distance < Math.abs(found.day - seen.day)) found = one
  }
  return found
}
