/**
 * What a run has heard and not yet committed. A batch grows until a checkpoint arrives and it holds enough rows; without
 * a checkpoint it is committed at ten times that size, which is safe because repeating is harmless, and keeps memory flat.
 */
import type { CalendarDate, ReadEvent, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "./clock.ts"
import * as Commit from "./Commit.ts"
import { lost, type Outcome } from "./Outcome.ts"
import * as Reconcile from "./Reconcile.ts"

export interface RunBufferOptions {
  readonly writer: Commit.Writer
  readonly connectorId: string
  readonly stream: StreamName.StreamName
  readonly permitted: ReadonlySet<StreamName.StreamName>
  readonly batchRows: number
  readonly holdCheckpoint: boolean
  /** Rows that stand in quarantine, as `stream\nid`; kept up while the run goes on. */
  readonly openQuarantine: Set<string>
}

type Committing = ReturnType<typeof Commit.commit>

/** Quarantined rows named in a report; all of them are in the store. */
const reportedQuarantine = 1000

export class RunBuffer {
  readonly counts: Commit.Counts = Commit.noCounts()
  readonly checks: Array<ReadEvent.Check> = []
  /** The first day of which everything was heard, where that is not stored yet. */
  private reach: CalendarDate.CalendarDate | undefined
  readonly quarantined: Array<{ readonly reason: string; readonly locator: ReadEvent.Locator }> = []
  private said: Array<Commit.SaidOf> = []
  private pending: Array<Commit.Snapshot> = []
  private readonly readable = new Map<string, Commit.SaidOf>()
  private quarantine: Array<ReadEvent.Quarantined> = []
  private checkpoint: string | undefined
  private held: string | undefined
  private readonly drift = new Map<string, { readonly event: ReadEvent.Drift; seen: number }>()
  private readonly options: RunBufferOptions

  constructor(options: RunBufferOptions) {
    this.options = options
  }

  get isFull(): boolean {
    const rows = this.said.length + this.quarantine.length
    return (
      rows >= this.options.batchRows * 10 ||
      ((this.checkpoint ?? this.held) !== undefined && rows >= this.options.batchRows)
    )
  }

  /** Takes an event. What is of a stream outside the consent is not kept, whatever it is. */
  add(event: ReadEvent.ReadEvent): void {
    if (event._tag !== "Checkpoint" && !this.options.permitted.has(event.stream)) return
    switch (event._tag) {
      case "Upsert":
        this.hear({
          key: Commit.keyOf(event.stream, event.id),
          stream: event.stream,
          id: event.id,
          row: event.row,
          body: JSON.stringify(event.row),
          version: event.version,
          pending: event.pending === true,
          gone: undefined,
          rank: this.options.writer.rank,
          origin: "reported"
        })
        return
      case "Tombstone":
        this.hear(Commit.goneOf(this.options.writer, event))
        return
      case "PendingSnapshot":
        this.pending.push({ stream: event.stream, ids: event.ids, after: this.said.length })
        return
      case "Quarantined":
        this.putAside(event)
        return
      case "Drift": {
        const key = `${event.stream}\n${event.kind}\n${event.path}`
        const known = this.drift.get(key)
        if (known === undefined) this.drift.set(key, { event, seen: event.count })
        else known.seen += event.count
        return
      }
      case "Reach":
        if (event.stream === this.options.stream && event.from < (this.reach ?? "9999-12-31")) this.reach = event.from
        return
      case "Check":
        this.checks.push(event)
        return
      case "Checkpoint":
        if (this.options.holdCheckpoint) this.held = event.checkpoint
        else this.checkpoint = event.checkpoint
    }
  }

  private hear(said: Commit.SaidOf): void {
    this.said.push(said)
    if (this.options.openQuarantine.has(said.key)) this.readable.set(said.key, said)
  }

  private putAside(event: ReadEvent.Quarantined): void {
    this.quarantine.push(event)
    if (event.locator.id === undefined) return
    const key = Commit.keyOf(event.stream, event.locator.id)
    this.options.openQuarantine.add(key)
    this.readable.delete(key)
  }

  /** The walk is through: its last checkpoint may be stored. */
  releaseCheckpoint(): void {
    this.checkpoint = this.held ?? this.checkpoint
  }

  /** Commits what was gathered. Gives an outcome where the run has to end because of it. */
  get commit(): Effect.Effect<Outcome | undefined, Effect.Error<Committing>, Effect.Services<Committing>> {
    return Effect.gen({ self: this }, function* () {
      const { said, pending, quarantine, reach } = this
      const isEmpty = said.length === 0 && pending.length === 0 && quarantine.length === 0
      if (isEmpty && reach === undefined && this.checkpoint === undefined) return undefined
      this.said = []
      this.pending = []
      this.quarantine = []
      this.reach = undefined
      const readable = new Map(this.readable)
      this.readable.clear()
      const at = yield* now
      const outcome = yield* Commit.commit(
        { ...this.options.writer, at },
        {
          said,
          pending,
          readable: [...readable.values()],
          quarantine,
          reach: reach === undefined ? undefined : { stream: this.options.stream, from: reach },
          checkpoint:
            this.checkpoint === undefined ? undefined : { stream: this.options.stream, value: this.checkpoint }
        }
      )
      if (outcome._tag === "Lost") return lost(outcome.why)
      this.counts.added += outcome.counts.added
      this.counts.updated += outcome.counts.updated
      this.counts.removed += outcome.counts.removed
      this.counts.unchanged += outcome.counts.unchanged
      this.counts.quarantined += outcome.counts.quarantined
      this.counts.kept += outcome.counts.kept
      for (const { locator, reason } of quarantine) {
        if (this.quarantined.length < reportedQuarantine) this.quarantined.push({ reason, locator })
      }
      for (const key of readable.keys()) this.options.openQuarantine.delete(key)
      if (outcome.invalid.length === 0) {
        this.checkpoint = undefined
        return undefined
      }
      for (const {
        reason,
        said: { id, row, stream }
      } of outcome.invalid) {
        this.putAside({
          _tag: "Quarantined",
          stream,
          reason: `not a row of ${stream}: ${reason}`,
          locator: { id },
          raw: JSON.stringify(row)
        })
      }
      return yield* this.commit
    })
  }

  /** Writes down drift and the breaks of the source's own checks. */
  get finish() {
    const { account } = this.options.writer
    return Effect.gen({ self: this }, function* () {
      const sql = yield* SqlClient.SqlClient
      const at = yield* now
      for (const { event, seen } of this.drift.values()) {
        yield* sql`INSERT INTO drift (account, connector, stream, kind, path, seen, first_at, last_at)
          VALUES (${account}, ${this.options.connectorId}, ${event.stream}, ${event.kind}, ${event.path}, ${seen}, ${at}, ${at})
          ON CONFLICT (account, connector, stream, kind, path)
            DO UPDATE SET seen = drift.seen + excluded.seen, last_at = excluded.last_at`
      }
      for (const check of this.checks) {
        for (const { actual, expected, locator } of check.breaks) {
          const place = `${locator.line === undefined ? (locator.id ?? "?") : `line ${locator.line}`}: ${expected}`
          yield* Reconcile.raise(account, check.stream, check.name, place, expected, actual, at)
        }
      }
    })
  }
}
