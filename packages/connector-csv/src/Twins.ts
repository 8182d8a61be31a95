/**
 * How often a fingerprint has been seen in one file, so that identical twin rows stay two. Every fingerprint of a file
 * has to be remembered, because twins need not stand next to each other (a file sorted by booking day scatters what
 * started in one second); 64 of its bits in an open-addressed table of typed arrays cost about 16 bytes a row, and the
 * chance that ten million rows hold one false twin is below one in a hundred thousand.
 */
import type { Words } from "./Fingerprint.ts"

export interface Twins {
  /** The number of this occurrence: 1 for the first, 2 for its twin. */
  readonly count: (words: Words) => number
}

/** A counter with room for the `rows` that are expected, and for more. */
export const make = (rows: number): Twins => {
  let capacity = 1 << 12
  while (capacity * 0.7 < rows) capacity *= 2
  let used = 0
  let high = new Int32Array(capacity)
  let low = new Int32Array(capacity)
  const repeats = new Map<string, number>()

  const slot = (a: number, b: number): number => {
    let at = (a ^ (b >>> 7)) & (capacity - 1)
    while (high[at] !== 0 || low[at] !== 0) {
      if (high[at] === a && low[at] === b) return at
      at = (at + 1) & (capacity - 1)
    }
    return at
  }

  const grow = (): void => {
    const oldHigh = high
    const oldLow = low
    capacity *= 2
    high = new Int32Array(capacity)
    low = new Int32Array(capacity)
    for (let i = 0; i < oldHigh.length; i++) {
      const a = oldHigh[i] ?? 0
      const b = oldLow[i] ?? 0
      if (a === 0 && b === 0) continue
      const at = slot(a, b)
      high[at] = a
      low[at] = b
    }
  }

  return {
    count: (words) => {
      const a = words[0] ?? 0
      const b = (words[1] ?? 0) | 1
      const at = slot(a, b)
      if (high[at] === 0 && low[at] === 0) {
        high[at] = a
        low[at] = b
        used += 1
        if (used > capacity * 0.7) grow()
        return 1
      }
      const key = `${a}:${b}`
      const count = (repeats.get(key) ?? 1) + 1
      repeats.set(key, count)
      return count
    }
  }
}
