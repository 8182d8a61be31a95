/**
 * On whose initiative a read reaches the provider, and what it costs. Account information law tells the two apart: while
 * the person is there and asked, reads are unlimited and name where the person sits; on the host's own initiative they
 * are few a day, for each account and each resource, and each is counted before it is made.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { ConnectorError, RateLimited } from "./ConnectorError.ts"
import { fromEpochMillis } from "./Instant.ts"
import type { Budget } from "./Manifest.ts"

/** The person who waits for the answer, as their own request named them. Never made up: who is not known is not there. */
export interface Presence {
  /** IPv4 or IPv6 address of the person's device. */
  readonly ipAddress: string
  readonly userAgent?: string
}

export interface Access {
  /** Absent: nobody waits, the host reads on its own. */
  readonly presence?: Presence
  /**
   * Counts one access to a resource of the account (`transactions`), to be called before the request goes out, and again
   * before it is repeated. Fails with `RateLimited` where the budget is used up. Free while the person is there.
   */
  readonly spend: (resource: string) => Effect.Effect<void, ConnectorError>
}

/** Counts in memory, for a host that keeps nothing: a restart forgets. Share one per account. */
export const memory = (options: {
  readonly connector: string
  readonly budget?: Budget | undefined
  readonly presence?: Presence | undefined
}): Access => {
  const { budget, connector, presence } = options
  const spent = new Map<string, Array<number>>()
  return {
    ...(presence !== undefined && { presence }),
    spend: (resource) =>
      Effect.gen(function* () {
        if (budget === undefined || presence !== undefined) return
        const now = yield* Clock.currentTimeMillis
        const window = budget.hours * 3_600_000
        const recent = (spent.get(resource) ?? []).filter((at) => at > now - window)
        const oldest = recent[recent.length - budget.reads]
        if (oldest !== undefined) {
          return yield* new ConnectorError({
            connector,
            reason: new RateLimited({ until: fromEpochMillis(oldest + window) })
          })
        }
        spent.set(resource, [...recent, now])
      })
  }
}
