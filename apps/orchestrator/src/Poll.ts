/**
 * Reading a connection: every stream its consent covers and its connector can read, each account in turn, transactions
 * before balances. Where two connections of a person reach the same stream of the same account, only the one that
 * routing prefers is read. `follow` goes on at the pace each stream deserves, from where the store says it stands.
 */
import { Consent, Instant, StreamName } from "@paymirror/core"
import type { Access, Manifest } from "@paymirror/core"
import { type Connection, Connections, Engine, Mirror, Projection, type Report } from "@paymirror/sync"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Connectors from "./Connectors.ts"
import * as Routing from "./Routing.ts"

export interface Options {
  readonly streams?: ReadonlyArray<StreamName.StreamName> | undefined
  readonly accountIds?: ReadonlyArray<string> | undefined
  /** Which of them; all unless said. */
  readonly due?: ((accountId: string, stream: StreamName.StreamName) => boolean) | undefined
  readonly fromTheBeginning?: boolean | undefined
  /** The person, where they are there and asked. */
  readonly presence?: Access.Presence | undefined
  /** Called when a stream is through, and while a long one grows. */
  readonly onReport?: ((report: Report) => Effect.Effect<void>) | undefined
  readonly onRows?: ((stream: StreamName.StreamName, rows: number) => Effect.Effect<void>) | undefined
}

/** The streams a connection can be read for by itself, in order. */
export const streamsOf = (manifest: Manifest.Manifest, connection: Connection): ReadonlyArray<StreamName.StreamName> =>
  StreamName.streamNames.filter((stream) => {
    const capability = manifest.streams[stream]
    return (
      capability !== undefined && capability.via === undefined && connection.consent?.streams.includes(stream) === true
    )
  })

/** Connections that can be read now, as routing sees them. */
export const readers = (holderId?: string) =>
  Effect.gen(function* () {
    const connections = yield* Connections
    const at = Instant.fromEpochMillis(yield* Clock.currentTimeMillis)
    const found: Array<Routing.Reader> = []
    for (const connection of yield* connections.list) {
      const { connectionId, consent, connector, holderId: whose, settings, status } = connection
      const entry = Connectors.find(connector)
      if (entry === undefined || consent === undefined || status !== "active") continue
      if (entry.manifest.route === "export" || (holderId !== undefined && whose !== holderId)) continue
      if (Consent.status(consent, at) !== "ACTIVE") continue
      // Sealed with another key it is not read at all; `doctor` says so.
      const accounts = yield* Effect.catchTag(connections.accounts(connectionId), "SealError", () => Effect.succeed([]))
      const institution = Connectors.institutionOf(entry, settings)
      const named = { connector, ...(institution !== undefined && { institution: institution.id }) }
      found.push({
        ...named,
        connectionId,
        streams: consent.streams,
        candidate: {
          ...named,
          manifest: Connectors.manifestOf(entry, settings),
          missing: [],
          aggregator: institution?.dialect === "enable-banking"
        },
        accounts: accounts.map(({ accountId, linked }) => ({ accountId, market: linked.market }))
      })
    }
    return found
  })

/** What connections leave to others of the same person; accounts are a person's own, so nobody is mixed up. */
export const contested = Effect.map(readers(), Routing.contested)

/** A run that did not begin. */
const notBegun = (stream: StreamName.StreamName, accountId: string, outcome: Report["outcome"]): Report => ({
  stream,
  accountId,
  outcome,
  added: 0,
  updated: 0,
  removed: 0,
  unchanged: 0,
  quarantined: 0,
  kept: 0,
  checks: [],
  quarantine: [],
  reconciliation: undefined
})

/** Reads one connection once, and works out what time did since. */
export const once = (connection: Connection, options: Options = {}) =>
  Effect.gen(function* () {
    const entry = yield* Connectors.installed(connection)
    const engine = yield* Engine
    const { connectionId } = connection
    const accounts = yield* (yield* Connections).accounts(connectionId)
    const others = new Set(
      (yield* contested).flatMap((one) =>
        one.connectionId === connectionId ? [`${one.accountId}\n${one.stream}`] : []
      )
    )
    const wanted = streamsOf(Connectors.manifestOf(entry, connection.settings), connection)
    const runs = accounts.flatMap(({ accountId }) =>
      wanted
        .filter(
          (stream) =>
            !others.has(`${accountId}\n${stream}`) &&
            options.streams?.includes(stream) !== false &&
            options.accountIds?.includes(accountId) !== false &&
            options.due?.(accountId, stream) !== false
        )
        .map((stream) => ({ accountId, stream }))
    )
    const tell = (report: Report) => options.onReport?.(report) ?? Effect.void
    // Once it was withdrawn nobody knows what is behind it any more.
    if (accounts.length === 0 && connection.status === "revoked") {
      const why = connection.detail ?? "consent was withdrawn"
      const told = wanted
        .filter((stream) => options.streams?.includes(stream) !== false)
        .map((stream) => notBegun(stream, "", { _tag: "NotPermitted", why }))
      return yield* Effect.as(Effect.forEach(told, tell, { discard: true }), told)
    }
    const reading = Effect.forEach(runs, ({ accountId, stream }) =>
      engine
        .run({
          connectionId,
          accountId,
          stream,
          fromTheBeginning: options.fromTheBeginning === true,
          ...(options.presence !== undefined && { presence: options.presence }),
          onCommit: (counts) =>
            options.onRows?.(stream, counts.added + counts.updated + counts.unchanged + counts.kept) ?? Effect.void
        })
        .pipe(Effect.tap(tell))
    )
    const reports =
      runs.length === 0
        ? []
        : yield* reading.pipe(
            Effect.provide(entry.layer(connection.settings)),
            Effect.catchTag("ConnectorError", (error) =>
              Effect.forEach(runs, ({ accountId, stream }) => {
                // Its connector could not be built.
                const report = notBegun(stream, accountId, { _tag: "Stopped", reason: error.reason })
                return Effect.as(tell(report), report)
              })
            )
          )
    const on = yield* Projection.today
    yield* Effect.forEach(accounts, ({ accountId }) => Projection.project(accountId, on), { discard: true })
    return reports
  })

/** Minutes between reads of a stream whose manifest states no cadence. */
const defaultCadence = 60

const pauseOf = (manifest: Manifest.Manifest, stream: StreamName.StreamName): number =>
  (manifest.streams[stream]?.cadenceMinutes ?? defaultCadence) * 60_000

const key = (...parts: ReadonlyArray<string>): string => parts.join("\n")

/** When each stream may be read next, as the runs so far have it: a restart is no reason to ask a provider again. */
const schedule = Effect.gen(function* () {
  const known = new Map((yield* (yield* Connections).list).map((one) => [one.connectionId, one]))
  const next = new Map<string, number>()
  for (const { accountId, connectionId, detail, outcome, startedAt, stream } of yield* Mirror.lastRuns) {
    const connection = known.get(connectionId)
    const entry = connection && Connectors.find(connection.connector)
    const name = StreamName.streamNames.find((one) => one === stream)
    if (connection === undefined || entry === undefined || name === undefined) continue
    const pause = pauseOf(Connectors.manifestOf(entry, connection.settings), name)
    if (outcome === "CaughtUp") next.set(key(connectionId, accountId, name), Instant.toEpochMillis(startedAt) + pause)
    const until = outcome === "Throttled" && detail !== null ? Instant.parse(detail) : undefined
    if (until !== undefined) next.set(key(connectionId, accountId, name), Instant.toEpochMillis(until))
  }
  return next
})

/** Until when a connection has nothing to be asked. */
const rest = (next: ReadonlyMap<string, number>, connectionId: string, now: number): number => {
  const times = [...next].flatMap(([place, at]) => (place.startsWith(`${connectionId}\n`) ? [at] : []))
  return times.length === 0 ? now + defaultCadence * 60_000 : Math.min(...times)
}

/** Reads every live connection for ever, each stream when its cadence says so. `hourly` runs at the start and every hour. */
export const follow = <E, R>(options: Options & { readonly hourly: Effect.Effect<void, E, R> }) =>
  Effect.gen(function* () {
    const next = yield* schedule
    const resting = new Map<string | undefined, number>()
    let hour = Number.NEGATIVE_INFINITY
    while (true) {
      const now = yield* Clock.currentTimeMillis
      if (now - hour >= 3_600_000) {
        hour = now
        yield* options.hourly
      }
      for (const connection of yield* (yield* Connections).list) {
        const { connectionId, consent, settings } = connection
        const entry = Connectors.find(connection.connector)
        if (entry === undefined || entry.manifest.route === "export" || connection.status !== "active") continue
        // Nobody is there, so such a connection is not even asked.
        if (consent?.attendedOnly === true || (resting.get(consent?.consentId) ?? 0) > now) continue
        const manifest = Connectors.manifestOf(entry, settings)
        const due = (accountId: string, stream: StreamName.StreamName): boolean =>
          manifest.streams[stream]?.live !== undefined && (next.get(key(connectionId, accountId, stream)) ?? 0) <= now
        for (const { accountId, outcome, stream } of yield* once(connection, { ...options, due })) {
          const throttled = outcome._tag === "Throttled" ? Instant.toEpochMillis(outcome.until) : undefined
          next.set(key(connectionId, accountId, stream), throttled ?? now + pauseOf(manifest, stream))
        }
        resting.set(consent?.consentId, rest(next, connectionId, now))
      }
      yield* Effect.sleep("5 seconds")
    }
  })
