/**
 * An admitted read on the provider's side: the stored session, the access that is counted before each call, and what the
 * end of the read means for the ones after it (a limit to remember, a grant that is over). What becomes of the rows is
 * for who reads.
 */
import { Connector, type ConnectorError } from "@paymirror/core"
import type { ReadEvent, Session } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Admission from "./Admission.ts"
import * as Budget from "./Budget.ts"
import { now } from "./clock.ts"
import * as Commit from "./Commit.ts"
import type * as Lease from "./Lease.ts"
import * as Limit from "./Limit.ts"
import { lost, type Outcome } from "./Outcome.ts"
import { end, Sessions } from "./Sessions.ts"

export interface Reader {
  /** What the connector says from a checkpoint on. */
  readonly events: (
    checkpoint: Option.Option<string>
  ) => Stream.Stream<ReadEvent.ReadEvent, ConnectorError.ConnectorError>
  /** Why what was heard may not be used, where it may not: consent ended meanwhile, or another took the account. */
  readonly lost: Effect.Effect<Outcome | undefined, SqlError>
  /** The outcome of a read that ended in this, and what has to be remembered of it. */
  readonly ended: (error: ConnectorError.ConnectorError) => Effect.Effect<Outcome, SqlError>
}

export const make = (
  request: Admission.Request,
  { account, consent }: Admission.Admitted,
  lease: Lease.Lease
): Effect.Effect<Reader, never, Connector.Connector | Sessions | SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const connector = yield* Connector.Connector
    const session = watched((yield* Sessions).of(request.connectionId, consent.consentId))
    const sql = yield* SqlClient.SqlClient
    const { access, isOwn } = Budget.access({
      sql,
      connector: connector.manifest.id,
      connectionId: request.connectionId,
      account: account.n,
      budget: connector.manifest.streams[request.stream]?.budget,
      presence: request.presence
    })
    const standing = { lease, connectionId: request.connectionId, consentId: consent.consentId }
    const isLost = Effect.gen(function* () {
      const why = yield* Commit.whyLost(sql, { ...standing, at: yield* now })
      return why === undefined ? undefined : lost(why)
    }).pipe(Effect.provideService(SqlClient.SqlClient, sql))
    return {
      lost: isLost,
      events: (checkpoint) =>
        connector.read(request.stream, { session: session.session, account: account.linked, access, checkpoint }),
      ended: (error) =>
        Effect.gen(function* () {
          const { reason } = error
          if (reason._tag === "RateLimited") {
            if (isOwn(reason.until)) return { _tag: "Throttled", until: reason.until, by: "budget" } satisfies Outcome
            const until = yield* Limit.remember(Admission.placeOf(request, account), reason.until)
            return { _tag: "Throttled", until, by: "provider" } satisfies Outcome
          }
          if (reason._tag === "ConsentRequired") {
            const over = yield* isLost
            if (over !== undefined) return over
            const generation = session.used(error)
            if (generation !== undefined) yield* end(request.connectionId, generation, reason.detail)
          }
          return { _tag: "Stopped", reason } satisfies Outcome
        }).pipe(Effect.provideService(SqlClient.SqlClient, sql))
    }
  })

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
