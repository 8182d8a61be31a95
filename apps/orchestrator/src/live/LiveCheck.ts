/**
 * What one look at a live stream says of the connector's map: as it was mapped, drifted, or not to be told. What the
 * connector itself noticed (rows it set aside, fields and words it does not know) and what its answers show are one list;
 * a doubt is never a yes.
 */
import {
  type Comparison,
  compare,
  type Exchange,
  type Finding,
  type Fixture
} from "@paymirror/connector-testing/fixtures"
import type { ReadEvent, StreamName, WireMap } from "@paymirror/core"
import { sayOutcome } from "../Exit.ts"
import type { Look } from "./liveRead.ts"

export type Verdict = "as_mapped" | "drift" | "not_checked"

export interface Drift {
  readonly kind: Finding["kind"] | "row_quarantined"
  /** `GET /consumer/v2/purchases`; empty where only the connector can say. */
  readonly endpoint: string
  /** The field; never what is in it. */
  readonly path: string
  readonly count: number
  readonly detail: string
}

export interface StreamCheck {
  readonly accountId: string
  readonly stream: StreamName.StreamName
  readonly verdict: Verdict
  /** Why it could not be told, where it could not. */
  readonly unchecked: ReadonlyArray<string>
  /** It could not be told only because this account has nothing there. */
  readonly empty: boolean
  readonly drift: ReadonlyArray<Drift>
  /** Seen in the recordings now and then, and not on this page. */
  readonly notSeen: Comparison["notSeen"]
}

const kinds = { unknown_field: "field_new", unknown_value: "value_unknown" } as const

/** What the connector noticed by itself, each once. */
const noticed = (events: ReadonlyArray<ReadEvent.ReadEvent>): ReadonlyArray<Drift> => {
  const found = new Map<string, Drift>()
  const add = (drift: Drift): void => {
    const key = [drift.kind, drift.path, drift.detail].join("\n")
    found.set(key, { ...drift, count: (found.get(key)?.count ?? 0) + drift.count })
  }
  for (const event of events) {
    if (event._tag === "Quarantined") {
      add({ kind: "row_quarantined", endpoint: "", path: "", count: 1, detail: event.reason })
    }
    if (event._tag === "Drift") {
      add({ kind: kinds[event.kind], endpoint: "", path: event.path, count: event.count, detail: "by the connector" })
    }
  }
  return [...found.values()]
}

export const judge = (options: {
  readonly look: Look
  readonly events: ReadonlyArray<ReadEvent.ReadEvent>
  readonly exchanges: ReadonlyArray<Exchange>
  readonly map: WireMap.WireMap | undefined
  readonly fixture: Fixture.Fixture | undefined
}): StreamCheck => {
  const { events, exchanges, fixture, map } = options
  const { accountId, outcome, stream } = options.look
  const compared =
    map === undefined ? undefined : compare({ map, stream, exchanges, fixtures: fixture?.exchanges ?? [] })
  const findings = compared?.findings ?? []
  const told = new Set(findings.map(({ kind, path }) => `${kind} ${path}`))
  const drift: ReadonlyArray<Drift> = [
    ...findings.map(({ count, detail, endpoint, kind, of, path }) => ({
      kind,
      endpoint,
      path,
      count,
      detail: of > 1 ? `${detail}; ${count} of ${of}` : detail
    })),
    ...noticed(events).filter(({ kind, path }) => !told.has(`${kind} ${path}`))
  ]
  const unchecked = [
    ...(outcome._tag === "CaughtUp" ? [] : [sayOutcome(outcome)]),
    ...(map === undefined ? ["the connector states no map of its wire"] : []),
    ...(compared?.unjudged ?? []).map(({ endpoint, why }) => `${endpoint}: ${why}`)
  ]
  const empty = compared?.unjudged.filter((one) => one.empty).length ?? 0
  return {
    accountId,
    stream,
    verdict: drift.length > 0 ? "drift" : unchecked.length > 0 ? "not_checked" : "as_mapped",
    unchecked,
    empty: unchecked.length > 0 && unchecked.length === empty,
    drift,
    notSeen: compared?.notSeen ?? []
  }
}

/**
 * Drift anywhere is drift; a stream that could not be told makes the whole not to be told. An account with nothing there
 * does not, where another of the same person had something.
 */
export const overall = (checks: ReadonlyArray<StreamCheck>): Verdict => {
  const told = new Set(checks.flatMap(({ stream, verdict }) => (verdict === "as_mapped" ? [stream] : [])))
  if (checks.some(({ verdict }) => verdict === "drift")) return "drift"
  return checks.some(({ empty, stream, verdict }) => verdict === "not_checked" && !(empty && told.has(stream)))
    ? "not_checked"
    : "as_mapped"
}
