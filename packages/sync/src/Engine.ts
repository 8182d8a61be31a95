/**
 * One run of one stream of one account: take the account, check consent and the provider's limits before the call, read
 * (each access counted before it is made), and commit batch by batch, each in one transaction with its checkpoint. Whatever stops a run (a killed process, a rate limit, a
 * provider that is down) leaves what was committed and the checkpoint that belongs to it; the next run goes on from
 * there. An outcome is data: only the host's own trouble (its database) fails the effect.
 */
import { Connector, Manifest } from "@paymirror/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Admission from "./Admission.ts"
import { now } from "./clock.ts"
import * as Commit from "./Commit.ts"
import type { Connections } from "./Connections.ts"
import * as Lease from "./Lease.ts"
import { look, type LookInput } from "./look.ts"
import * as Reconcile from "./Reconcile.ts"
import { lost, type Outcome, type Report } from "./Outcome.ts"
import * as Reader from "./Reader.ts"
import { RunBuffer } from "./RunBuffer.ts"
import * as RunLog from "./RunLog.ts"
import { Running } from "./Running.ts"
import { Seal } from "./Seal.ts"
import type { SealError } from "./SealError.ts"
import type { Sessions } from "./Sessions.ts"
import { Bulk } from "./Bulk.ts"

export interface RunInput extends Admission.Request {
  /** Reads from the beginning instead of the last checkpoint. What is unchanged is not written. */
  readonly fromTheBeginning?: boolean
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
    /** A read by the same rules that writes nothing of what it hears. */
    readonly look: <R>(input: LookInput<R>) => Effect.Effect<Outcome, SqlError | SealError, Connector.Connector | R>
  }
>()("@paymirror/sync/Engine") {
  static readonly layer = (
    options: Options = {}
  ): Layer.Layer<Engine, never, SqlClient.SqlClient | Bulk | Seal | Sessions | Connections | Running> =>
    Layer.effect(
      Engine,
      Effect.map(Effect.context<SqlClient.SqlClient | Bulk | Seal | Sessions | Connections | Running>(), (context) =>
        Engine.of({
          run: (input) => Effect.provide(run(input, options), context),
          look: (input) => Effect.provide(look(input, options.leaseTtl), context)
        })
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
      const admitted = yield* Admission.admit(input)
      if (admitted._tag !== "Admitted") return report(admitted)
      const log = yield* RunLog.start(input, admitted.account.n, connector.manifest.id, admitted.consent.consentId)
      return yield* read(input, options, lease, admitted, log).pipe(
        Effect.onInterrupt(() => Effect.ignore(RunLog.finish(log, Commit.noCounts(), "Interrupted", undefined)))
      )
    })
  )

const read = (input: RunInput, options: Options, lease: Lease.Lease, admitted: Admission.Admitted, log: RunLog.Run) =>
  Effect.gen(function* () {
    const connector = yield* Connector.Connector
    const { account, consent } = admitted
    const sql = yield* SqlClient.SqlClient
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
    const reader = yield* Reader.make(input, admitted, lease)
    const flush = Effect.gen(function* () {
      const outcome = yield* buffer.commit
      if (input.onCommit !== undefined && outcome === undefined) yield* input.onCommit(buffer.counts)
      return outcome
    })
    const reading = reader.events(Option.fromUndefinedOr(stored)).pipe(
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
              ? Effect.flatMap(flush, (lost) => (lost === undefined ? reader.ended(error) : Effect.succeed(lost)))
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
