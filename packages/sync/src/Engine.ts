/**
 * One run of one stream of one account: take the account, check consent and the provider's limits before the call, read
 * (each access counted before it is made), and commit batch by batch, each in one transaction with its checkpoint. Whatever stops a run (a killed process, a rate limit, a
 * provider that is down) leaves what was committed and the checkpoint that belongs to it; the next run goes on from
 * there. An outcome is data: only the host's own trouble (its database) fails the effect.
 */
import { Connector, ConnectorError, Consent, Manifest } from "@paymirror/core"
import type { Access, Session, StreamName } from "@paymirror/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Budget from "./Budget.ts"
import * as Limit from "./Limit.ts"
import { now } from "./clock.ts"
import * as Commit from "./Commit.ts"
import { type AccountOf, Connections } from "./Connections.ts"
import * as Lease from "./Lease.ts"
import * as Reconcile from "./Reconcile.ts"
import { lost, type Outcome, type Report } from "./Outcome.ts"
import { RunBuffer } from "./RunBuffer.ts"
import * as RunLog from "./RunLog.ts"
import { Running } from "./Running.ts"
import { Seal } from "./Seal.ts"
import type { SealError } from "./SealError.ts"
import { end, Sessions } from "./Sessions.ts"
import { Bulk } from "./Bulk.ts"

export interface RunInput {
  readonly connectionId: string
  readonly accountId: string
  readonly stream: StreamName.StreamName
  /** Reads from the beginning instead of the last checkpoint. What is unchanged is not written. */
  readonly fromTheBeginning?: boolean
  /** The person, where they are there and asked: no budget of unattended reads is spent, and the provider is told. */
  readonly presence?: Access.Presence
  /** Called after each commit, for progress. */
  readonly onCommit?: (counts: Readonly<Commit.Counts>) => Effect.Effect<void>
}

export interface Options {
  /** Rows that are gathered before a commit, at a checkpoint. Default 2000. */
  readonly batchRows?: number
  /** Milliseconds a lease on an account or a session outlives its holder. Default 15 000. */
  readonly leaseTtl?: number
}

export class Engine extends Context.Service<
  Engine,
  {
    readonly run: (input: RunInput) => Effect.Effect<Report, SqlError | SealError, Connector.Connector>
  }
>()("@paymirror/sync/Engine") {
  static readonly layer = (
    options: Options = {}
  ): Layer.Layer<Engine, never, SqlClient.SqlClient | Bulk | Seal | Sessions | Connections | Running> =>
    Layer.effect(
      Engine,
      Effect.map(Effect.context<SqlClient.SqlClient | Bulk | Seal | Sessions | Connections | Running>(), (context) =>
        Engine.of({ run: (input) => Effect.provide(run(input, options), context) })
      )
    )
}

const run = (input: RunInput, options: Options) =>
  Effect.scoped(
    Effect.gen(function* () {
      const connector = yield* Connector.Connector
      const report = reporter(input)
      const lease = yield* Lease.take(`account:${input.accountId}`, options.leaseTtl)
      if (lease === undefined) return report({ _tag: "Busy" })
      const admitted = yield* admit(input)
      if (admitted._tag !== "Admitted") return report(admitted)
      const log = yield* RunLog.start(input, admitted.account.n, connector.manifest.id, admitted.consent.consentId)
      return yield* read(input, options, lease, admitted, log).pipe(
        Effect.onInterrupt(() => Effect.ignore(RunLog.finish(log, Commit.noCounts(), "Interrupted", undefined)))
      )
    })
  )

interface Admitted {
  readonly _tag: "Admitted"
  readonly account: AccountOf
  readonly consent: Consent.Consent
}

/** Consent, its clocks and the limits that stand, before any call. */
const admit = (input: RunInput) =>
  Effect.gen(function* () {
    const connections = yield* Connections
    const connection = yield* connections.get(input.connectionId)
    const consent = connection?.consent
    if (connection === undefined || consent === undefined) return refused("there is no such connection")
    const at = yield* now
    const standing = Consent.status(consent, at)
    if (standing !== "ACTIVE") return refused(`consent is ${standing}`)
    if (!consent.streams.includes(input.stream)) return refused(`consent does not cover ${input.stream}`)
    if (connection.status !== "active") return refused(connection.detail ?? `the connection is ${connection.status}`)
    if (input.presence === undefined) {
      if (consent.attendedOnly === true)
        return refused("the person wants it read only while they are there", "presence")
      if (Consent.lapsed(consent, at))
        return refused("the person has not confirmed that they still agree", "confirmation")
    }
    const account = (yield* connections.accounts(input.connectionId)).find((one) => one.accountId === input.accountId)
    if (account === undefined) return refused("the account is not behind this connection")
    const until = yield* Limit.standing(placeOf(input, account))
    if (until !== undefined) return { _tag: "Throttled", until, by: "provider" } as const
    const admitted: Admitted = { _tag: "Admitted", account, consent }
    return admitted
  })

const refused = (why: string, needs?: "presence" | "confirmation") =>
  ({ _tag: "NotPermitted", why, ...(needs !== undefined && { needs }) }) as const

const placeOf = ({ connectionId, presence, stream }: RunInput, { n }: AccountOf): Limit.Place => ({
  connectionId,
  account: n,
  stream,
  attended: presence !== undefined
})

const read = (input: RunInput, options: Options, lease: Lease.Lease, { account, consent }: Admitted, log: RunLog.Run) =>
  Effect.gen(function* () {
    const connector = yield* Connector.Connector
    const session = watched((yield* Sessions).of(input.connectionId, consent.consentId))
    const sql = yield* SqlClient.SqlClient
    const capability = connector.manifest.streams[input.stream]
    const writer: Commit.Writer = {
      account: account.n,
      connectionId: input.connectionId,
      consentId: consent.consentId,
      lease,
      run: log.n,
      at: log.startedAt,
      rank: connector.manifest.route === "export" ? 0 : 1
    }
    const stored =
      input.fromTheBeginning === true
        ? undefined
        : (yield* sql<{
            checkpoint: string
          }>`SELECT checkpoint FROM checkpoint WHERE connection_id = ${input.connectionId}
          AND account = ${account.n} AND stream = ${input.stream}`)[0]?.checkpoint
    const buffer = new RunBuffer({
      writer,
      connectorId: connector.manifest.id,
      stream: input.stream,
      permitted: new Set(consent.streams),
      batchRows: options.batchRows ?? 2000,
      // A walk from the beginning must not leave a checkpoint behind the one that stands before it is through.
      holdCheckpoint: input.fromTheBeginning === true,
      openQuarantine: yield* RunLog.openQuarantine(account.n)
    })
    const { access, isOwn } = Budget.access({
      sql,
      connector: connector.manifest.id,
      connectionId: input.connectionId,
      account: account.n,
      budget: capability?.budget,
      presence: input.presence
    })
    const flush = Effect.gen(function* () {
      const outcome = yield* buffer.commit
      if (input.onCommit !== undefined && outcome === undefined) yield* input.onCommit(buffer.counts)
      return outcome
    })
    /** What the end of a read means for the ones after it. */
    const ended = (error: ConnectorError.ConnectorError) =>
      Effect.gen(function* () {
        const { reason } = error
        if (reason._tag === "RateLimited") {
          if (isOwn(reason.until)) return { _tag: "Throttled", until: reason.until, by: "budget" } satisfies Outcome
          const until = yield* Limit.remember(placeOf(input, account), reason.until)
          return { _tag: "Throttled", until, by: "provider" } satisfies Outcome
        }
        if (reason._tag === "ConsentRequired") {
          const why = yield* Commit.whyLost(sql, { ...writer, at: yield* now })
          if (why !== undefined) return lost(why)
          const generation = session.used(error)
          if (generation !== undefined) yield* end(input.connectionId, generation, reason.detail)
        }
        return { _tag: "Stopped", reason } satisfies Outcome
      })
    const reading = connector
      .read(input.stream, {
        session: session.session,
        account: account.linked,
        access,
        checkpoint: Option.fromUndefinedOr(stored)
      })
      .pipe(
        Stream.runForEachArray((events) => {
          for (const event of events) buffer.add(event)
          return buffer.isFull ? Effect.flatMap(flush, stopWhenLost) : Effect.void
        }),
        Effect.matchEffect({
          onSuccess: () =>
            Effect.map(
              Effect.suspend(() => {
                buffer.releaseCheckpoint()
                return flush
              }),
              (lost) => lost ?? caughtUp
            ),
          onFailure: (error) =>
            "_tag" in error && error._tag === "Lost"
              ? Effect.succeed(error.outcome)
              : error._tag === "ConnectorError"
                ? Effect.flatMap(flush, (lost) => (lost === undefined ? ended(error) : Effect.succeed(lost)))
                : Effect.fail(error)
        })
      )
    const finished = yield* (yield* Running).read(input.connectionId, reading)
    const outcome = Option.getOrElse(finished, (): Outcome => lost("consent"))
    const closing = Effect.gen(function* () {
      if ((yield* Commit.whyLost(sql, { ...writer, at: yield* now })) !== undefined) return undefined
      yield* buffer.finish
      return Reconcile.reconciles(input.stream) && outcome._tag === "CaughtUp"
        ? yield* Reconcile.reconcile(
            account.n,
            input.stream,
            Manifest.reachesBeginning(connector.manifest, input.stream)
          )
        : undefined
    })
    const reconciliation = yield* sql.withTransaction(closing)
    yield* RunLog.finish(log, buffer.counts, outcome._tag, describe(outcome))
    return {
      ...buffer.counts,
      stream: input.stream,
      accountId: input.accountId,
      outcome,
      checks: buffer.checks,
      quarantine: buffer.quarantined,
      reconciliation
    } satisfies Report
  })

const caughtUp: Outcome = { _tag: "CaughtUp" }

class Lost {
  readonly _tag = "Lost"
  readonly outcome: Outcome
  constructor(outcome: Outcome) {
    this.outcome = outcome
  }
}

const stopWhenLost = (outcome: Outcome | undefined): Effect.Effect<void, Lost> =>
  outcome === undefined ? Effect.void : Effect.fail(new Lost(outcome))

/** A session that remembers which grant it gave last, unless what ended the read is its own word. */
const watched = (session: Session.Session<Connector.SealedGrant>) => {
  let generation: number | undefined
  let own: ConnectorError.ConnectorError | undefined
  const watch = <A extends { readonly generation: number }>(self: Effect.Effect<A, ConnectorError.ConnectorError>) =>
    self.pipe(
      Effect.tap((held) => Effect.sync(() => void (generation = held.generation))),
      Effect.tapError((error) => Effect.sync(() => void (own = error)))
    )
  const watching: Session.Session<Connector.SealedGrant> = {
    current: watch(session.current),
    renew: (stale, exchange) => watch(session.renew(stale, exchange))
  }
  return {
    session: watching,
    used: (error: ConnectorError.ConnectorError) => (error.reason === own?.reason ? undefined : generation)
  }
}

const describe = (outcome: Outcome): string | undefined => {
  switch (outcome._tag) {
    case "CaughtUp":
    case "Busy":
      return undefined
    case "Throttled":
      return outcome.until
    case "NotPermitted":
      return outcome.why
    case "Stopped":
      return "detail" in outcome.reason ? outcome.reason.detail : outcome.reason._tag
  }
}

const reporter =
  (input: RunInput) =>
  (outcome: Outcome): Report => ({
    ...Commit.noCounts(),
    stream: input.stream,
    accountId: input.accountId,
    outcome,
    checks: [],
    quarantine: [],
    reconciliation: undefined
  })
