/**
 * Reads one account of a linked file. The file is hashed first, so that one that changed since it was linked gives
 * nothing at all. A checkpoint is not looked at: reading again is harmless, and the number of a twin needs every row.
 */
import type { Connector, ConnectorError, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Files } from "./Files.ts"
import { type Event, events } from "./events.ts"
import type { Format } from "./Format.ts"
import type { Checkpoint, Grant } from "./Grant.ts"
import { mapped } from "./mapped.ts"
import { recognise } from "./recognise.ts"
import { refuse } from "./Refusal.ts"
import * as Source from "./Source.ts"

export const read =
  (files: Files, formats: ReadonlyArray<Format>) =>
  (
    stream: StreamName.StreamName,
    { session, account }: Connector.ReadInput<Grant, Checkpoint>
  ): Stream.Stream<Event, ConnectorError.ConnectorError> =>
    Stream.unwrap(
      Effect.gen(function* () {
        const { grant } = yield* session.current
        const format = grant.map === undefined ? formats.find(({ id }) => id === grant.format) : mapped(grant.map)
        if (format === undefined) {
          return yield* refuse(`This version does not know the format ${grant.format}.`, "Link the file again.")
        }
        const kept = format.streams.find((name) => name === stream)
        if (kept === undefined) return Stream.empty
        if ((yield* Source.fingerprint(files, grant.path)) !== grant.fingerprint) {
          return yield* refuse("The file is not the one that was linked: its content has changed.", "Link it again.")
        }
        const { layout } = yield* Effect.fromResult(
          recognise({ formats: [format], forced: true, takesMappings: false }, grant.header)
        )
        return events(files, grant, {
          format,
          layout,
          dateOrder: grant.dateOrder,
          decimal: grant.decimal,
          currency: account.currency,
          stream: kept,
          rows: grant.rows,
          owner: account.currency === grant.currencies[0]
        })
      })
    )
