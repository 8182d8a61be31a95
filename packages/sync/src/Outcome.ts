/** How a run ended, and what it did: data, because a rate limit or a missing consent is not a failure of the mirror. */
import type { ConnectorError, ReadEvent, StreamName } from "@paymirror/core"
import type { Counts, Why } from "./Commit.ts"
import type { Reconciliation } from "./Reconcile.ts"

export type Outcome =
  /** Everything the provider had is in the mirror. */
  | { readonly _tag: "CaughtUp" }
  /** Neither success nor failure: nothing is read before `until`, by the provider's word or by the budget of unattended reads. */
  | { readonly _tag: "Throttled"; readonly until: string; readonly by: "provider" | "budget" }
  /** Somebody else is writing this account, or a new consent took the place of the one it was read under. Run again. */
  | { readonly _tag: "Busy" }
  /** No consent, no read. `needs`: what would do instead of linking again. */
  | { readonly _tag: "NotPermitted"; readonly why: string; readonly needs?: "presence" | "confirmation" }
  /** The connector could not go on; the reason says what to do. */
  | { readonly _tag: "Stopped"; readonly reason: ConnectorError.Reason }

/** How a run ends that may not write. */
export const lost = (why: Why): Outcome =>
  why === "consent" ? { _tag: "NotPermitted", why: "consent was withdrawn or ended during the run" } : { _tag: "Busy" }

export interface Report extends Readonly<Counts> {
  readonly stream: StreamName.StreamName
  readonly accountId: string
  readonly outcome: Outcome
  readonly checks: ReadonlyArray<ReadEvent.Check>
  readonly quarantine: ReadonlyArray<{ readonly reason: string; readonly locator: ReadEvent.Locator }>
  readonly reconciliation: Reconciliation | undefined
}
