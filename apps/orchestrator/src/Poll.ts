/**
 * Reading a connection: every stream its consent covers and its connector can read, each account in turn, transactions
 * before balances. `follow` goes on at the pace each stream deserves.
 */
import { Instant, StreamName } from "@paymirror/core"
import type { Access, Manifest } from "@paymirror/core"
import { type Connection, Connections, Engine, Projection, type Report } from "@paymirror/sync"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Connectors from "./Connectors.ts"
import { codes, Refusal } from "./Exit.ts"

export interface Options {
  readonly streams?: ReadonlyArray<StreamName.StreamName> | undefined
  readonly accountIds?: ReadonlyArray<string> | undefined
  readonly fromTheBeginning?: boolean | undefined
  /** The person, where they are there and asked. */
  readonly presence?: Access.Presence | undefined
  /** Called when a stream is through, and while a long one grows. */
  readonly onReport?: ((report: Report) => Effect.Effect<void>) | undefined
  readonly onRows?: ((stream: StreamName.StreamName, rows: number) => Effect.Effect<void>) | undefined
}

/** The streams a connection can be read for by itself, in order. */
const streamsOf = (manifest: Manifest.Manifest, connection: Connection): ReadonlyArray<StreamName.StreamName> =>
  StreamName.streamNames.filter((stream) => {
    const capability = manifest.streams[stream]
    return (
      capability !== undefined && capability.via === undefined && connection.consent?.streams.includes(stream) === true
    )
  })

/** Reads one connection once, and works out what time did since. */
export const once = (connection: Connection, options: Options = {}) =>
  Effect.gen(function* () {
    const entry = yield* installed(connection)
    const engine = yield* Engine
    const accounts = yield* (yield* Connections).accounts(connection.connectionId)
    const layer = entry.layer(connection.settings)
    const wanted = streamsOf(entry.manifest, connection).filter(
      (stream) => options.streams === undefined || options.streams.includes(stream)
    )
    const reports: Array<Report> = []
    for (const account of accounts) {
      if (options.accountIds !== undefined && !options.accountIds.includes(account.accountId)) continue
      for (const stream of wanted) {
        const report = yield* engine
          .run({
            connectionId: connection.connectionId,
            accountId: account.accountId,
            stream,
            fromTheBeginning: options.fromTheBeginning === true,
            ...(options.presence !== undefined && { presence: options.presence }),
            onCommit: (counts) =>
              options.onRows?.(stream, counts.added + counts.updated + counts.unchanged + counts.kept) ?? Effect.void
          })
          .pipe(Effect.provide(layer))
        reports.push(report)
        if (options.onReport !== undefined) yield* options.onReport(report)
      }
    }
    const on = yield* Projection.today
    yield* Effect.forEach(accounts, ({ accountId }) => Projection.project(accountId, on), { discard: true })
    return reports
  })

/** The connector a connection was linked with, or what is missing. */
export const installed = (connection: Connection) => {
  const entry = Connectors.find(connection.connector)
  return entry === undefined
    ? Effect.fail(
        new Refusal({
          message: `The connector ${connection.connector} is not part of this installation.`,
          code: codes.failed
        })
      )
    : Effect.succeed(entry)
}

/** Minutes between reads of a stream whose manifest states no cadence. */
const defaultCadence = 60

/** Reads every live connection for ever, each stream when its cadence says so. */
export const follow = (options: Options = {}) =>
  Effect.gen(function* () {
    const next = new Map<string, number>()
    while (true) {
      const now = yield* Clock.currentTimeMillis
      for (const connection of yield* (yield* Connections).list) {
        const entry = Connectors.find(connection.connector)
        if (entry === undefined || connection.status !== "active") continue
        const due = streamsOf(entry.manifest, connection).filter(
          (stream) =>
            entry.manifest.streams[stream]?.live !== undefined &&
            (next.get(`${connection.connectionId}\n${stream}`) ?? 0) <= now
        )
        if (due.length === 0) continue
        const reports = yield* once(connection, { ...options, streams: due })
        for (const { outcome, stream } of reports) {
          const pause = (entry.manifest.streams[stream]?.cadenceMinutes ?? defaultCadence) * 60_000
          const until = outcome._tag === "Throttled" ? Instant.toEpochMillis(outcome.until) : now + pause
          next.set(`${connection.connectionId}\n${stream}`, until)
        }
      }
      yield* Effect.sleep("5 seconds")
    }
  })
