/**
 * One feed: rows in the order (updated_at, sequence). A row that is put again is stamped anew and moves to the end, as a
 * provider's "everything changed since" index does. The next row that is still in its place is found by following
 * places that were left behind, shortened on the way, so a page costs what it holds and not what came before it. The
 * feed knows positions; turning one into an opaque cursor is the business of `Cursors.ts`.
 */
import type { Clock } from "./Clock.ts"
import { iso, second } from "./Clock.ts"

export interface Stamped {
  readonly id: string
  updated_at: string
}

export interface Page<Row> {
  readonly rows: ReadonlyArray<Row>
  /** The place of the last row that was given, or the place asked from where there was none. */
  readonly position: number
}

export class Feed<Row extends Stamped> {
  readonly #clock: Clock
  readonly #places: Array<Row | undefined> = []
  /** For a place: the first place at or after it that may still be taken. */
  readonly #next: Array<number> = []
  readonly #place = new Map<string, number>()
  #stamp = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#place.size
  }

  get(id: string): Row | undefined {
    const place = this.#place.get(id)
    return place === undefined ? undefined : this.#places[place]
  }

  /** Stamps a new or changed row. A stamp never goes back, and a row that changes twice in one second gets the next one. */
  put(row: Row): void {
    const now = Math.floor(this.#clock.now / second) * second
    this.#stamp = Math.max(now, this.#stamp)
    if (row.updated_at === iso(this.#stamp)) this.#stamp += second
    row.updated_at = iso(this.#stamp)
    const left = this.#place.get(row.id)
    if (left !== undefined) {
      this.#places[left] = undefined
      this.#next[left] = left + 1
    }
    const place = this.#places.push(row) - 1
    this.#next.push(place)
    this.#place.set(row.id, place)
  }

  /** Puts a row again as it is. */
  republish(id: string): boolean {
    const row = this.get(id)
    if (row !== undefined) this.put(row)
    return row !== undefined
  }

  /** The rows after a position. With `repeat`, the page opens with that many rows from before it, if any new one follows. */
  page(after: number, size: number, repeat = 0): Page<Row> {
    const rows: Array<Row> = []
    let place = this.#follow(after + 1)
    if (place < this.#places.length) {
      for (let back = after; back >= 0 && rows.length < Math.min(repeat, size - 1); back--) {
        const row = this.#places[back]
        if (row !== undefined) rows.unshift(row)
      }
    }
    let position = after
    while (place < this.#places.length && rows.length < size) {
      const row = this.#places[place]
      if (row !== undefined) rows.push(row)
      position = place
      place = this.#follow(place + 1)
    }
    return { rows, position }
  }

  *[Symbol.iterator](): Generator<Row> {
    for (let place = this.#follow(0); place < this.#places.length; place = this.#follow(place + 1)) {
      const row = this.#places[place]
      if (row !== undefined) yield row
    }
  }

  #follow(from: number): number {
    let end = from
    for (;;) {
      const next = this.#next[end]
      if (next === undefined || next === end) break
      end = next
    }
    for (let place = from; place < end;) {
      const next = this.#next[place] ?? end
      this.#next[place] = end
      place = next
    }
    return end
  }
}
