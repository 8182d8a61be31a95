/**
 * Rows that could not be read: put aside with their reason, their text sealed, and taken out once they can be read. The same
 * text under the same reason stands once, however often it comes. Both are called in the transaction of a commit.
 */
import type { ReadEvent, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Bulk, type Value } from "./Bulk.ts"
import { quarantined } from "./Place.ts"
import { Seal } from "./Seal.ts"

const insert = `INSERT INTO quarantine (account, stream, key, reason, locator, row_id, sealed_raw, run, at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account, stream, key) DO UPDATE SET resolved_at = NULL WHERE resolved_at IS NOT NULL`
const resolve =
  "UPDATE quarantine SET resolved_at = ? WHERE account = ? AND stream = ? AND row_id = ? AND resolved_at IS NULL"

interface Writer {
  readonly account: number
  readonly run: number
  readonly at: string
}

/** Puts rows aside. */
export const put = ({ account, at, run }: Writer, events: ReadonlyArray<ReadEvent.Quarantined>) =>
  Effect.gen(function* () {
    const bulk = yield* Bulk
    const seal = yield* Seal
    const sealed = yield* Effect.forEach(events, ({ locator, raw, reason, stream }) =>
      Effect.gen(function* () {
        const where = locator.id ?? `line ${locator.line ?? "?"}`
        const key = yield* seal.mark(`${where}\n${raw}`)
        const text = yield* seal.seal(quarantined(account, stream, key), Redacted.make(raw))
        const row: Array<Value> = [
          account,
          stream,
          key,
          reason,
          JSON.stringify(locator),
          locator.id ?? null,
          text,
          run,
          at
        ]
        return row
      })
    )
    yield* bulk.write(insert, sealed)
  })

/** Takes out what was read since. */
export const release = (
  { account, at }: Writer,
  rows: ReadonlyArray<{ readonly stream: StreamName.StreamName; readonly id: string }>
) =>
  Effect.flatMap(Bulk, (bulk) =>
    bulk.write(
      resolve,
      rows.map(({ id, stream }): Array<Value> => [at, account, stream, id])
    )
  )
