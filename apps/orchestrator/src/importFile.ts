/**
 * Imports a file the person downloaded, at a terminal or over the service. The file is read whole before anything is written, so that one that cannot be
 * understood changes nothing; a row that cannot be read is set aside with its reason. The same file again is a no-op. An
 * export of an account that is linked goes into that account.
 */
import { Connector, ConnectorError, Instant, StreamName } from "@paymirror/core"
import type { Link } from "@paymirror/core"
import { Connections, Mirror, type Outcome, type Report } from "@paymirror/sync"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Connectors from "./Connectors.ts"
import { ownCopy, settle } from "./linking/settle.ts"
import * as Poll from "./Poll.ts"

/** What an import did; the shape of `--json`. */
export interface Imported {
  readonly format: string
  readonly rows: number
  readonly added: number
  readonly updated: number
  readonly unchanged: number
  readonly quarantined: ReadonlyArray<{ readonly line?: number; readonly column?: string; readonly reason: string }>
  readonly checks: ReadonlyArray<{
    readonly name: string
    readonly rows: number
    readonly ok: boolean
    readonly breaks: ReadonlyArray<{ readonly line?: number; readonly expected: string; readonly actual: string }>
  }>
  readonly accounts: ReadonlyArray<string>
}

export interface ImportOptions {
  readonly path: string
  readonly holder: string
  /** Which connector of files reads it; the one for files by their columns unless said. */
  readonly connector?: string | undefined
  /** Options of the connector: `map`, `dateOrder`, `format`, `account`, `market`. */
  readonly options: Readonly<Record<string, string>>
  /** The account these rows belong to; otherwise the one linked account of the same provider and currency. */
  readonly into: string | undefined
  readonly onRows?: Poll.Options["onRows"]
}

/** What was read is kept; the rest is read by importing the file once more. */
class Incomplete extends Data.TaggedError("Incomplete")<{ readonly outcome: Outcome }> {}

/** Where the rows go: an account that a live route reads, where exactly one fits. */
const target = (linked: Extract<Link.LinkStep<unknown>, { _tag: "Linked" }>, options: ImportOptions) =>
  Effect.gen(function* () {
    if (options.into !== undefined) return options.into
    if (options.options["account"] !== undefined || linked.accounts.length !== 1) return undefined
    const account = linked.accounts[0]
    const fitting = (yield* Mirror.accounts).filter(
      (one) =>
        one.holderId === options.holder &&
        one.provider === account?.provider &&
        one.currency === account.currency &&
        one.connectors.some((id) => Connectors.linkable.includes(id))
    )
    return fitting.length === 1 ? fitting[0]?.accountId : undefined
  })

const noUpload = (connector: string) =>
  new ConnectorError.ConnectorError({
    connector,
    reason: new ConnectorError.UnsupportedFile({ detail: "The file was not taken.", hint: "Give the path of a file." })
  })

/** Imports a file into the mirror in context. */
export const importFile = (options: ImportOptions) =>
  Effect.suspend(() => {
    const { connector = "csv" } = options
    return Effect.provide(importing(options), (Connectors.find(connector) ?? Connectors.missing(connector)).layer({}))
  })

const importing = (options: ImportOptions) =>
  Effect.gen(function* () {
    const connector = yield* Connector.Connector
    const connections = yield* Connections
    const step = yield* connector.link({
      answer: { _tag: "Uploaded", path: options.path, options: options.options },
      state: ""
    })
    const { id, streams } = connector.manifest
    if (step._tag !== "Linked") return yield* noUpload(id)
    if (step.accounts.length === 0) return summary(step.found ?? {}, [], [])
    const into = yield* target(step, options)
    const now = yield* Clock.currentTimeMillis
    const linked = yield* settle(step, {
      holderId: options.holder,
      streams: StreamName.streamNames.filter((stream) => streams[stream] !== undefined),
      purpose: ownCopy,
      notice: { text: "You imported a file you downloaded yourself.", version: "1", language: "en" },
      expiresAt: Instant.fromEpochMillis(now + 365 * 86_400_000),
      ...(into === undefined ? {} : { into })
    })
    const connection = yield* connections.get(linked.connectionId)
    const reports =
      connection === undefined
        ? []
        : yield* Poll.once(connection, {
            accountIds: linked.accountIds,
            fromTheBeginning: true,
            onRows: options.onRows
          })
    for (const { outcome } of reports) {
      if (outcome._tag !== "CaughtUp") return yield* new Incomplete({ outcome })
    }
    return summary(step.found ?? {}, reports, linked.accountIds)
  })

const summary = (
  found: Readonly<Record<string, string | number>>,
  reports: ReadonlyArray<Report>,
  accounts: ReadonlyArray<string>
): Imported => {
  const sum = (of: (report: Report) => number): number => reports.reduce((total, report) => total + of(report), 0)
  return {
    format: String(found["format"] ?? "unknown"),
    rows: Number(found["rows"] ?? 0),
    added: sum((report) => report.added),
    updated: sum((report) => report.updated),
    unchanged: sum((report) => report.unchanged + report.kept),
    quarantined: reports.flatMap((report) =>
      report.quarantine.map(({ locator, reason }) => ({
        ...(locator.line === undefined ? {} : { line: locator.line }),
        ...(locator.column === undefined ? {} : { column: locator.column }),
        reason
      }))
    ),
    checks: [
      ...Map.groupBy(
        reports.flatMap((report) => report.checks),
        (check) => check.name
      )
    ].map(([name, checks]) => ({
      name,
      rows: checks.reduce((total, check) => total + check.rows, 0),
      ok: checks.every((check) => check.breaks.length === 0),
      breaks: checks.flatMap((check) =>
        check.breaks.map(({ actual, expected, locator }) => ({
          ...(locator.line === undefined ? {} : { line: locator.line }),
          expected,
          actual
        }))
      )
    })),
    accounts
  }
}
