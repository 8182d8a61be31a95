/** A count that grows in place while a long read goes on, for people only. */
import * as Effect from "effect/Effect"

export const grow = (stream: string, rows: number) =>
  Effect.sync(() => {
    if (process.stderr.isTTY && rows >= 5000) process.stderr.write(`\r${stream}: ${rows} rows `)
  })
