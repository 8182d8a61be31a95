/**
 * What a child process tells of itself: time, peak memory and heap. Both sides of a pair print the same record, so that
 * neither is timed more kindly than the other.
 */
import { readFileSync } from "node:fs"

export interface Measured {
  /** Rows of the source: purchases, or lines of a file. */
  readonly rows: number
  readonly seconds: number
  readonly peakMemoryMb: number
  /** The heap after a collection, at each quarter of the way. */
  readonly heapMb: ReadonlyArray<number>
  readonly transactions: number
  /** The statements that were run, so that a limit which no longer does what the engine does is noticed. */
  readonly statements: ReadonlyArray<string>
  /** Named figures of one case only. */
  readonly more: Readonly<Record<string, number>>
}

/** The most memory this process has held; another process's start does not count, as it would in `maxRSS`. */
const peakMemoryMb = (): number => {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]
    if (kilobytes !== undefined) return Number(kilobytes) / 1024
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS / 1024
}

export interface Stopwatch {
  /** Says how far it is. The time a heap sample takes is not counted. */
  readonly at: (rows: number) => void
  readonly stop: (rest: Pick<Measured, "rows" | "transactions" | "statements"> & Partial<Measured>) => void
}

/** Starts the time. `rows` is how many are expected. */
export const start = (rows: number): Stopwatch => {
  const heapMb: Array<number> = []
  let paused = 0
  const begun = performance.now()
  return {
    at: (done) => {
      if (done < (rows * (heapMb.length + 1)) / 4) return
      const before = performance.now()
      globalThis.gc?.()
      heapMb.push(process.memoryUsage().heapUsed / 2 ** 20)
      paused += performance.now() - before
    },
    stop: (rest) => {
      const seconds = (performance.now() - begun - paused) / 1000
      const measured: Measured = { seconds, peakMemoryMb: peakMemoryMb(), heapMb, more: {}, ...rest }
      console.log(JSON.stringify(measured))
    }
  }
}
