/**
 * What is going to happen, in the order of time: a binary heap of instants, and among equal instants the one noted
 * first. It knows nothing of what it holds. An entry is not taken back; whoever noted it checks, when called, whether
 * it still applies.
 */
export interface Entry {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

export class Agenda {
  readonly #heap: Array<Entry> = []
  #order = 0

  note(at: number, run: () => void): void {
    const heap = this.#heap
    const entry: Entry = { at, order: this.#order++, run }
    let place = heap.push(entry) - 1
    while (place > 0) {
      const parentPlace = (place - 1) >> 1
      const parent = heap[parentPlace]
      if (parent === undefined || before(parent, entry)) break
      heap[place] = parent
      place = parentPlace
    }
    heap[place] = entry
  }

  /** Takes out the first entry that is not later than `until`. */
  take(until: number): Entry | undefined {
    const heap = this.#heap
    const first = heap[0]
    if (first === undefined || first.at > until) return undefined
    const last = heap.pop()
    if (last !== undefined && heap.length > 0) this.#sink(last)
    return first
  }

  #sink(entry: Entry): void {
    const heap = this.#heap
    let place = 0
    for (;;) {
      let childPlace = 2 * place + 1
      let child = heap[childPlace]
      if (child === undefined) break
      const right = heap[childPlace + 1]
      if (right !== undefined && before(right, child)) {
        child = right
        childPlace += 1
      }
      if (before(entry, child)) break
      heap[place] = child
      place = childPlace
    }
    heap[place] = entry
  }
}
