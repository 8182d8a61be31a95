/**
 * Waiting for a person to approve somewhere else: the bank is asked no more often than is polite, what may pass (an outage,
 * too many questions) does not end the conversation, and when the time is over the person is told what to do.
 */
import { ConnectorError, Instant, type Link } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as ConsentStatus from "../../ConsentStatus.ts"
import { consentRequired, fail } from "../../Failure.ts"
import { mayPass } from "../ending.ts"
import type { Sca } from "../../ScaStatus.ts"

/** What has to survive between two questions. None of it opens anything without the host's certificate. */
export const Waiting = {
  consentId: Schema.NonEmptyString,
  authorisationId: Schema.optionalKey(Schema.NonEmptyString),
  /** When it is too late to approve. */
  deadline: Instant.Instant,
  /** When the bank was last asked. */
  askedAt: Schema.optionalKey(Instant.Instant)
}

export interface Waits {
  readonly consentId: string
  readonly authorisationId?: string
  readonly deadline: Instant.Instant
  readonly askedAt?: Instant.Instant
}

/** N26 allows two questions a second about a consent and one about an authorisation; nobody else has published a figure. */
const polite = 2
/** Where the bank says that it is enough for now; its own hour would outlast the person. */
const sparing = 30

export const minutes = (count: number): Effect.Effect<Instant.Instant> =>
  Effect.map(Clock.currentTimeMillis, (now) => Instant.fromEpochMillis(now + count * 60_000))

export const approve = (
  message: string,
  deadline: Instant.Instant,
  state: string,
  pollAfterSeconds = polite
): Link.LinkStep<never> => ({
  _tag: "Approve",
  message,
  pollAfterSeconds,
  until: deadline,
  state
})

/** What the bank says of the consent, and of the authorisation where that has been begun. */
export interface Standing {
  readonly consent: ConsentStatus.State
  readonly sca?: Sca
}

type Failing<A> = Effect.Effect<A, ConnectorError.ConnectorError>

const tooLate = fail(
  new ConnectorError.InteractionRequired({
    kind: "approve",
    detail: "the time to approve is over; start linking again and approve at the bank within minutes"
  })
)

export const refused = consentRequired("the approval was refused or ended at the bank; start linking again")

/** Asks the bank once, and goes on waiting, ends, or hands over to `finish`. */
export const ask = <S extends Waits, A>(
  waits: S,
  options: {
    readonly standing: Failing<Standing>
    readonly again: (waits: S, pollAfterSeconds?: number) => A
    readonly finish: Failing<A>
  }
): Failing<A> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const since = waits.askedAt === undefined ? Infinity : now - Instant.toEpochMillis(waits.askedAt)
    // A host whose clock was set back asks again rather than never.
    if (since >= 0 && since < polite * 1000 - 250) return options.again(waits)
    const asked: S = { ...waits, askedAt: Instant.fromEpochMillis(now) }
    const deadline = Instant.toEpochMillis(waits.deadline)
    const asking = Effect.gen(function* () {
      const standing = yield* options.standing
      switch (ConsentStatus.approval(standing.consent, now, deadline)) {
        case "approved":
          return yield* options.finish
        case "refused":
          return yield* refused
        case "too_late":
          return yield* tooLate
        default:
          return standing.sca === "failed" ? yield* refused : options.again(asked)
      }
    })
    return yield* asking.pipe(
      // Once the time is over, what became of it is for the bank to say and not for its silence.
      Effect.catchIf(
        (error) => mayPass(error) && now < deadline,
        ({ reason }) => Effect.succeed(options.again(asked, reason._tag === "RateLimited" ? sparing : polite))
      )
    )
  })
