/**
 * What has to be done every hour, by whatever runs on: reminders, consents that have run out, withdrawals that a process
 * did not survive, legal holds that are over, rows that are too old, what the service need not remember any more, proofs
 * whose time has come, and the file itself after somebody was erased. A step that fails is told and keeps no other from
 * being done; each does nothing where there is nothing to do, and is safe to be done by two processes at once.
 */
import { ConsentLedger, Connections, Erasure, LegalHold, rebuild, Retention } from "@paymirror/sync"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { endConsent } from "./endConsent.ts"
import { kindOf } from "./kindOf.ts"
import * as LinkSessions from "./linking/LinkSessions.ts"
import { remind } from "./remind.ts"
import { forgetAnswers } from "./service/forgetAnswers.ts"

type Say = (line: string) => Effect.Effect<void>

const step =
  (say: Say, what: string) =>
  <A, E, R>(doing: Effect.Effect<A, E, R>) =>
    doing.pipe(
      Effect.asVoid,
      Effect.catchCause((cause) =>
        Cause.hasInterruptsOnly(cause)
          ? Effect.interrupt
          : say(`${what}: not done (${kindOf(cause)}). It is tried again in an hour.`)
      )
    )

const halfWithdrawn = (say: Say) =>
  Effect.gen(function* () {
    for (const connection of yield* (yield* Connections).halfWithdrawn) {
      yield* endConsent(connection).pipe(
        Effect.catchTag("Refusal", ({ message }) => say(message)),
        step(say, `The withdrawal of connection ${connection.connectionId}`)
      )
    }
  })

const holdsOver = (say: Say) =>
  Effect.gen(function* () {
    const released = yield* LegalHold.release
    if (released === 0) return
    yield* say(`${released} rows were purged: their legal hold is over.`)
    yield* rebuild
  })

const tooOld = (say: Say) =>
  Effect.gen(function* () {
    for (const [stream, rows] of Object.entries(yield* Retention.purge)) {
      if (rows > 0) yield* say(`${stream}: ${rows} rows were purged, they are older than is kept.`)
    }
  })

export const upkeep = (say: Say) =>
  Effect.gen(function* () {
    yield* step(say, "Reminders")(remind(say))
    yield* step(say, "The end of consents")(ConsentLedger.expire)
    yield* step(say, "Withdrawals")(halfWithdrawn(say))
    yield* step(say, "Legal holds")(holdsOver(say))
    yield* step(say, "Retention")(tooOld(say))
    yield* step(say, "Remembered answers")(forgetAnswers)
    yield* step(say, "Link sessions")(LinkSessions.forget)
    yield* step(say, "Proofs of consent")(Erasure.expire)
    yield* step(say, "The rebuilding of the file")(Erasure.scrub)
  })

/** For a process that reads nothing by itself, at its start and every hour. */
export const layer = (say: Say) =>
  Layer.effectDiscard(Effect.forkScoped(Effect.repeat(upkeep(say), Schedule.spaced("1 hour"))))
