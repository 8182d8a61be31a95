/**
 * The grant of one connection, shared by every reader of it. A renewal runs once for any number of readers; its result
 * is stored before anyone uses it; and after an answer that was lost there is exactly one more try with the old grant,
 * then `ConsentRequired`. Whoever hosts a connector provides this; {@link memory} is the host of a single process.
 */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { ConnectorError, ConsentRequired } from "./ConnectorError.ts"

/** A grant and which storing of it this is. */
export interface Held<G> {
  readonly grant: G
  readonly generation: number
}

export interface Session<G> {
  /** The grant as it is stored now. */
  readonly current: Effect.Effect<Held<G>, ConnectorError>
  /**
   * Replaces a grant the caller found stale. Where it has been replaced since, that one comes back and `exchange` does
   * not run. `exchange` fails with `ProviderUnavailable { answerLost: true }` where it cannot know whether the provider
   * carried it out, and with `ConsentRequired` where the provider refused.
   */
  readonly renew: (
    stale: Held<G>,
    exchange: (grant: G) => Effect.Effect<G, ConnectorError>
  ) => Effect.Effect<Held<G>, ConnectorError>
}

/** Tries of one renewal whose answers may be lost: the first, and one more. */
export const renewalTries = 2

/** Whether a failed exchange may have spent the grant. */
export const isAnswerLost = (error: ConnectorError): boolean =>
  error.reason._tag === "ProviderUnavailable" && error.reason.answerLost

/** A session in memory. `store` runs after every renewal and before the new grant is used. */
export const memory = <G>(options: {
  readonly connector: string
  readonly grant: G
  readonly store?: (grant: G) => Effect.Effect<void, ConnectorError>
}): Session<G> => {
  let held: Held<G> = { grant: options.grant, generation: 0 }
  let ended: ConnectorError | undefined
  let tries = 0
  const single = Semaphore.makeUnsafe(1)
  const end = (error: ConnectorError): Effect.Effect<never, ConnectorError> => {
    ended = error
    return Effect.fail(error)
  }
  const attempt = (exchange: (grant: G) => Effect.Effect<G, ConnectorError>): Effect.Effect<G, ConnectorError> =>
    Effect.suspend(() => {
      if (tries >= renewalTries) return end(lostTwice(options.connector))
      tries += 1
      return exchange(held.grant).pipe(
        Effect.catch((error) => {
          if (isAnswerLost(error)) return attempt(exchange)
          if (error.reason._tag === "ConsentRequired") return end(error)
          tries -= 1
          return Effect.fail(error)
        })
      )
    })
  return {
    current: Effect.suspend(() => (ended === undefined ? Effect.succeed(held) : Effect.fail(ended))),
    renew: (stale, exchange) =>
      Effect.gen(function* () {
        if (ended !== undefined) return yield* ended
        if (held.generation !== stale.generation) return held
        const grant = yield* attempt(exchange)
        if (options.store !== undefined) yield* options.store(grant)
        held = { grant, generation: held.generation + 1 }
        tries = 0
        return held
      }).pipe(single.withPermits(1))
  }
}

/** The end of a session whose renewal was sent twice and never answered. */
export const lostTwice = (connector: string): ConnectorError =>
  new ConnectorError({
    connector,
    reason: new ConsentRequired({ detail: "the answer to the session's renewal was lost twice" })
  })
