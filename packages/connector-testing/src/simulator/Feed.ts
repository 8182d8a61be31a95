/**
 * The rows of one ledger, in the provider's spelling, in two orders: as they last changed, and as they came to be. A row
 * that is put again is stamped anew and moves to the end of the first, as a provider's "everything changed since" index
 * does. The next row that is still in its place is found by following places that were left behind, shortened on the way,
 * so a page costs what it holds and not what came before it. The feed knows positions; what a cursor looks like is the
 * business of `Cursors.ts` and `Paging.ts`.
 */
import type { Clock } from "./Clock.ts"
import { iso, second } from "./Clock.ts"

/** The fields of a row that a feed has to know. */
export interface Names {
  /** Its id, `id` unless said. */
  readonly id?: string | undefined
  /** When it last changed, `updated_at` unless said. */
  readonly stamp?: string | undefined
  /** How an instant in milliseconds is written; ISO 8601 in whole seconds unless said. */
  readonly written?: ((instant: number) => string | number) | undefined
}

export interface Page<Row> {
  readonly rows: ReadonlyArray<Row>
  /** The place of the last row that was given, or the place asked from where there was none. */
  readonly position: number
}

export class Feed<Row extends object> {
  readonly #clock: Clock
  readonly #id: string
  readonly #stampName: string
  readonly #written: (instant: number) => string | number
  readonly #places: Array<Row | undefined> = []
  /** For a place: the first place at or after it that may still be taken. */
  readonly #next: Array<number> = []
  readonly #place = new Map<string, number>()
  #stamp = 0

  constructor(
    clock: Clock,
    rows: ReadonlyArray<Row> = [],
    { id = "id", stamp = "updated_at", written = iso }: Names = {}
  ) {
    this.#clock = clock
    this.#id = id
    this.#stampName = stamp
    this.#written = written
    for (const row of rows) this.put({ ...row })
  }

  get size(): number {
    return this.#place.size
  }

  get(id: string): Row | undefined {
    const place = this.#place.get(id)
    return place === undefined ? undefined : this.#places[place]
  }

  idOf(row: Row): string {
    return String(Reflect.get(row, this.#id))
  }

  /** Stamps a new or changed row. A stamp never goes back, and a row that changes twice in one second gets the next one. */
  put(row: Row): void {
    const id = this.idOf(row)
    const now = Math.floor(this.#clock.now / second) * second
    this.#stamp = Math.max(now, this.#stamp)
    if (Reflect.get(row, this.#stampName) === this.#written(this.#stamp)) this.#stamp += second
    Reflect.set(row, this.#stampName, this.#written(this.#stamp))
    const left = this.#place.get(id)
    if (left !== undefined) this.#leave(left)
    const place = this.#places.push(row) - 1
    this.#next.push(place)
    this.#place.set(id, place)
  }

  /** Changes fields of a row and stamps it anew. A row that is not here stays so. */
  change(id: string, change: Partial<Row> | ((row: Row) => Partial<Row>)): void {
    const row = this.get(id)
    if (row !== undefined) this.put(Object.assign(row, typeof change === "function" ? change(row) : change))
  }

  /** Puts a row again as it is. */
  republish(id: string): boolean {
    const row = this.get(id)
    if (row !== undefined) this.put(row)
    return row !== undefined
  }

  /** The row is gone, without a word. */
  remove(id: string): void {
    const left = this.#place.get(id)
    if (left === undefined) return
    this.#leave(left)
    this.#place.delete(id)
  }

  /** The row that came first is put again and is now the last one in both orders. */
  rotate(): void {
    const [first] = this.created()
    if (first === undefined) return
    this.remove(this.idOf(first))
    this.put(first)
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

  /** Whether nothing follows a position. */
  ends(after: number): boolean {
    return this.#follow(after + 1) >= this.#places.length
  }

  /** Every row in the order in which they came to be. */
  created(): ReadonlyArray<Row> {
    return [...this.#place.values()].flatMap((place) => this.#places[place] ?? [])
  }

  *[Symbol.iterator](): Generator<Row> {
    for (let place = this.#follow(0); place < this.#places.length; place = this.#follow(place + 1)) {
      const row = this.#places[place]
      if (row !== undefined) yield row
    }
  }

  #leave(place: number): void {
    this.#places[place] = undefined
    this.#next[place] = place + 1
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
