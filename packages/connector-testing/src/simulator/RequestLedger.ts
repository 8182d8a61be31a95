/**
 * What was asked of the provider and how it went, for tests and for a curious operator: method, path, status and the
 * virtual time of each request, and what it did to a session. No token, no cursor, no personal data: a path that is not
 * of the wire is not repeated, and a session goes by a number. The totals count everything; of the entries the latest
 * ten thousand are kept.
 */
import { iso } from "./Clock.ts"
import type { FaultKind } from "./Faults.ts"
import type { SessionEvent } from "./Session.ts"

export interface LedgerEntry {
  readonly number: number
  readonly at: string
  readonly method: string
  readonly path: string
  readonly status: number
  /** `lost`: carried out, but the answer did not arrive. `dropped`, `stalled`: not carried out. */
  readonly outcome: "answered" | "lost" | "dropped" | "stalled"
  readonly fault?: FaultKind
  /** Which institution, where there are several. */
  readonly institution?: string
  /** Whether the read carried the person's address, where that is told apart. */
  readonly attended?: boolean
  readonly session?: string
  readonly event?: SessionEvent["event"]
}

/** What a request was about. Writing belongs to a session; any other one was not asked for. */
export type Purpose = "read" | "refresh" | "session"

export interface LedgerTotals {
  readonly requests: number
  readonly reads: number
  /** Refreshes that gave an access token, whether or not the answer arrived. */
  readonly refreshes: number
  readonly refusedRefreshes: number
  readonly reuseEvents: number
  readonly revocations: number
  readonly writeAttempts: number
}

const kept = 10_000
const none: LedgerTotals = {
  requests: 0,
  reads: 0,
  refreshes: 0,
  refusedRefreshes: 0,
  reuseEvents: 0,
  revocations: 0,
  writeAttempts: 0
}

export class RequestLedger {
  #entries: Array<LedgerEntry> = []
  #totals = none

  get totals(): LedgerTotals {
    return this.#totals
  }

  get entries(): ReadonlyArray<LedgerEntry> {
    return this.#entries.slice(-kept)
  }

  clear(): void {
    this.#entries = []
    this.#totals = none
  }

  record(now: number, purpose: Purpose, entry: Omit<LedgerEntry, "number" | "at">): void {
    const { event, method, outcome } = entry
    const totals = this.#totals
    const one = (counts: boolean): number => (counts ? 1 : 0)
    const handled = purpose === "refresh" && (outcome === "answered" || outcome === "lost")
    this.#totals = {
      requests: totals.requests + 1,
      reads: totals.reads + one(purpose === "read" && method === "GET"),
      refreshes: totals.refreshes + one(handled && (event === "refreshed" || event === "repeated")),
      refusedRefreshes: totals.refusedRefreshes + one(handled && (event === "refused" || event === "unknown")),
      reuseEvents: totals.reuseEvents + one(event === "reused"),
      revocations: totals.revocations + one(event === "revoked"),
      writeAttempts: totals.writeAttempts + one(purpose === "read" && !["GET", "HEAD", "OPTIONS"].includes(method))
    }
    this.#entries.push({ number: this.#totals.requests, at: iso(now), ...entry })
    if (this.#entries.length >= 2 * kept) this.#entries = this.#entries.slice(-kept)
  }
}
