/**
 * The rows a ledger knows: found by the bank's id and by their group, written out for the checkpoint, given ids that no
 * other row has, and let go once a walk to the past has left them behind. Which entry is which row is not decided here.
 */
import { CalendarDate } from "@paymirror/core"
import { hash } from "./Fingerprint.ts"
import type { Seen, Walked } from "./Identity.ts"
import { groupOf, push } from "./Matching.ts"
import * as Memory from "./Memory.ts"

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

export class Book {
  known: Array<Memory.Known> = []
  readonly byId = new Map<string, Memory.Known>()
  readonly byGroup = new Map<string, Array<Memory.Known>>()
  readonly #rows = new Set<string>()
  /** What is remembered since a day, written out, until that changes. */
  #written: { readonly since: number; readonly text: string } | undefined
  readonly #numbers = new Map<string, number>()
  /** Rows of entries that were let go, by year: their ids are not given again. */
  readonly #passed = new Map<string, Set<string>>()

  /** What is remembered since a day, as text. */
  remembered(since: number): string {
    if (this.#written?.since !== since) this.#written = { since, text: Memory.encode(this.known, since) }
    return this.#written.text
  }

  #touch(day: number): void {
    if (this.#written !== undefined && day >= this.#written.since) this.#written = undefined
  }

  add(one: Memory.Known): void {
    this.#touch(one.day)
    this.known.push(one)
    this.#rows.add(one.row)
    if (one.id !== "") this.byId.set(one.id, one)
    push(this.byGroup, groupOf(one), one)
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
  letGo({ from }: Walked, { after, before }: NonNullable<Walked["passing"]>): void {
    for (const year of this.#passed.keys()) if (year > yearOf(from)) this.#passed.delete(year)
    const isPast = ({ day }: Memory.Known): boolean => day > after && day < before
    if (!this.known.some(isPast)) return
    for (const one of this.known.filter(isPast)) {
      this.#rows.delete(one.row)
      this.#pass(one.row, one.day)
      if (this.byId.get(one.id) === one) this.byId.delete(one.id)
      const group = groupOf(one)
      const left = this.byGroup.get(group)?.filter((other) => other !== one) ?? []
      if (left.length === 0) this.byGroup.delete(group)
      else this.byGroup.set(group, left)
    }
    this.known = this.known.filter((one) => !isPast(one))
  }

  update(one: Memory.Known, seen: Seen, id: string | undefined): void {
    const group = groupOf(one)
    if (one.day !== seen.day || one.text !== seen.text || one.after !== seen.after || one.id !== (id ?? one.id)) {
      this.#touch(Math.max(one.day, seen.day))
    }
    one.day = seen.day
    one.text = seen.text
    one.after = seen.after
    if (id !== undefined && id !== one.id) {
      if (this.byId.get(one.id) === one) this.byId.delete(one.id)
      one.id = id
      this.byId.set(id, one)
    }
    const now = groupOf(one)
    if (now !== group && this.byGroup.get(now)?.includes(one) !== true) push(this.byGroup, now, one)
  }

  /**
   * A new row: the bank's id where it is believed, else the group and a number that was never used in it. Some banks count
   * anew every year, so the year is part of the row's id; ids that come back sooner are not believed.
   */
  make(seen: Seen, id: string | undefined, passing: Walked["passing"]): Memory.Known {
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
    if (passing === undefined || day <= passing.after || day >= passing.before) this.add(one)
    else this.#pass(row, day)
    return one
  }
}
