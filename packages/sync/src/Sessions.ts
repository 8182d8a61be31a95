/**
 * The stored session of a connection, for any number of readers in any number of processes. A renewal runs once: inside
 * a process the readers queue, across processes they take a lease and look again. The count of tries is stored before
 * each try, so that a lost answer (or a killed process) leaves exactly one more. The new grant is stored before anyone
 * sees it, and only over the one it came from.
 */
import { ConnectorError, Session } from "@paymirror/core"
import type { Connector } from "@paymirror/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { now } from "./clock.ts"
import * as Lease from "./Lease.ts"
import * as Occurrences from "./Occurrences.ts"
import { grant as placeOf } from "./Place.ts"
import { Seal } from "./Seal.ts"
import type { SealError } from "./SealError.ts"

interface Stored {
  readonly connector: string
  readonly status: string
  readonly detail: string | null
  readonly sealed_grant: string | null
  readonly generation: number
  readonly renewal_tries: number
  readonly permitted: number
}

export class Sessions extends Context.Service<
  Sessions,
  {
    /** The session of a connection, as its connector may hold it; over once the consent named is not the one that stands. */
    readonly of: (connectionId: string, consentId?: string) => Session.Session<Connector.SealedGrant>
  }
>()("@paymirror/sync/Sessions") {
  static readonly layer = (
    options: { readonly leaseTtl?: number } = {}
  ): Layer.Layer<Sessions, never, SqlClient.SqlClient | Seal> =>
    Layer.effect(
      Sessions,
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const seal = yield* Seal
        const scope = yield* Effect.scope
        const queues = new Map<string, Semaphore.Semaphore>()
        const queue = (connectionId: string): Semaphore.Semaphore => {
          const known = queues.get(connectionId) ?? Semaphore.makeUnsafe(1)
          queues.set(connectionId, known)
          return known
        }

        /** Opens what is stored, and once only while it stays the same: a reader asks before every page. */
        const opener = (connectionId: string) => {
          let last: { readonly sealed: string; readonly grant: Connector.SealedGrant } | undefined
          return (sealed: string) =>
            last?.sealed === sealed
              ? Effect.succeed(last.grant)
              : Effect.map(seal.open(placeOf(connectionId), sealed), (grant) => {
                  last = { sealed, grant }
                  return grant
                })
        }

        const load = (connectionId: string, consentId: string | undefined, open: ReturnType<typeof opener>) =>
          Effect.gen(function* () {
            const at = yield* now
            const rows = yield* sql<Stored>`
            SELECT connector, status, detail, sealed_grant, generation, renewal_tries,
              EXISTS (SELECT 1 FROM consent WHERE consent.connection_id = connection.connection_id
                AND consent_id = coalesce(${consentId ?? null}, consent_id)
                AND withdrawn_at IS NULL AND expires_at > ${at}) AS permitted
            FROM connection WHERE connection_id = ${connectionId}`
            const stored = rows[0]
            if (stored === undefined) return yield* required("?", "there is no such connection")
            if (stored.status !== "active" || stored.sealed_grant === null) {
              return yield* required(stored.connector, stored.detail ?? `the connection is ${stored.status}`)
            }
            if (stored.permitted === 0) return yield* required(stored.connector, "consent was withdrawn or has ended")
            const grant = yield* open(stored.sealed_grant).pipe(
              Effect.catchTag("SealError", (error) => required(stored.connector, error.detail))
            )
            return { stored, held: { grant, generation: stored.generation } }
          }).pipe(storeTrouble)

        const renewUnderLease = (
          connectionId: string,
          look: ReturnType<typeof load>,
          stale: Session.Held<Connector.SealedGrant>,
          exchange: (
            grant: Connector.SealedGrant
          ) => Effect.Effect<Connector.SealedGrant, ConnectorError.ConnectorError>
        ) =>
          Effect.gen(function* () {
            // Whoever queued behind the renewal needs no lease to see that it is done.
            const seen = yield* look
            if (seen.held.generation !== stale.generation) return seen.held
            const lease = yield* Lease.wait(`session:${connectionId}`, options.leaseTtl)
            const { held, stored } = yield* look
            if (held.generation !== stale.generation) return held
            let tries = stored.renewal_tries
            while (tries < Session.renewalTries) {
              tries += 1
              const counted = yield* sql`UPDATE connection SET renewal_tries = ${tries}
                WHERE connection_id = ${connectionId} AND generation = ${held.generation} AND status = 'active'
                RETURNING generation`
              // A connection that is over, or was linked anew, while this one waited for a database that was busy.
              if (counted.length === 0) return (yield* look).held
              const answer = yield* Effect.result(exchange(held.grant))
              if (answer._tag === "Success") {
                const kept = yield* sql.withTransaction(
                  Effect.gen(function* () {
                    if (!(yield* Lease.isHeld(lease))) return false
                    const standing = yield* sql`SELECT 1 FROM connection
                    WHERE connection_id = ${connectionId} AND generation = ${held.generation} AND status = 'active'`
                    // A connection that was withdrawn meanwhile gets no data key again.
                    if (standing.length === 0) return false
                    const sealed = yield* seal.seal(placeOf(connectionId), answer.success)
                    yield* sql`UPDATE connection
                    SET sealed_grant = ${sealed}, generation = generation + 1, renewal_tries = 0, updated_at = ${yield* now}
                    WHERE connection_id = ${connectionId}`
                    return true
                  })
                )
                if (kept) return { grant: answer.success, generation: held.generation + 1 }
                return (yield* look).held
              }
              const error = answer.failure
              if (error.reason._tag === "ConsentRequired") return yield* ending(connectionId, held.generation, error)
              if (!Session.isAnswerLost(error)) {
                yield* sql`UPDATE connection SET renewal_tries = ${tries - 1}
                  WHERE connection_id = ${connectionId} AND generation = ${held.generation}`
                return yield* error
              }
            }
            return yield* ending(connectionId, held.generation, Session.lostTwice(stored.connector))
          }).pipe(Effect.scoped, Effect.provideService(SqlClient.SqlClient, sql), storeTrouble)

        return Sessions.of({
          of: (connectionId, consentId) => {
            const looking = load(connectionId, consentId, opener(connectionId))
            // Before a token is spent its key has to be there, to seal the next one under.
            const opening = load(connectionId, consentId, (sealed) => seal.open(placeOf(connectionId), sealed))
            return {
              current: Effect.map(looking, ({ held }) => held),
              // Detached from the reader: a reader that is interrupted must not lose an answer that spends a token.
              renew: (stale, exchange) =>
                renewUnderLease(connectionId, opening, stale, exchange).pipe(
                  queue(connectionId).withPermits(1),
                  Effect.forkIn(scope),
                  Effect.flatMap(Fiber.join)
                )
            }
          }
        })
      })
    )
}

/** Marks a connection whose grant the provider no longer takes, unless it has another one by now. Linking anew heals it. */
export const end = (connectionId: string, generation: number, detail: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const at = yield* now
    yield* sql.withTransaction(
      Effect.gen(function* () {
        const ended =
          yield* sql`UPDATE connection SET status = 'consent_required', detail = ${detail}, updated_at = ${at}
          WHERE connection_id = ${connectionId} AND generation = ${generation} AND status = 'active' RETURNING generation`
        if (ended.length > 0) yield* Occurrences.needsAttention(sql, connectionId, at)
      })
    )
  })

const ending = (connectionId: string, generation: number, error: ConnectorError.ConnectorError) =>
  Effect.andThen(end(connectionId, generation, detailOf(error)), Effect.fail(error))

const required = (connector: string, detail: string): Effect.Effect<never, ConnectorError.ConnectorError> =>
  Effect.fail(new ConnectorError.ConnectorError({ connector, reason: new ConnectorError.ConsentRequired({ detail }) }))

const detailOf = ({ reason }: ConnectorError.ConnectorError): string =>
  "detail" in reason ? reason.detail : reason._tag

/** A connector cannot repair the host's database or keys, and must not take their failure for the provider's. */
const storeTrouble = <A, R>(
  effect: Effect.Effect<A, ConnectorError.ConnectorError | SqlError | SealError, R>
): Effect.Effect<A, ConnectorError.ConnectorError, R> => Effect.catchTag(effect, ["SqlError", "SealError"], Effect.die)
