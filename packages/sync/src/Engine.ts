/**
 * One run of one stream of one account: take the account, check consent and budget before the call, read, and commit
 * batch by batch, each in one transaction with its checkpoint. Whatever stops a run (a killed process, a rate limit, a
 * provider that is down) leaves what was committed and the checkpoint that belongs to it; the next run goes on from
 * there. An outcome is data: only the host's own trouble (its database) fails the effect.
 */
import { Connector, ConnectorError, Consent } from "@paymirror/core"
import type { Manifest, StreamName } from "@paymirror/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Budget from "./Budget.ts"
import { now } from "./clock.ts"
import * as Commit from "./Commit.ts"
import { type AccountOf, Connections } from "./Connections.ts"
import * as Lease from "./Lease.ts"
import * as Reconcile from "./Reconcile.ts"
import type { Outcome, Report } from "./Outcome.ts"
import { RunBuffer } from "./RunBuffer.ts"
import * as RunLog from "./RunLog.ts"
import { Seal, type SealError } from "./Seal.ts"
import { Sessions } from "./Sessions.ts"
import { Bulk } from "./Bulk.ts"

export interface RunInput {
  readonly connectionId: string
  readonly accountId: string
  readonly stream: StreamName.StreamName
  /** Reads from the beginning instead of the last checkpoint. What is unchanged is not written. */
  readonly fromTheBeginning?: boolean
  /** The person is there and asked: no budget of unattended reads is spent. */
  readonly attended?: boolean
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
  ): Layer.Layer<Engine, never, SqlClient.SqlClient | Bulk | Seal | Sessions | Connections> =>
    Layer.effect(
      Engine,
      Effect.map(Effect.context<SqlClient.SqlClient | Bulk | Seal | Sessions | Connections>(), (context) =>
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
      const admitted = yield* admit(input, connector.manifest)
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

/** Consent, scope and budget, before any call. */
const admit = (input: RunInput, manifest: Manifest.Manifest) =>
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
    const account = (yield* connections.accounts(input.connectionId)).find((one) => one.accountId === input.accountId)
    if (account === undefined) return refused("the account is not behind this connection")
    const budget = manifest.streams[input.stream]?.budget
    if (budget !== undefined && input.attended !== true) {
      const until = yield* Budget.spend(input.connectionId, account.n, input.stream, budget)
      if (until !== undefined) return { _tag: "Throttled", until } as const
    }
    const admitted: Admitted = { _tag: "Admitted", account, consent }
    return admitted
  })

const refused = (why: string) => ({ _tag: "NotPermitted", why }) as const

const read = (input: RunInput, options: Options, lease: Lease.Lease, { account, consent }: Admitted, log: RunLog.Run) =>
  Effect.gen(function* () {
    const connector = yield* Connector.Connector
    const sessions = yield* Sessions
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
    const flush = Effect.gen(function* () {
      const outcome = yield* buffer.commit
      if (input.onCommit !== undefined && outcome === undefined) yield* input.onCommit(buffer.counts)
      return outcome
    })
    const outcome = yield* connector
      .read(input.stream, {
        session: sessions.of(input.connectionId),
        account: account.linked,
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
                ? Effect.map(flush, (lost) => lost ?? stopped(error.reason))
                : Effect.fail(error)
        })
      )
    const closing = Effect.gen(function* () {
      if ((yield* Commit.whyLost(sql, { ...writer, at: yield* now })) !== undefined) return undefined
      yield* buffer.finish
      return Reconcile.reconciles(input.stream) && outcome._tag === "CaughtUp"
        ? yield* Reconcile.reconcile(
            account.n,
            input.stream,
            capability?.backfill === true && capability.live !== undefined
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

const stopped = (reason: ConnectorError.Reason): Outcome =>
  reason._tag === "RateLimited" ? { _tag: "Throttled", until: reason.until } : { _tag: "Stopped", reason }

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
