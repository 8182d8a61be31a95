/** How many rows an invariant was held against and which of them broke it, in bounded memory. */
import type { ReadEvent } from "@paymirror/core"
import type { FileStream } from "./Format.ts"

type Break = ReadEvent.Check["breaks"][number]

/** Breaks that are spelled out; a file that is wrong throughout does not grow the memory. */
const spelledOut = 200

export interface Tally {
  rows: number
  broken: number
  readonly breaks: Array<Break>
}

export const tally = (): Tally => ({ rows: 0, broken: 0, breaks: [] })

export const add = (into: Tally, line: number, expected: () => string, actual: () => string): void => {
  into.broken += 1
  if (into.breaks.length < spelledOut) into.breaks.push({ locator: { line }, expected: expected(), actual: actual() })
}

export const event = (stream: FileStream, name: string, { rows, broken, breaks }: Tally): ReadEvent.Check => ({
  _tag: "Check",
  stream,
  name,
  rows,
  breaks:
    broken === breaks.length
      ? breaks
      : [...breaks, { locator: {}, expected: "no further break", actual: `${broken - breaks.length} more` }]
})
