/**
 * A read by the rules of a run that writes nothing: consent, its clocks, the lease on the account, the budget, the session
 * and the provider's limits hold as they do for the engine, and what the connector says goes to who looks. No row, no
 * checkpoint and no run comes of it; whoever looks at somebody's data says so in the access log.
 */
import type { Connector, ConnectorError, ReadEvent } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Admission from "./Admission.ts"
import type { Connections } from "./Connections.ts"
import * as Lease from "./Lease.ts"
import { lost, type Outcome } from "./Outcome.ts"
import * as Reader from "./Reader.ts"
import { Running } from "./Running.ts"
import type { SealError } from "./SealError.ts"
import type { Sessions } from "./Sessions.ts"

export interface LookInput<R> extends Admission.Request {
  /**
   * Hears the events of a read from the beginning, and may stop early. What is of a stream outside the consent is not
   * among them.
   */
  readonly hear: (
    events: Stream.Stream<ReadEvent.ReadEvent, ConnectorError.ConnectorError>
  ) => Effect.Effect<void, ConnectorError.ConnectorError, R>
}

/** `CaughtUp`: whoever looked has heard all they wanted. */
export const look = <R>(
  input: LookInput<R>,
  leaseTtl?: number
): Effect.Effect<
  Outcome,
  SqlError | SealError,
  R | Connector.Connector | Connections | Running | Sessions | SqlClient.SqlClient
> =>
  Effect.scoped(
    Effect.gen(function* () {
      const lease = yield* Lease.take(`account:${input.accountId}`, leaseTtl)
      if (lease === undefined) return { _tag: "Busy" } satisfies Outcome
      const admitted = yield* Admission.admit(input)
      if (admitted._tag !== "Admitted") return admitted
      const permitted = new Set(admitted.consent.streams)
      const reader = yield* Reader.make(input, admitted, lease)
      const events = Stream.filter(
        reader.events(Option.none()),
        (event) => event._tag === "Checkpoint" || permitted.has(event.stream)
      )
      const hearing = input.hear(events).pipe(
        Effect.matchEffect({
          onSuccess: () => Effect.map(reader.lost, (over): Outcome => over ?? { _tag: "CaughtUp" }),
          onFailure: reader.ended
        })
      )
      const finished = yield* (yield* Running).read(input.connectionId, hearing)
      return Option.getOrElse(finished, (): Outcome => lost("consent"))
    })
  )
