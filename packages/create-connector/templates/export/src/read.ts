/**
 * Reads one account of a linked file. A file that has changed since it was linked gives nothing at all. A checkpoint is not
 * looked at: reading again is harmless, for rows keep their ids.
 */
import type { Connector, ConnectorError, ReadEvent, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Api from "./Api.ts"
import type { Grant } from "./Consent.ts"
import * as Statement from "./Statement.ts"
import * as Translate from "./translate.ts"

export const Checkpoint = Schema.Struct({ digest: Schema.String })
export type Checkpoint = typeof Checkpoint.Type

const decode = Schema.decodeUnknownResult(Api.Row)

const eventOf = ({ cells, line, raw }: Statement.Record): ReadEvent.Upsert | ReadEvent.Quarantined => {
  const row = decode(cells)
  const said = Result.isFailure(row) ? "a cell cannot be read" : Translate.entry(row.success)
  return typeof said === "string"
    ? { _tag: "Quarantined", stream: "balance", reason: said, locator: { line }, raw }
    : said
}

export const read =
  (fs: FileSystem.FileSystem) =>
  (
    stream: StreamName.StreamName,
    { account, session }: Connector.ReadInput<Grant, Checkpoint>
  ): Stream.Stream<ReadEvent.ReadEvent<Checkpoint>, ConnectorError.ConnectorError> =>
    Stream.unwrap(
      Effect.gen(function* () {
        if (stream !== "balance") return Stream.empty
        const { grant } = yield* session.current
        const { digest, records, unknown } = yield* Statement.open(fs, grant.path)
        if (digest !== grant.digest)
          return yield* Statement.refuse("The file has changed since it was linked.", "Link it again.")
        // A row that names no currency of the file is told of once, with the first account.
        const isFirst = account.currency === grant.currencies[0]
        const own = records.filter(({ cells: { Currency = "" } }) =>
          grant.currencies.includes(Currency) ? Currency === account.currency : isFirst
        )
        const drift = unknown.map((path): ReadEvent.Drift => ({
          _tag: "Drift",
          stream,
          kind: "unknown_field",
          path,
          count: own.length
        }))
        return Stream.concat(
          Stream.map(Stream.fromIterable(own), eventOf),
          Stream.fromIterable([...drift, { _tag: "Checkpoint" as const, checkpoint: { digest } }])
        )
      })
    )
